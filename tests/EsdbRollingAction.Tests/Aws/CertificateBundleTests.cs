using System.Security.Cryptography.X509Certificates;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Tests.Cluster;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace EsdbRollingAction.Tests.Aws;

public sealed class CertificateBundleTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-bundle-").FullName;

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_authorities_of_the_bundle_are_believed() => Assert.Null(await RefusalAsync("127.0.0.1", File(authority.Pem)));

    [Fact]
    public async Task The_bundle_takes_the_place_of_the_system_s_authorities()
    {
        using var other = new TestAuthority("CN=Other authority");

        var refusal = await RefusalAsync("127.0.0.1", File(other.Pem));

        Assert.StartsWith("no TLS connection: The remote certificate is invalid", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_bundle_the_reason_is_told_and_what_to_set()
    {
        var refusal = await RefusalAsync("127.0.0.1", bundle: null);

        Assert.Contains("errors in the certificate chain", refusal, StringComparison.Ordinal);
        Assert.Contains("AWS_CA_BUNDLE", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_told_as_such() =>
        Assert.Contains("RemoteCertificateNameMismatch", await RefusalAsync("127.0.0.2", File(authority.Pem)), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "holds no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----", "not valid PEM")]
    [InlineData(null, "cannot be read")]
    public void A_bundle_without_certificates_is_named(string? text, string said)
    {
        var file = text is null ? folder : File(text);

        var error = Assert.Throws<RollingUpdateException>(() => BoundedHttp.Handler(name => name == "AWS_CA_BUNDLE" ? file : null));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private string File(string text)
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():N}.pem");
        System.IO.File.WriteAllText(file, text);
        return file;
    }

    private async Task<string?> RefusalAsync(string issuedFor, string? bundle)
    {
        using var certificate = authority.Issue(address: issuedFor);
        var pfx = Path.Combine(folder, "server.pfx");
        await System.IO.File.WriteAllBytesAsync(pfx, certificate.Export(X509ContentType.Pkcs12), TestContext.Current.CancellationToken);
        using var server = WireMockServer.Start(new WireMockServerSettings
        {
            Urls = ["https://127.0.0.1:0"],
            UseSSL = true,
            CertificateSettings = new WireMockCertificateSettings { X509CertificateFilePath = pfx, X509CertificatePassword = "" },
        });
        server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(200));
        using var handler = BoundedHttp.Handler(name => name == "AWS_CA_BUNDLE" ? bundle : null);
        using var client = new HttpClient(handler);
        try
        {
            using var response = await client.GetAsync(new Uri(server.Url!), TestContext.Current.CancellationToken);
            return null;
        }
        catch (HttpRequestException e)
        {
            return AwsConnection.Describe(e);
        }
    }
}
