using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Whom the program believes to be a node, and who it is to a node.</summary>
internal static class NodeTls
{
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: a file of certificates is of no use.</exception>
    public static SslClientAuthenticationOptions Options(ConnectionString connection)
    {
        var options = new SslClientAuthenticationOptions();
        if (!connection.Tls)
        {
            return options;
        }

        options.ClientCertificateContext = connection.UserCertificate is { } files ? UserCertificate.Load(files) : null;
        if (!connection.VerifyCertificate)
        {
#pragma warning disable CA5359 // `tlsVerifyCert=false` is what the user asked for, as of the official clients.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            return options;
        }

        options.RemoteCertificateValidationCallback = new NodeCertificate(connection.CaFile).Check;
        options.CertificateChainPolicy = connection.CaFile is { } file
            ? new PemFile("The connection string's `tlsCaFile`", file).OnlyTheseAreTrusted()
            : new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        return options;
    }
}
