using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>A certificate authority that lives as long as the sandbox.</summary>
internal sealed class SandboxCertificateAuthority : IDisposable
{
    private readonly X509Certificate2 authority;
    private readonly DateTimeOffset notBefore;

    public SandboxCertificateAuthority(TimeProvider time)
    {
        notBefore = time.GetUtcNow().AddHours(-1);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Sandbox CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authority = request.CreateSelfSigned(notBefore, notBefore.AddDays(2));
    }

    public string Pem => authority.ExportCertificatePem();

    /// <summary>Writes a node's certificate and key to a file without a password.</summary>
    public void Issue(string address, string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=eventstoredb-node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var issued = request.Create(authority, notBefore, notBefore.AddDays(1), RandomNumberGenerator.GetBytes(12));
        using var withKey = issued.CopyWithPrivateKey(key);
        File.WriteAllBytes(file, withKey.Export(X509ContentType.Pkcs12));
    }

    public void Dispose() => authority.Dispose();
}
