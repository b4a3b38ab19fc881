using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class RollTests
{
    [Fact]
    public async Task The_whole_cluster_is_rolled_in_order_and_leadership_moves_once()
    {
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.Equal(1, rolling.Sandbox.Report().LeadershipMoves);
        Assert.Equal(
            ["i-04d277e342129fe6c", "i-017bbfe8345fcf55e", "i-03191b6f020b34580", "i-061d6f4c1f38f1700"],
            rolling.Acts.Where(act => act.Contains("StopInstances", StringComparison.Ordinal)).Select(act => act.Split(' ')[^1]));
        var outputs = rolling.Outputs();
        Assert.Equal(
            ("Success", "", "", "4", "4", "true", rolling.StatePath, "false"),
            (outputs["cluster-update-status"], outputs["failure-reason"], outputs["failed-node"], outputs["nodes-total"],
                outputs["nodes-updated"], outputs["changed"], outputs["state-file"], outputs["resumable"]));
    }

    [Fact]
    public async Task A_secured_cluster_over_tls_with_its_own_authority_is_rolled_and_no_secret_is_written_anywhere()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Tls = true });

        var result = await rolling.RunAsync(("AWS_SECRET_ACCESS_KEY", "aVerySecretKey"));

        rolling.AssertRolled(result);
        var written = result.Output + result.Error + rolling.State.ToJsonString() + string.Concat(rolling.Outputs().Values);
        Assert.DoesNotContain(Rolling.Password, written, StringComparison.Ordinal);
        Assert.DoesNotContain("aVerySecretKey", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_is_as_wanted_already_is_left_alone()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { InstanceType = "t2.xlarge" });

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.Empty(rolling.Acts);
        Assert.Equal("false", rolling.Outputs()["changed"]);
    }

    [Fact]
    [Exhaustive]
    public async Task Five_voters_and_two_replicas_are_rolled()
    {
        var nodes = Enumerable.Range(1, 7).Select(number => new NodeOptions($"node{number}", $"i-{number:0000}", IsReadOnlyReplica: number > 5)).ToList();
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { Nodes = nodes, Leader = "node1", TimeScale = 60 });

        rolling.AssertRolled(await rolling.RunAsync());
    }

    [Fact]
    [Exhaustive]
    public async Task One_iteration_at_a_time_rolls_the_cluster_too()
    {
        await using var rolling = await Rolling.StartAsync();

        for (var step = 0; step < 400; step++)
        {
            var result = await rolling.RunAsync(("INPUT_MODE", "step"), ("INPUT_ITERATION_INTERVAL_SECONDS", "1"));
            Require.That(result.ExitCode == 0, result);
            if ((string)rolling.State["ClusterUpdateStatus"]! == "Success")
            {
                rolling.AssertRolled(result);
                return;
            }
        }

        Assert.Fail("400 steps were not enough");
    }
}
