using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>The certificate that the nodes know this program by.</summary>
internal static class UserCertificate
{
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: a file is of no use.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "It is presented for as long as the program runs.")]
    public static SslStreamCertificateContext Load(UserCertificateFiles files)
    {
        var certificate = new PemFile("The connection string's `userCertFile`", files.Certificate);
        var key = new PemFile("The connection string's `userKeyFile`", files.Key);
        var between = certificate.Certificates();
        try
        {
            var own = X509Certificate2.CreateFromPem(certificate.Read(), key.Read());
            return SslStreamCertificateContext.Create(Usable(own), between, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw key.Invalid("holds no unencrypted private key that fits the certificate of `userCertFile`", e);
        }
    }

    /// <summary>Windows uses for TLS only a key that it keeps itself.</summary>
    private static X509Certificate2 Usable(X509Certificate2 fromPem) => OperatingSystem.IsWindows()
        ? X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), password: null)
        : fromPem;
}
