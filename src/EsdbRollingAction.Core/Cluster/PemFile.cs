using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>A file of certificates or a key that somebody named.</summary>
/// <param name="Source">What names it, as the beginning of a sentence.</param>
/// <param name="Path">The file.</param>
internal sealed record PemFile(string Source, string Path)
{
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it holds no certificate.</exception>
    public X509Certificate2Collection Certificates()
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Read());
        }
        catch (CryptographicException e)
        {
            throw Invalid("holds a certificate that is not valid PEM", e);
        }

        return certificates.Count > 0 ? certificates : throw Invalid("holds no certificate in PEM form");
    }

    /// <summary>Nobody is believed but the certificates' owners, not even whom the system trusts.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it holds no certificate.</exception>
    public X509ChainPolicy OnlyTheseAreTrusted()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Certificates());
        return policy;
    }

    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it cannot be read.</exception>
    public string Read()
    {
        try
        {
            return File.ReadAllText(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid("cannot be read", e);
        }
    }

    public RollingUpdateException Invalid(string what, Exception? cause = null) =>
        new(FailureReason.InvalidInput, $"{Source}, {Path}, {what}. Nothing was changed.", cause);
}
