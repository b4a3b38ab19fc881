using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Aws;

/// <summary>
/// Whom the program believes to be AWS. As for the SDKs of other languages <c>AWS_CA_BUNDLE</c> takes the place of the system's
/// authorities.
/// </summary>
internal static class CertificateBundle
{
    private const string Variable = "AWS_CA_BUNDLE";

    /// <summary>How a connection to AWS is checked.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the file holds no certificates.</exception>
    public static SslClientAuthenticationOptions Options(Func<string, string?> variable)
    {
        var options = new SslClientAuthenticationOptions();
        if (variable(Variable) is not { } file || string.IsNullOrWhiteSpace(file))
        {
            return options;
        }

        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(Read(file.Trim()));
        return options;
    }

    private static X509Certificate2Collection Read(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid(file, "cannot be read", e);
        }
        catch (CryptographicException e)
        {
            throw Invalid(file, "holds a certificate that is not valid PEM", e);
        }

        return authorities.Count > 0 ? authorities : throw Invalid(file, "holds no certificate in PEM form");
    }

    private static RollingUpdateException Invalid(string file, string what, Exception? cause = null) =>
        new(FailureReason.InvalidInput, $"The variable {Variable} names {file}, which {what}. Nothing was changed.", cause);
}
