using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>A node's certificate is not trusted. The message tells a person what was seen and what to change.</summary>
/// <param name="what">What is wrong with it.</param>
internal sealed class UntrustedCertificateException(string what) : AuthenticationException(what);

/// <summary>Looks at what a node presents.</summary>
/// <param name="authorities">The file of the only authorities trusted; null: those that the system trusts.</param>
internal sealed class NodeCertificate(string? authorities)
{
    private const int LongestChain = 4;
    private const int MostNames = 5;

    /// <exception cref="UntrustedCertificateException">The platform would name neither the chain nor the cure.</exception>
    public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors is SslPolicyErrors.None || Refuse((sender as SslStream)?.TargetHostName, certificate as X509Certificate2, chain, errors);

    private bool Refuse(string? host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        throw new UntrustedCertificateException(Describe(host ?? "its host", certificate, chain, errors));

    private string Describe(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "the node presents no certificate";
        }

        var status = StatusOf(chain);
        var isNamed = !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        var name = isNamed ? null : $"RemoteCertificateNameMismatch: it is for {NamesOf(certificate)}, not for {host}";
        var wrong = string.Join("; ", new[] { name, Words(certificate, chain, status) }.OfType<string>());
        return $"the node's certificate is not trusted ({wrong}). Chain seen: {ChainOf(certificate, chain)}. "
            + $"It was checked against {Trusted}. {Cure(isNamed, status)}";
    }

    private string Trusted => authorities is null
        ? "the authorities that this system trusts, since no `tlsCaFile` is set"
        : $"`tlsCaFile`, {authorities}";

    private static string? Words(X509Certificate2 certificate, X509Chain? chain, X509ChainStatusFlags status)
    {
        if (!status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return status is X509ChainStatusFlags.NoError ? null : status.ToString();
        }

        // It may be the authority's, not the node's, that has expired.
        var elements = (IEnumerable<X509ChainElement>?)chain?.ChainElements ?? [];
        var expired = elements.FirstOrDefault(IsExpired)?.Certificate ?? certificate;
        return $"{status}: {Excerpt.OfName(expired.Subject)} is valid from {Date(expired.NotBefore)} until {Date(expired.NotAfter)}, "
            + $"and now it is {Date(DateTime.UtcNow)}";
    }

    private static bool IsExpired(X509ChainElement element) =>
        element.ChainElementStatus.Any(one => one.Status.HasFlag(X509ChainStatusFlags.NotTimeValid));

    private string Cure(bool isNamed, X509ChainStatusFlags status) => (isNamed, status) switch
    {
        (_, var flags) when flags.HasFlag(X509ChainStatusFlags.NotTimeValid) =>
            "Renew the certificate; if it is valid, correct this machine's clock",
        (false, X509ChainStatusFlags.NoError) =>
            "Let the node advertise a name that its certificate holds, or give it a certificate for the name that it advertises",
        _ when authorities is null => "Set `tlsCaFile` to a PEM file that holds the authority's certificate",
        _ => "Put the certificate of the authority that issued it into `tlsCaFile`",
    };

    private static X509ChainStatusFlags StatusOf(X509Chain? chain) =>
        (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);

    private static string ChainOf(X509Certificate2 certificate, X509Chain? chain)
    {
        var elements = chain is { ChainElements.Count: > 0 } ? chain.ChainElements.Select(element => element.Certificate) : [certificate];
        var said = elements.Take(LongestChain).Select(one => $"subject {Excerpt.OfName(one.Subject)}, issuer {Excerpt.OfName(one.Issuer)}");
        return string.Join(", then ", said);
    }

    /// <summary>The names that a client compares; the subject's, where there are none.</summary>
    private static string NamesOf(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        List<string> names = extension is null
            ? []
            : [.. extension.EnumerateDnsNames(), .. extension.EnumerateIPAddresses().Select(address => address.ToString())];
        return names.Count == 0
            ? Excerpt.OfName(certificate.Subject)
            : string.Join(", ", names.Take(MostNames).Select(Excerpt.OfName)) + (names.Count > MostNames ? ", ..." : "");
    }

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
