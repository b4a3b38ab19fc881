using System.Text;
using EsdbRollingAction.Core.Cluster;
using Microsoft.Extensions.Time.Testing;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Cluster;

/// <summary>The answers are those of KurrentDB's AutoScavengePlugin.</summary>
public sealed class AutoScavengeRequestTests : IDisposable
{
    private readonly WireMockServer server = WireMockServer.Start();
    private readonly NodeEndpoint node;

    public AutoScavengeRequestTests() => node = new NodeEndpoint("127.0.0.1", server.Port);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Theory]
    [InlineData("NotConfigured", AutoScavengeState.NotConfigured)]
    [InlineData("Waiting", AutoScavengeState.Running)]
    [InlineData("InProgress", AutoScavengeState.Running)]
    [InlineData("Pausing", AutoScavengeState.Pausing)]
    [InlineData("Paused", AutoScavengeState.Paused)]
    public async Task The_status_is_read(string state, AutoScavengeState read)
    {
        Answer(200, $$"""{"state":"{{state}}","schedule":"0 6 * * 6","timeUntilNextCycle":"1.13:14:32.6299115"}""");

        Assert.Equal(new AutoScavenge(read), await AskAsync(nodes => nodes.AutoScavenge.AutoScavengeAsync));
        Assert.Equal(("GET", "/auto-scavenge/status"), Requested());
    }

    [Theory]
    [InlineData("""{"state":"Dreaming"}""")]
    [InlineData("""{"state":7}""")]
    [InlineData("""{"state":"\ud800"}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("")]
    public void A_status_that_is_not_understood_tells_nothing(string body) =>
        Assert.Equal(AutoScavengeState.Unknown, HttpAutoScavenge.Read(Encoding.UTF8.GetBytes(body)).State);

    [Theory]
    [InlineData(200, AutoScavengeState.Paused)]
    [InlineData(202, AutoScavengeState.Pausing)]
    public async Task It_pauses_at_once_or_once_the_scavenge_of_a_node_has_stopped(int status, AutoScavengeState then)
    {
        Answer(status, "");

        Assert.Equal(new AutoScavenge(then), await AskAsync(nodes => nodes.AutoScavenge.PauseAutoScavengeAsync));
        Assert.Equal(("POST", "/auto-scavenge/pause"), Requested());
        Assert.StartsWith("Basic ", server.LogEntries.Single().RequestMessage!.Headers!["Authorization"].Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    public async Task It_is_resumed_by_the_leader_and_by_a_node_that_forwards(int status)
    {
        Answer(status, "");

        Assert.Equal(new AutoScavenge(AutoScavengeState.Running), await AskAsync(nodes => nodes.AutoScavenge.ResumeAutoScavengeAsync));
        Assert.Equal(("POST", "/auto-scavenge/resume"), Requested());
    }

    [Theory]
    [InlineData(404, "", AutoScavengeState.Absent, "the servers have none")]
    [InlineData(503, """{"detail":"AutoScavenge is not enabled"}""", AutoScavengeState.Absent, "the servers have no licence for it")]
    [InlineData(503, "", AutoScavengeState.Unknown, "answered HTTP 503")]
    [InlineData(500, """{"detail":"No leader node was found in the cluster"}""", AutoScavengeState.Unknown, "answered HTTP 500")]
    [InlineData(400, "\"Node is not the leader\"", AutoScavengeState.Unknown, "answered HTTP 400")]
    [InlineData(301, "", AutoScavengeState.Unknown, "answered HTTP 301")]
    [InlineData(401, "", AutoScavengeState.Denied, "check its password")]
    [InlineData(403, "", AutoScavengeState.Denied, "must be in the group `$admins` or `$ops`")]
    public async Task What_stands_in_the_way_is_said_and_asked_for_once(int status, string body, AutoScavengeState state, string why)
    {
        Answer(status, body);

        foreach (var ask in Requests())
        {
            server.ResetLogEntries();
            var answer = await AskAsync(ask);

            Assert.Equal(state, answer.State);
            Assert.Contains(why, answer.Problem, StringComparison.Ordinal);
            Assert.False(answer.Problem!.EndsWith('.'), answer.Problem);
            Assert.Single(server.LogEntries);
        }
    }

    [Fact]
    public async Task A_node_that_does_not_answer_in_time_has_told_nothing()
    {
        await using var silent = RawNode.Silent();
        var time = new FakeTimeProvider();
        using var nodes = Clients.Create("admin:changeit@", time: time);
        var asked = nodes.AutoScavenge.PauseAutoScavengeAsync(silent.Endpoint, Token);
        await silent.TakeRequestAsync();

        time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.Equal(new AutoScavenge(AutoScavengeState.Unknown, $"{silent.Endpoint} gave no answer within 3 s"), await asked);
    }

    private static Func<HttpClusterNodes, Func<NodeEndpoint, CancellationToken, Task<AutoScavenge>>>[] Requests() =>
        [nodes => nodes.AutoScavenge.AutoScavengeAsync, nodes => nodes.AutoScavenge.PauseAutoScavengeAsync, nodes => nodes.AutoScavenge.ResumeAutoScavengeAsync];

    private async Task<AutoScavenge> AskAsync(Func<HttpClusterNodes, Func<NodeEndpoint, CancellationToken, Task<AutoScavenge>>> ask)
    {
        using var nodes = Clients.Create("admin:changeit@");
        return await ask(nodes)(node, Token);
    }

    private (string Method, string Path) Requested()
    {
        var request = server.LogEntries.Single().RequestMessage!;
        return (request.Method, request.Path);
    }

    private void Answer(int status, string body) =>
        server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(status).WithBody(body));
}
