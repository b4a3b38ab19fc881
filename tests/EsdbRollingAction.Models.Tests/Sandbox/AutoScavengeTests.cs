using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class AutoScavengeTests
{
    private static readonly SandboxOptions Licensed = new() { Secured = true, ServerVersion = "25.0.1", AutoScavenge = AutoScavengeState.Waiting };

    private readonly CancellationToken cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public void Unless_it_is_paused_it_resigns_the_leader_in_the_middle_of_a_roll()
    {
        Assert.True(MovesAfterAStop(Licensed, paused: false) > 0);
        Assert.Equal(0, MovesAfterAStop(Licensed, paused: true));
        Assert.Equal(0, MovesAfterAStop(Licensed with { AutoScavenge = null }, paused: false));
    }

    [Fact]
    public void The_scavenge_of_a_node_takes_a_while_to_stop_and_until_then_it_is_not_resumed()
    {
        var cluster = new VirtualCluster(Licensed with { AutoScavenge = AutoScavengeState.InProgress });

        Assert.False(cluster.Cluster.PauseAutoScavenge());
        Assert.Equal((AutoScavengeState.Pausing, false), (cluster.Cluster.AutoScavenge, cluster.Cluster.ResumeAutoScavenge()));
        cluster.Pass(4);
        Assert.Equal(AutoScavengeState.Paused, cluster.Cluster.AutoScavenge);
        Assert.True(cluster.Cluster.ResumeAutoScavenge());
        Assert.Equal(AutoScavengeState.InProgress, cluster.Cluster.AutoScavenge);
    }

    [Fact]
    public void A_cluster_that_is_built_again_has_it_as_it_was()
    {
        var cluster = new VirtualCluster(Licensed);
        cluster.Cluster.PauseAutoScavenge();

        Assert.Equal(AutoScavengeState.Paused, cluster.Again().Cluster.AutoScavenge);
    }

    [Fact]
    public async Task It_answers_as_the_plugin_does()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync(Licensed);
        using var follower = new HttpClient { BaseAddress = sandbox.NodeUrls[0] };
        using var leader = new HttpClient { BaseAddress = sandbox.NodeUrls[1] };

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(leader, "status", "admin:nope")).Status);
        var (status, body) = await AskAsync(follower, "status");
        using var read = JsonDocument.Parse(body);
        Assert.Equal((HttpStatusCode.OK, "Waiting"), (status, read.RootElement.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(leader, "pause")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(follower, "pause")).Status);
        Assert.Contains("\"Paused\"", (await AskAsync(leader, "status")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(follower, "resume")).Status);
        Assert.Equal(AutoScavengeState.Waiting, sandbox.Cluster.AutoScavenge);
    }

    [Theory]
    [InlineData("23.10.6", AutoScavengeState.Waiting, HttpStatusCode.NotFound)]
    [InlineData("24.10.0", null, HttpStatusCode.ServiceUnavailable)]
    public async Task Old_servers_do_not_know_it_and_those_without_a_licence_say_so(string version, AutoScavengeState? state, HttpStatusCode status)
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync(Licensed with { ServerVersion = version, AutoScavenge = state });
        using var leader = new HttpClient { BaseAddress = sandbox.NodeUrls[1] };

        Assert.Equal(status, (await AskAsync(leader, "status")).Status);
        Assert.Equal(status, (await AskAsync(leader, "pause")).Status);
    }

    private static int MovesAfterAStop(SandboxOptions options, bool paused)
    {
        var cluster = new VirtualCluster(options with { Faults = new Faults { AutoScavengeResigns = true } });
        if (paused)
        {
            cluster.Cluster.PauseAutoScavenge();
        }

        cluster.ChangeAndWait(VirtualCluster.Replica);
        Assert.Empty(cluster.BrokenRules);
        return cluster.Referee.LeadershipMoves;
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient http, string what, string user = "ops:changeit")
    {
        using var request = new HttpRequestMessage(what == "status" ? HttpMethod.Get : HttpMethod.Post, new Uri($"/auto-scavenge/{what}", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        using var answer = await http.SendAsync(request, cancelled);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancelled));
    }
}
