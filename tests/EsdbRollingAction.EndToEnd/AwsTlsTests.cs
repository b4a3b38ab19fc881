using EsdbRollingAction.Sandbox.Wire;

namespace EsdbRollingAction.EndToEnd;

/// <summary>An STS behind a proxy that inspects TLS: its certificate is of an authority that the system does not know.</summary>
[Exhaustive]
public sealed class AwsTlsTests : IDisposable
{
    private readonly SandboxCertificateAuthority authority = new(TimeProvider.System);
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-aws-tls-").FullName;

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("AWS_CA_BUNDLE")]
    [InlineData("SSL_CERT_FILE")]
    public async Task An_authority_that_a_variable_names_is_believed(string variable)
    {
        var (exitCode, error) = await PlanAsync("127.0.0.1", (variable, File("ca.pem", authority.Pem)));

        Assert.True(exitCode == 0, error);
    }

    [Theory]
    [InlineData("127.0.0.1", null, "errors in the certificate chain")]
    [InlineData("127.0.0.2", "ca.pem", "RemoteCertificateNameMismatch")]
    public async Task A_certificate_that_is_not_believed_says_why(string issuedFor, string? bundle, string said)
    {
        var (exitCode, error) = await PlanAsync(issuedFor, ("AWS_CA_BUNDLE", bundle is null ? null : File(bundle, authority.Pem)));

        Assert.Equal(4, exitCode);
        Assert.StartsWith("error: aws-unreachable: ", error, StringComparison.Ordinal);
        Assert.Contains("no TLS connection: The remote certificate is invalid", error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains("AWS_CA_BUNDLE", error, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Error)> PlanAsync(string issuedFor, (string Name, string? Value) variable)
    {
        var certificate = Path.Combine(folder, "sts.pfx");
        authority.Issue(issuedFor, certificate);
        using var aws = new FakeAws(certificate);
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync(
            variable,
            ("INPUT_MODE", "plan"),
            ("HOME", folder),
            ("AWS_ACCESS_KEY_ID", null),
            ("AWS_SECRET_ACCESS_KEY", null),
            ("AWS_ENDPOINT_URL_STS", $"{aws.Url}/sts"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", File("token", "a-token")),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/rolling-update"));
        return (result.ExitCode, result.Error);
    }

    private string File(string name, string text)
    {
        var path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
