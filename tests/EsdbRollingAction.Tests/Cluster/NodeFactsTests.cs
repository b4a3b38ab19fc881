using System.Text;
using EsdbRollingAction.Core.Cluster;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Cluster;

public sealed class NodeFactsTests : IDisposable
{
    private readonly WireMockServer server = WireMockServer.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Theory]
    [InlineData("ScavengeId: , ScavengeLink: ", false)]
    [InlineData("ScavengeId: 7c9e6679-7425-40de-944b-e07fc1f90ae7, ScavengeLink: /admin/scavenge/7c9e6679", true)]
    [InlineData("""{"scavengeId":"","scavengeLink":""}""", false)]
    [InlineData("""{ "scavengeId": "7c9e6679", "scavengeLink": "" }""", true)]
    [InlineData("""{"error":"not found"}""", null)]
    [InlineData("", null)]
    public void Whether_a_scavenge_runs_is_read_from_text_and_JSON(string body, bool? running) =>
        Assert.Equal(running, NodeFactsReader.IsScavenging(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"esVersion":"22.10.5.0","state":"leader"}""", "22.10.5.0")]
    [InlineData("""{"state":"leader"}""", null)]
    [InlineData("[]", null)]
    [InlineData("oops", null)]
    public void The_version_is_read_or_not_told(string body, string? version) =>
        Assert.Equal(version, NodeFactsReader.Info(Encoding.UTF8.GetBytes(body))?.Version);

    [Theory]
    [InlineData("""{"dbVersion":"26.1.0","esVersion":"26.1.0","authentication":{"type":"internal","properties":[]}}""", false)]
    [InlineData("""{"esVersion":"23.10.6.0","authentication":{"type":"oauth","properties":{"authority":"https://id.example"}}}""", true)]
    [InlineData("""{"esVersion":"23.10.6.0","authentication":"oauth"}""", false)]
    [InlineData("""{"esVersion":"23.10.6.0"}""", false)]
    public void A_server_that_takes_tokens_only_says_so(string body, bool tokens) =>
        Assert.Equal(tokens, NodeFactsReader.Info(Encoding.UTF8.GetBytes(body))!.TakesTokensOnly);

    [Theory]
    [InlineData("5.0.11.0", true)]
    [InlineData("20.5", true)]
    [InlineData("20.6.1.0", false)]
    [InlineData("21.10.0", false)]
    [InlineData("26.1.0-prerelease", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("latest", false)]
    [InlineData(null, false)]
    public void A_server_is_too_old_before_20_6(string? version, bool isTooOld) =>
        Assert.Equal(isTooOld, new NodeInfo(version, null).IsTooOld);

    [Fact]
    public async Task A_version_that_could_not_be_asked_for_once_is_asked_for_again()
    {
        var port = server.Port;
        var gossip = $$"""
            {"members":[{"instanceId":"7c9e6679-7425-40de-944b-e07fc1f90ae7","timeStamp":"2026-01-01T00:00:00Z","state":"Leader",
            "isAlive":true,"internalTcpIp":"127.0.0.1","httpEndPointIp":"127.0.0.1","httpEndPointPort":{{port}},"writerCheckpoint":1,
            "nodePriority":0,"isReadOnlyReplica":false}],"serverIp":"127.0.0.1","serverPort":{{port}}}
            """;
        server.Given(Request.Create().WithPath("/gossip")).RespondWith(Response.Create().WithBody(gossip));
        server.Given(Request.Create().WithPath("/info")).RespondWith(Response.Create().WithStatusCode(503));
        using var nodes = Clients.Create("admin:changeit@");
        var node = new NodeEndpoint("127.0.0.1", port);
        var first = await nodes.GossipAsync(node, Token);
        server.Given(Request.Create().WithPath("/info")).AtPriority(-1).RespondWith(Response.Create().WithBody("""{"esVersion":"22.10.5.0"}"""));

        var later = await nodes.GossipAsync(node, Token);

        Assert.Equal((null, "22.10.5.0"), (first.Answer!.Members[0].Version, later.Answer!.Members[0].Version));
    }

    [Fact]
    public async Task Only_the_question_for_a_scavenge_carries_credentials()
    {
        server.Given(Request.Create().WithPath("/info")).RespondWith(Response.Create().WithBody("""{"esVersion":"22.10.5.0"}"""));
        server.Given(Request.Create().WithPath("/admin/scavenge/current")).RespondWith(Response.Create().WithBody("ScavengeId: , ScavengeLink: "));
        using var nodes = Clients.Create("admin:changeit@");
        var node = new NodeEndpoint("127.0.0.1", server.Port);

        Assert.Equal("22.10.5.0", (await nodes.InfoAsync(node, Token))?.Version);
        Assert.False(await nodes.IsScavengingAsync(node, Token));
        Assert.Equal(
            [("/admin/scavenge/current", true), ("/info", false)],
            server.LogEntries.Select(entry => (entry.RequestMessage!.Path, entry.RequestMessage.Headers!.ContainsKey("Authorization"))).Order());
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, false)]
    [InlineData(401, null)]
    [InlineData(500, null)]
    public async Task A_licence_is_there_or_not_or_not_told(int status, bool? isLicensed)
    {
        server.Given(Request.Create().WithPath("/license")).RespondWith(Response.Create().WithStatusCode(status).WithBody("""{"licenseId":"1"}"""));
        using var nodes = Clients.Create("admin:changeit@");

        Assert.Equal(isLicensed, await nodes.IsLicensedAsync(new NodeEndpoint("127.0.0.1", server.Port), Token));
        Assert.True(Assert.Single(server.LogEntries).RequestMessage!.Headers!.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Any_other_answer_tells_nothing(int status)
    {
        server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(status));
        using var nodes = Clients.Create("admin:changeit@");
        var node = new NodeEndpoint("127.0.0.1", server.Port);

        Assert.Null(await nodes.InfoAsync(node, Token));
        Assert.Null(await nodes.IsScavengingAsync(node, Token));
    }
}
