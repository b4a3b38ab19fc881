using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Cluster;

/// <summary>What goes over the wire, and how well-formed answers are read.</summary>
public sealed class HttpRequestTests : IDisposable
{
    private const string Options = """[{"name":"ClusterSize","value":"3"},{"name":"NodePriority","value":"2"}]""";

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly NodeEndpoint node;

    public HttpRequestTests() => node = new NodeEndpoint("127.0.0.1", server.Port);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task Gossip_is_asked_for_as_JSON_and_without_credentials()
    {
        Answer(200, Fixture.Text("eventstoredb-23.10.6/gossip-steady.json"));
        using var nodes = Clients.Create("admin:changeit@");

        var gossip = await nodes.GossipAsync(node, Token);

        Assert.Equal(4, gossip.Answer!.Members.Count);
        var request = OnlyRequest();
        Assert.Equal(("GET", "/gossip"), (request.Method, request.Path));
        Assert.Equal(["application/json"], request.Headers!["Accept"]);
        Assert.DoesNotContain("Authorization", request.Headers.Keys);
        Assert.DoesNotContain("Cookie", request.Headers.Keys);
    }

    [Theory]
    [InlineData(204, true)]
    [InlineData(200, false)]
    [InlineData(503, false)]
    [InlineData(401, false)]
    [InlineData(302, false)]
    public async Task A_node_is_live_when_health_says_204_without_credentials(int status, bool live)
    {
        Answer(status);
        using var nodes = Clients.Create("admin:changeit@");

        Assert.Equal(live, await nodes.IsLiveAsync(node, Token));

        var request = OnlyRequest();
        Assert.Equal(("GET", "/health/live"), (request.Method, request.Path));
        Assert.DoesNotContain("Authorization", request.Headers!.Keys);
    }

    [Fact]
    public async Task Options_are_read_with_the_credentials_in_UTF8()
    {
        Answer(200, Options);
        using var nodes = Clients.Create("j%C3%BCrgen:p%40ss%3A%E2%82%AC@");

        Assert.Equal(new NodeOptions(3, 2), await nodes.OptionsAsync(node, Token) with { All = new NodeOptions(3, 2).All });

        var request = OnlyRequest();
        Assert.Equal(("GET", "/info/options"), (request.Method, request.Path));
        Assert.Equal(["Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("jürgen:p@ss:€"))], request.Headers!["Authorization"]);
    }

    [Theory]
    [InlineData(5, "/admin/node/priority/5")]
    [InlineData(-1, "/admin/node/priority/-1")]
    [InlineData(int.MinValue, "/admin/node/priority/-2147483648")]
    public async Task The_priority_is_posted_in_the_path_with_an_empty_body(int priority, string path)
    {
        Answer(200);
        using var nodes = Clients.Create("admin:changeit@");

        await nodes.SetPriorityAsync(node, priority, Token);

        AssertPostedEmpty(path);
    }

    [Fact]
    public async Task Resigning_is_posted_with_an_empty_body()
    {
        Answer(200);
        using var nodes = Clients.Create("admin:changeit@");

        await nodes.ResignAsync(node, Token);

        AssertPostedEmpty("/admin/node/resign");
    }

    [Fact]
    public async Task Without_credentials_none_are_sent()
    {
        Answer(200, Options);
        using var nodes = Clients.Create();

        await nodes.OptionsAsync(node, Token);

        Assert.DoesNotContain("Authorization", OnlyRequest().Headers!.Keys);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_node_that_denies_administration_names_itself_the_user_and_the_groups(int status)
    {
        Answer(status);
        using var nodes = Clients.Create("opsy:s3cret@");

        foreach (var act in Administrative(nodes))
        {
            server.ResetLogEntries();
            var error = await Assert.ThrowsAsync<RollingUpdateException>(act);

            Assert.Equal(FailureReason.AdministrationDenied, error.Reason);
            Assert.All([node.ToString(), "`opsy`", "`$admins`", "`$ops`", $"HTTP {status}"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
            Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
            Assert.Single(server.LogEntries);
        }
    }

    [Fact]
    public async Task A_denied_program_without_credentials_says_that_it_has_none()
    {
        Answer(401);
        using var nodes = Clients.Create();

        var error = await Assert.ThrowsAsync<RollingUpdateException>(() => nodes.OptionsAsync(node, Token));

        Assert.Contains("holds no credentials", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "answered HTTP 503 (ServiceUnavailable)")]
    [InlineData(599, "answered HTTP 599")]
    public async Task A_status_is_said_with_its_name_where_it_has_one(int status, string said)
    {
        Answer(status);
        using var nodes = Clients.Create();

        Assert.Equal(said, (await nodes.GossipAsync(node, Token)).Problem);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirection_is_not_followed_with_or_without_credentials(int status)
    {
        using var elsewhere = WireMockServer.Start();
        server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(status).WithHeader("Location", elsewhere.Url + "/gossip"));
        using var nodes = Clients.Create("admin:changeit@");

        Assert.StartsWith($"answered HTTP {status} (", (await nodes.GossipAsync(node, Token)).Problem, StringComparison.Ordinal);
        foreach (var act in Administrative(nodes))
        {
            var error = await Assert.ThrowsAsync<NodeUnreachableException>(act);
            Assert.StartsWith($"answered HTTP {status} (", error.What, StringComparison.Ordinal);
        }

        Assert.Empty(elsewhere.LogEntries);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Gossip_with_another_status_is_no_answer_and_not_asked_for_again(int status)
    {
        Answer(status, Fixture.Text("eventstoredb-23.10.6/gossip-steady.json"));
        using var nodes = Clients.Create();

        var gossip = await nodes.GossipAsync(node, Token);

        Assert.Contains($"HTTP {status}", gossip.Problem, StringComparison.Ordinal);
        Assert.Single(server.LogEntries);
    }

    [Theory]
    [InlineData(500, 3)]
    [InlineData(503, 3)]
    [InlineData(429, 3)]
    [InlineData(404, 1)]
    [InlineData(400, 1)]
    public async Task Options_and_priority_are_sent_twice_more_when_that_may_help(int status, int requests)
    {
        Answer(status);
        using var nodes = Clients.Create();

        await Assert.ThrowsAsync<NodeUnreachableException>(() => nodes.OptionsAsync(node, Token));
        Assert.Equal(requests, server.LogEntries.Count);
        await Assert.ThrowsAsync<NodeUnreachableException>(() => nodes.SetPriorityAsync(node, -1, Token));
        Assert.Equal(2 * requests, server.LogEntries.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_resignation_is_never_sent_again(int status)
    {
        Answer(status);
        using var nodes = Clients.Create();

        await Assert.ThrowsAsync<NodeUnreachableException>(() => nodes.ResignAsync(node, Token));

        Assert.Single(server.LogEntries);
    }

    [Fact]
    public async Task What_fails_once_succeeds_when_it_is_sent_again()
    {
        server.Given(Request.Create()).InScenario("busy").WillSetStateTo("free").RespondWith(Response.Create().WithStatusCode(503));
        server.Given(Request.Create()).InScenario("busy").WhenStateIs("free").RespondWith(Response.Create().WithStatusCode(200).WithBody(Options));
        using var nodes = Clients.Create();

        Assert.Equal(3, (await nodes.OptionsAsync(node, Token)).ClusterSize);
        Assert.Equal(2, server.LogEntries.Count);
    }

    [Theory]
    [InlineData("evil.example/x?")]
    [InlineData("user@evil")]
    [InlineData("")]
    [InlineData("a b")]
    public async Task A_host_that_would_change_the_URL_is_never_asked(string host)
    {
        using var nodes = Clients.Create("admin:changeit@");

        await Assert.ThrowsAsync<NodeUnreachableException>(() => nodes.OptionsAsync(new NodeEndpoint(host, server.Port), Token));
    }

    private Func<Task>[] Administrative(HttpClusterNodes nodes) =>
        [() => nodes.OptionsAsync(node, Token), () => nodes.SetPriorityAsync(node, -1, Token), () => nodes.ResignAsync(node, Token)];

    private void Answer(int status, string body = "") =>
        server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(status).WithBody(body));

    private IRequestMessage OnlyRequest() => Assert.Single(server.LogEntries).RequestMessage!;

    private void AssertPostedEmpty(string path)
    {
        var request = OnlyRequest();
        Assert.Equal(("POST", path), (request.Method, request.Path));
        Assert.Equal(["0"], request.Headers!["Content-Length"]);
        Assert.Equal(["Basic " + Convert.ToBase64String("admin:changeit"u8)], request.Headers["Authorization"]);
    }
}
