using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>A node's certificate is not trusted. The message tells a person what was seen and what to change.</summary>
internal sealed class UntrustedCertificateException(string what) : AuthenticationException(what);

/// <summary>Looks at what a node presents.</summary>
/// <param name="authorities">The file of the only authorities trusted; null: those that the system trusts.</param>
internal sealed class NodeCertificate(string? authorities)
{
    /// <exception cref="UntrustedCertificateException">The platform would name neither the chain nor the cure.</exception>
    public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors is SslPolicyErrors.None)
        {
            return true;
        }

        if (certificate is not X509Certificate2 presented || chain is null)
        {
            throw new UntrustedCertificateException("the node presents no certificate");
        }

        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        var isOtherName = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        string?[] wrong = [isOtherName ? WrongName(presented, ((SslStream)sender).TargetHostName) : null, WrongStatus(status, chain)];
        throw new UntrustedCertificateException(
            $"the node's certificate is not trusted ({string.Join("; ", wrong.OfType<string>())}). Chain seen: {Describe(chain)}. "
            + $"It was checked against {Trusted}. {Cure(status)}");
    }

    private string Trusted => authorities is null
        ? "the authorities that this system trusts, since no `tlsCaFile` is set"
        : $"`tlsCaFile`, {authorities}";

    private string Cure(X509ChainStatusFlags status) => status switch
    {
        _ when status.HasFlag(X509ChainStatusFlags.NotTimeValid) =>
            "Renew the certificate; if it is valid, correct this machine's clock",
        X509ChainStatusFlags.NoError =>
            "Let the node advertise a name that its certificate holds, or give it a certificate for the name that it advertises",
        _ when authorities is null => "Set `tlsCaFile` to a PEM file that holds the authority's certificate",
        _ => "Put the certificate of the authority that issued it into `tlsCaFile`",
    };

    private static string WrongName(X509Certificate2 certificate, string host)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(NamesIn);
        return $"RemoteCertificateNameMismatch: it is for {Excerpt.OfName(string.Join(", ", names))}, not for {host}";
    }

    private static IEnumerable<string> NamesIn(X509SubjectAlternativeNameExtension extension) =>
        [.. extension.EnumerateDnsNames(), .. extension.EnumerateIPAddresses().Select(address => address.ToString())];

    private static string? WrongStatus(X509ChainStatusFlags status, X509Chain chain)
    {
        if (!status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return status is X509ChainStatusFlags.NoError ? null : status.ToString();
        }

        // It may be the authority's, not the node's, that has expired.
        var expired = chain.ChainElements.First(element => element.ChainElementStatus.Any(IsExpired)).Certificate;
        return $"{status}: {Excerpt.OfName(expired.Subject)} is valid from {Date(expired.NotBefore)} until {Date(expired.NotAfter)}, "
            + $"and now it is {Date(DateTime.UtcNow)}";
    }

    private static bool IsExpired(X509ChainStatus status) => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid);

    private static string Describe(X509Chain chain) => string.Join(
        ", then ",
        from element in chain.ChainElements
        let certificate = element.Certificate
        select $"subject {Excerpt.OfName(certificate.Subject)}, issuer {Excerpt.OfName(certificate.Issuer)}");

    private static string Date(DateTime time) => $"{time.ToUniversalTime():yyyy-MM-dd HH:mmZ}";
}
