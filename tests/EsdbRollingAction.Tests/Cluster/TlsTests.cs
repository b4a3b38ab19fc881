using System.Security.Cryptography.X509Certificates;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Cluster;

public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-tls-").FullName;

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_node_with_a_certificate_of_the_given_authority_is_believed()
    {
        using var certificate = authority.Issue(address: "127.0.0.1");

        Assert.Null(await RefusalAsync(certificate, $"tlsCaFile={PemFile(authority.Pem)}"));
    }

    [Fact]
    public async Task Any_of_several_given_authorities_will_do()
    {
        using var other = new TestAuthority("CN=Other authority");
        using var certificate = authority.Issue(address: "127.0.0.1");

        Assert.Null(await RefusalAsync(certificate, $"tlsCaFile={PemFile(other.Pem + "\n" + authority.Pem)}"));
    }

    [Fact]
    public async Task A_node_whose_authority_the_system_does_not_know_is_refused()
    {
        using var certificate = authority.Issue(address: "127.0.0.1");

        Assert.StartsWith("no TLS connection: The remote certificate is invalid", await RefusalAsync(certificate, "tls=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_of_another_authority_is_refused_even_under_the_same_name()
    {
        using var other = new TestAuthority();
        using var certificate = other.Issue(address: "127.0.0.1");

        Assert.StartsWith("no TLS connection: ", await RefusalAsync(certificate, $"tlsCaFile={PemFile(authority.Pem)}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node1.example", null)]
    [InlineData(null, "127.0.0.2")]
    public async Task A_certificate_for_another_host_is_refused(string? dns, string? address)
    {
        using var certificate = authority.Issue(dns, address);

        Assert.Contains(
            "RemoteCertificateNameMismatch", await RefusalAsync(certificate, $"tlsCaFile={PemFile(authority.Pem)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        using var certificate = authority.Issue(address: "127.0.0.1", until: DateTimeOffset.UtcNow.AddDays(-1));

        Assert.Contains("NotTimeValid", await RefusalAsync(certificate, $"tlsCaFile={PemFile(authority.Pem)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_verification_every_certificate_is_believed()
    {
        using var certificate = authority.Issue(dns: "node1.example", until: DateTimeOffset.UtcNow.AddDays(-1));

        Assert.Null(await RefusalAsync(certificate, "tlsVerifyCert=false"));
    }

    [Fact]
    public async Task A_plain_node_is_refused_when_TLS_is_asked_for()
    {
        using var server = WireMockServer.Start();
        using var nodes = Clients.Create(query: "tls=true");

        var gossip = await nodes.GossipAsync(new NodeEndpoint("127.0.0.1", server.Port), TestContext.Current.CancellationToken);

        Assert.StartsWith("no TLS connection: ", gossip.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_systems_trust_does_not_count_beside_given_authorities()
    {
        var connection = ConnectionString.Parse($"esdb://node1?tlsCaFile={PemFile(authority.Pem)}");
        var policy = NodeTls.Options(connection, NodeTls.Authorities(connection)).CertificateChainPolicy!;

        Assert.Equal(X509ChainTrustMode.CustomRootTrust, policy.TrustMode);
        Assert.Single(policy.CustomTrustStore);
        Assert.Equal(X509VerificationFlags.NoFlag, policy.VerificationFlags);
    }

    [Theory]
    [InlineData("", "holds no certificate")]
    [InlineData("not PEM", "holds no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "not valid PEM")]
    public void An_authorities_file_without_a_certificate_is_invalid_input(string content, string sentence) =>
        AssertInvalid(PemFile(content), sentence);

    [Fact]
    public void An_authorities_file_that_cannot_be_read_is_invalid_input()
    {
        AssertInvalid(Path.Combine(folder, "missing.pem"), "cannot be read");
        AssertInvalid(folder, "cannot be read");
    }

    [Fact]
    public void An_authorities_file_is_not_read_without_TLS()
    {
        using var nodes = Clients.Create(query: $"tls=false&tlsCaFile={Path.Combine(folder, "missing.pem")}");
    }

    private static void AssertInvalid(string file, string sentence)
    {
        var error = Assert.Throws<RollingUpdateException>(() => Clients.Create(query: $"tlsCaFile={file}"));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Why gossip of a node with the certificate is refused; null when it is read.</summary>
    private static async Task<string?> RefusalAsync(X509Certificate2 certificate, string query)
    {
        var answer = RawNode.Http("200 OK", Fixture.Text("eventstoredb-23.10.6/tls-gossip.json"));
        await using var node = RawNode.Answering(answer, certificate);
        using var nodes = Clients.Create(query: query);
        return (await nodes.GossipAsync(node.Endpoint, TestContext.Current.CancellationToken)).Problem;
    }

    private string PemFile(string content)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid()}.pem");
        File.WriteAllText(path, content);
        return path;
    }
}
