using System.Net;
using System.Net.Sockets;
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

        var refusal = await RefusalAsync(certificate, "tls=true");

        Assert.StartsWith("made no TLS connection: the node's certificate is not trusted (PartialChain). ", refusal, StringComparison.Ordinal);
        Assert.Contains("Chain seen: subject CN=eventstoredb-node, issuer CN=Test authority. ", refusal, StringComparison.Ordinal);
        Assert.EndsWith(
            "no `tlsCaFile` is set. Set `tlsCaFile` to a PEM file that holds the authority's certificate",
            refusal,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_for_its_certificate_is_so_for_good()
    {
        using var certificate = authority.Issue(address: "127.0.0.1");
        await using var node = RawNode.Answering("", certificate);
        using var nodes = Clients.Create(query: "tls=true");

        var token = TestContext.Current.CancellationToken;
        Assert.True((await nodes.GossipAsync(node.Endpoint, token)).IsForGood);
        Assert.True((await Assert.ThrowsAsync<NodeUnreachableException>(() => nodes.OptionsAsync(node.Endpoint, token))).IsForGood);
    }

    [Fact]
    public async Task A_node_of_another_authority_is_refused_even_under_the_same_name()
    {
        using var other = new TestAuthority();
        using var certificate = other.Issue(address: "127.0.0.1");

        var file = PemFile(authority.Pem);
        var refusal = await RefusalAsync(certificate, $"tlsCaFile={file}");

        Assert.StartsWith("made no TLS connection: the node's certificate is not trusted (", refusal, StringComparison.Ordinal);
        Assert.EndsWith(
            $"checked against `tlsCaFile`, {file}. Put the certificate of the authority that issued it into `tlsCaFile`",
            refusal,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node1.example", null)]
    [InlineData(null, "127.0.0.2")]
    public async Task A_certificate_for_another_host_is_refused(string? dns, string? address)
    {
        using var certificate = authority.Issue(dns, address);

        Assert.Contains(
            $"RemoteCertificateNameMismatch: it is for {dns ?? address}, not for 127.0.0.1",
            await RefusalAsync(certificate, $"tlsCaFile={PemFile(authority.Pem)}"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        using var certificate = authority.Issue(address: "127.0.0.1", until: DateTimeOffset.UtcNow.AddDays(-1));

        var refusal = await RefusalAsync(certificate, $"tlsCaFile={PemFile(authority.Pem)}");

        Assert.Contains($"NotTimeValid: CN=eventstoredb-node is valid from {DateTime.UtcNow.AddYears(-1):yyyy-MM-dd}", refusal, StringComparison.Ordinal);
        Assert.EndsWith("Renew the certificate; if it is valid, correct this machine's clock", refusal, StringComparison.Ordinal);
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

        Assert.Equal("made no TLS connection: the node speaks plain HTTP: add `tls=false` to the connection string", gossip.Problem);
        Assert.True(gossip.IsForGood);
    }

    [Fact]
    public async Task A_node_with_TLS_is_refused_when_plain_HTTP_is_asked_for()
    {
        using var certificate = authority.Issue(address: "127.0.0.1");
        await using var node = RawNode.Answering(RawNode.Http("503 Service Unavailable", ""), certificate);
        using var nodes = Clients.Create(query: "tls=false");

        var gossip = await nodes.GossipAsync(node.Endpoint, TestContext.Current.CancellationToken);

        Assert.Equal("made no plain connection: the node speaks TLS: take `tls=false` out of the connection string", gossip.Problem);
        Assert.True(gossip.IsForGood);
    }

    [Theory]
    [InlineData("tls=true")]
    [InlineData("tls=false")]
    public async Task A_node_that_speaks_neither_may_do_so_later(string query)
    {
        var token = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var hangingUp = HangUpAsync();
        using var nodes = Clients.Create(query: query);

        var gossip = await nodes.GossipAsync(new NodeEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), token);

        Assert.False(gossip.IsForGood);
        Assert.NotNull(gossip.Problem);
        listener.Stop();
        await hangingUp;

        async Task HangUpAsync()
        {
            try
            {
                while (true)
                {
                    (await listener.AcceptTcpClientAsync(token)).Dispose();
                }
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // The test is over.
            }
        }
    }

    [Fact]
    public async Task A_user_certificate_is_presented_to_the_node()
    {
        using var certificate = authority.Issue(address: "127.0.0.1");
        using var other = new TestAuthority("CN=Authority of users");
        using var user = other.Issue(name: "CN=ops");
        await using var node = RawNode.Answering(RawNode.Http("200 OK", Fixture.Text("eventstoredb-23.10.6/tls-gossip.json")), certificate);
        using var nodes = Clients.Create(query: $"tlsCaFile={PemFile(authority.Pem)}&{As(user)}");

        Assert.Null((await nodes.GossipAsync(node.Endpoint, TestContext.Current.CancellationToken)).Problem);
        Assert.Equal("CN=ops", node.Presented);
    }

    [Fact]
    public async Task A_node_that_denies_a_user_certificate_names_whose_it_is()
    {
        using var certificate = authority.Issue(address: "127.0.0.1");
        using var user = authority.Issue(name: "CN=ops");
        await using var node = RawNode.Answering(RawNode.Http("401 Unauthorized", ""), certificate);
        using var nodes = Clients.Create(query: $"tlsCaFile={PemFile(authority.Pem)}&{As(user)}");

        var token = TestContext.Current.CancellationToken;
        var denied = await Assert.ThrowsAsync<RollingUpdateException>(() => nodes.OptionsAsync(node.Endpoint, token));

        Assert.Contains("user certificate is of CN=ops", denied.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "key", "`userCertFile`", "cannot be read")]
    [InlineData("", "key", "`userCertFile`", "holds no certificate")]
    [InlineData("not PEM", "key", "`userCertFile`", "holds no certificate")]
    [InlineData("certificate", null, "`userKeyFile`", "cannot be read")]
    [InlineData("certificate", "", "`userKeyFile`", "holds no unencrypted private key")]
    [InlineData("certificate", "another", "`userKeyFile`", "that fits the certificate")]
    public void A_user_certificate_that_is_of_no_use_is_invalid_input(string? certificate, string? key, string setting, string sentence)
    {
        using var user = authority.Issue(name: "CN=ops");
        using var another = authority.Issue(name: "CN=another");
        string FileOf(string? content) => content is null ? Path.Combine(folder, "missing.pem") : PemFile(content switch
        {
            "certificate" => user.ExportCertificatePem(),
            "key" => KeyOf(user),
            "another" => KeyOf(another),
            _ => content,
        });

        var query = $"userCertFile={FileOf(certificate)}&userKeyFile={FileOf(key)}";
        var error = Assert.Throws<RollingUpdateException>(() => Clients.Create(query: query));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.StartsWith($"The connection string's {setting}, ", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    private string As(X509Certificate2 user) => $"userCertFile={PemFile(user.ExportCertificatePem())}&userKeyFile={PemFile(KeyOf(user))}";

    private static string KeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    [Fact]
    public void The_systems_trust_does_not_count_beside_given_authorities()
    {
        var connection = ConnectionString.Parse($"esdb://node1?tlsCaFile={PemFile(authority.Pem)}");
        var policy = NodeTls.Options(connection).CertificateChainPolicy!;

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
