using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class PauseTests
{
    [Theory]
    [InlineData(true)]
    [ExhaustiveData(false)]
    public async Task A_canary_then_the_rest_then_the_leader_are_rolled_one_run_after_another_as_was_approved_once(bool hasState)
    {
        await using var rolling = await Rolling.StartAsync();
        await rolling.RunAsync(("INPUT_MODE", "plan"));
        var approved = ("INPUT_EXPECTED_PLAN_DIGEST", hasState ? rolling.Outputs()["plan-digest"] : null);

        var canary = await rolling.RunAsync(approved, ("INPUT_MAX_NODES", "1"));

        Require.That(canary.ExitCode == 0, canary);
        AssertPaused(rolling, "max-nodes", updated: 1);
        Assert.Contains("This run has updated 1, as many as max-nodes lets it", canary.Output, StringComparison.Ordinal);
        Forget(rolling, hasState);

        var rest = await rolling.RunAsync(approved, ("INPUT_PAUSE_BEFORE_LEADER", "true"));

        Require.That(rest.ExitCode == 0, rest);
        AssertPaused(rolling, "leader", updated: 3);
        Assert.DoesNotContain(rolling.Acts, act => act.Contains("resign", StringComparison.Ordinal));
        Forget(rolling, hasState);

        rolling.AssertRolled(await rolling.RunAsync(approved));
        Assert.Equal(("", "0", "false"), (rolling.Outputs()["paused-because"], rolling.Outputs()["nodes-remaining"], rolling.Outputs()["resumable"]));
    }

    [Fact]
    public async Task A_paused_run_can_be_taken_back()
    {
        await using var rolling = await Rolling.StartAsync();
        await rolling.RunAsync(("INPUT_MAX_NODES", "2"));

        var back = await rolling.RunAsync(("INPUT_MODE", "rollback"));

        Require.That(back.ExitCode == 0, back);
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal("t2.large", instance.Type));
    }

    [Fact]
    public async Task While_an_upgrade_is_paused_no_upgraded_voter_has_a_priority_with_which_it_would_lead()
    {
        await using var rolling = await Rolling.StartAsync(
            new SandboxOptions { TimeScale = 40, ServerVersion = "23.10.8", Upgrade = new UpgradeOptions("24.10.4") });

        var paused = await rolling.RunAsync(("INPUT_PAUSE_BEFORE_LEADER", "true"));

        Require.That(paused.ExitCode == 0, paused);
        var nodes = rolling.State["EventStoreNodeUpdates"]!.AsArray().ToLookup(node => (string?)node!["NodeType"]);
        var old = (int)nodes["Leader"].Single()!["OriginalNodePriority"]!;
        Assert.All(nodes["Follower"], upgraded => Assert.True((int)upgraded!["CurrentNodePriority"]! < old));
        rolling.AssertRolled(await rolling.RunAsync());
    }

    [Fact]
    public async Task A_node_bakes_before_the_next_one_is_begun_also_after_the_program_was_killed_meanwhile()
    {
        var bake = ("INPUT_BAKE_MINUTES", "0.05");
        await using var rolling = await Rolling.StartAsync();
        using (var victim = rolling.Program(bake, ("INPUT_TAKE_OVER", "true")))
        {
            victim.Start();
            while (!victim.Output.Any(line => line.Contains(" bakes until ", StringComparison.Ordinal)))
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            victim.Kill();
            await victim.WaitAsync(TestContext.Current.CancellationToken);
        }

        var result = await rolling.RunAsync(bake, ("INPUT_TAKE_OVER", "true"));

        rolling.AssertRolled(result);
        Assert.All(rolling.State["EventStoreNodeUpdates"]!.AsArray(), node =>
        {
            var baking = node!["Phases"]!.AsArray().First(span => (string?)span!["Phase"] == "Baking")!;
            Assert.True((DateTimeOffset)node["FinishedAt"]! - (DateTimeOffset)baking["Since"]! >= TimeSpan.FromSeconds(3));
        });
    }

    private static void AssertPaused(Rolling rolling, string because, int updated)
    {
        var outputs = rolling.Outputs();
        Assert.Equal(
            ("InProgress", because, $"{updated}", $"{4 - updated}", "true", ""),
            (outputs["cluster-update-status"], outputs["paused-because"], outputs["nodes-updated"], outputs["nodes-remaining"],
                outputs["resumable"], outputs["failure-reason"]));
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(EsdbRollingAction.Sandbox.Model.Ec2State.Running, instance.State));
        Assert.Equal(updated, rolling.Sandbox.Ec2.Truth.Count(instance => instance.Type == "t2.xlarge"));
    }

    private static void Forget(Rolling rolling, bool hasState)
    {
        if (!hasState)
        {
            File.Delete(rolling.StatePath);
        }
    }
}
