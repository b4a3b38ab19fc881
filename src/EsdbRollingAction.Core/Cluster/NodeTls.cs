using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Whom the program believes to be a node.</summary>
internal static class NodeTls
{
    /// <summary>A certificate between the node's and the authority's that the node does not send must not hold a look for long.</summary>
    private static readonly TimeSpan LongestDownload = TimeSpan.FromSeconds(2);

    /// <summary>The certificates of <c>tlsCaFile</c>; none when the system's trust is asked for.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the file holds no certificate.</exception>
    public static X509Certificate2Collection Authorities(ConnectionString connection)
    {
        var authorities = new X509Certificate2Collection();
        if (!connection.Tls || connection.CaFile is null)
        {
            return authorities;
        }

        try
        {
            authorities.ImportFromPemFile(connection.CaFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(connection.CaFile, "cannot be read", e);
        }
        catch (CryptographicException e)
        {
            throw Invalid(connection.CaFile, "holds a certificate that is not valid PEM", e);
        }

        return authorities.Count > 0 ? authorities : throw Invalid(connection.CaFile, "holds no certificate in PEM form");
    }

    public static SslClientAuthenticationOptions Options(
        ConnectionString connection, X509Certificate2Collection authorities, UserCertificate? user = null)
    {
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = user?.Context };
        if (!connection.VerifyCertificate)
        {
#pragma warning disable CA5359 // `tlsVerifyCert=false` is what the user asked for, as of the official clients.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            return options;
        }

        options.RemoteCertificateValidationCallback = new NodeCertificate(connection.CaFile).Check;
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = authorities.Count > 0 ? X509ChainTrustMode.CustomRootTrust : X509ChainTrustMode.System,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = authorities.Count > 0,
            UrlRetrievalTimeout = LongestDownload,
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return options;
    }

    private static RollingUpdateException Invalid(string file, string what, Exception? cause = null) =>
        new(FailureReason.InvalidInput, $"The connection string's `tlsCaFile`, {file}, {what}.", cause);
}
