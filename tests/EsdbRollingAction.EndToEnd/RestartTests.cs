using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class RestartTests
{
    private static readonly string[] InOrder = ["i-04d277e342129fe6c", "i-017bbfe8345fcf55e", "i-03191b6f020b34580", "i-061d6f4c1f38f1700"];

    [Fact]
    public async Task Every_node_is_stopped_and_started_once_in_order_and_no_type_is_changed()
    {
        await using var rolling = await Rolling.StartAsync(Options(RestartKind.StopStart));

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.Equal(InOrder, ActsOf(rolling, "StopInstances"));
        Assert.Empty(ActsOf(rolling, "ModifyInstanceAttribute"));
        Assert.Contains("Done: 4 of 4 nodes are restarted, 4 of them by this update.", result.Output, StringComparison.Ordinal);
        Assert.Equal(("true", "4"), (rolling.Outputs()["changed"], rolling.Outputs()["nodes-updated"]));
    }

    [Fact]
    public async Task Every_node_is_rebooted_once_in_order_and_none_is_stopped()
    {
        await using var rolling = await Rolling.StartAsync(Options(RestartKind.Reboot));

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.Equal(InOrder, ActsOf(rolling, "RebootInstances"));
        Assert.Empty(ActsOf(rolling, "StopInstances"));
        Assert.Empty(rolling.Sandbox.Ec2.Reservations);
    }

    [Fact]
    public async Task A_plan_shows_what_EC2_has_scheduled_and_what_would_happen()
    {
        await using var rolling = await Rolling.StartAsync(Options(RestartKind.StopStart) with { Retiring = "test-node" });
        var summary = Path.Combine(rolling.Sandbox.Folder, "summary.md");

        var result = await rolling.RunAsync(("INPUT_MODE", "plan"), ("GITHUB_STEP_SUMMARY", summary));

        Require.That(result.ExitCode == 0, result);
        Assert.Contains("NothingIsScheduled: test-node: EC2 has scheduled instance-retirement", result.Output, StringComparison.Ordinal);
        Assert.Contains("stop, start, catch up", await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(rolling.Acts);
    }

    [Theory]
    [InlineData("INPUT_RESTART_KIND", "off-and-on", "restart-kind is 'off-and-on'")]
    [InlineData("INPUT_TARGET_INSTANCE_TYPE", "t2.xlarge", "Ec2InstanceRestart changes no instance type")]
    [InlineData("INPUT_UPDATE_STRATEGY", "Restart", "'Restart' is not known; there are Ec2InstanceTypeUpdate, Ec2InstanceRestart, SsmCommandUpdate and ServerVersionUpdate")]
    public async Task What_a_restart_cannot_be_told_is_bad_input(string variable, string value, string message)
    {
        await using var rolling = await Rolling.StartAsync(Options(RestartKind.StopStart));

        var result = await rolling.RunAsync((variable, value));

        Require.That(result.ExitCode == 2, result);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(rolling.Acts);
    }

    [Fact]
    [Exhaustive]
    public async Task A_restart_is_not_taken_back()
    {
        await using var rolling = await Rolling.StartAsync(Options(RestartKind.StopStart));
        rolling.AssertRolled(await rolling.RunAsync());
        var acts = rolling.Acts.Count();

        var result = await rolling.RunAsync(("INPUT_MODE", "rollback"));

        Require.That(result.ExitCode == 2, result);
        Assert.Contains("Ec2InstanceRestart cannot be taken back", result.Error, StringComparison.Ordinal);
        Assert.Equal(acts, rolling.Acts.Count());
    }

    [Theory]
    [ExhaustiveData(RestartKind.StopStart, 1, false)]
    [ExhaustiveData(RestartKind.StopStart, 2, true)]
    [ExhaustiveData(RestartKind.Reboot, 3, false)]
    public async Task Killed_again_and_again_with_and_without_its_state_it_ends_with_all_nodes_restarted(RestartKind kind, int seed, bool loseTheState)
    {
        await using var rolling = await Rolling.StartAsync(Options(kind) with { Seed = seed });
        var random = new Random(seed);
        for (var kills = 0; kills < 10; kills++)
        {
            using var victim = rolling.Program();
            await victim.KillAfter(TimeSpan.FromSeconds(0.3 + (random.NextDouble() * 2)), TestContext.Current.CancellationToken);
            if (loseTheState)
            {
                File.Delete(rolling.StatePath);
            }
        }

        rolling.AssertRolled(await rolling.RunAsync());
    }

    /// <summary>Nothing but the state tells which machines were rebooted: without it they may be once more, under the same rules.</summary>
    [Fact]
    [Exhaustive]
    public async Task Without_its_state_a_killed_roll_of_reboots_reboots_every_node_and_breaks_no_other_rule()
    {
        await using var rolling = await Rolling.StartAsync(Options(RestartKind.Reboot));
        using var victim = rolling.Program();
        victim.Start();
        while (!ActsOf(rolling, "RebootInstances").Skip(1).Any())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        victim.Kill();
        File.Delete(rolling.StatePath);

        var result = await rolling.RunAsync();

        Require.That(result.ExitCode == 0, result);
        rolling.Sandbox.Referee.Finish();
        Assert.Equal(InOrder, ActsOf(rolling, "RebootInstances").TakeLast(4));
        Assert.All(rolling.Sandbox.Referee.BrokenRules, broken => Assert.Equal("stopped-without-need", broken.Rule));
        Assert.Equal(4, rolling.Sandbox.Report().NodesUpdated);
    }

    private static SandboxOptions Options(RestartKind kind) => new() { TimeScale = 40, Restarts = kind };

    internal static IEnumerable<string> ActsOf(Rolling rolling, string operation) =>
        rolling.Acts.Where(act => act.Contains($" {operation} ", StringComparison.Ordinal)).Select(act => act.Split(' ')[^1]);
}
