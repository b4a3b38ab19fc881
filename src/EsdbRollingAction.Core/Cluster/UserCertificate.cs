using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>The certificate that the nodes know this program by.</summary>
internal sealed class UserCertificate : IDisposable
{
    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection between = [];

    private UserCertificate(UserCertificateFiles files)
    {
        certificate = Load(files);
        between.ImportFromPem(Read("userCertFile", files.Certificate));
        Context = SslStreamCertificateContext.Create(certificate, between, offline: true);
    }

    /// <summary>What a connection presents.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Whose it is.</summary>
    public string Subject => certificate.Subject;

    /// <returns>The certificate, or null where none is asked for or TLS is off.</returns>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: a file is of no use.</exception>
    public static UserCertificate? Of(ConnectionString connection) =>
        connection is { Tls: true, UserCertificate: { } files } ? new UserCertificate(files) : null;

    public void Dispose()
    {
        certificate.Dispose();
        foreach (var other in between)
        {
            other.Dispose();
        }
    }

    private static X509Certificate2 Load(UserCertificateFiles files)
    {
        var certificate = Read("userCertFile", files.Certificate);
        var key = Read("userKeyFile", files.Key);
        try
        {
            X509Certificate2.CreateFromPem(certificate).Dispose();
        }
        catch (CryptographicException e)
        {
            throw Invalid("userCertFile", files.Certificate, "holds no valid certificate in PEM form", e);
        }

        try
        {
            return Usable(X509Certificate2.CreateFromPem(certificate, key));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Invalid("userKeyFile", files.Key, "holds no unencrypted private key that fits the certificate of `userCertFile`", e);
        }
    }

    /// <summary>Windows uses for TLS only a key that it keeps itself.</summary>
    private static X509Certificate2 Usable(X509Certificate2 fromPem)
    {
        if (!OperatingSystem.IsWindows())
        {
            return fromPem;
        }

        using (fromPem)
        {
            return X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private static string Read(string setting, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(setting, file, "cannot be read", e);
        }
    }

    private static RollingUpdateException Invalid(string setting, string file, string what, Exception cause) =>
        new(FailureReason.InvalidInput, $"The connection string's `{setting}`, {file}, {what}.", cause);
}
