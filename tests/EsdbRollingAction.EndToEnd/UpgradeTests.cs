using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class UpgradeTests
{
    private static readonly string[] InOrder = ["test-node4readonly", "test-node", "test-node3", "test-node2"];

    /// <summary>Servers before 23.10 tell their version in <c>/info</c> only.</summary>
    [Theory]
    [InlineData("22.10.5", "23.10.8")]
    [InlineData("23.10.8", "24.10.4")]
    [ExhaustiveData("24.10.4", "25.1.0")]
    public async Task Every_node_is_upgraded_once_in_order(string from, string to)
    {
        await using var rolling = await Rolling.StartAsync(Options(from, to));

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.Equal(InOrder, Sent(rolling));
        Assert.Contains($"Done: 4 of 4 nodes are {to}, 4 of them by this update.", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A leader of 22.10 does not replicate to 21.10.</summary>
    [Fact]
    public async Task The_old_leader_is_upgraded_last_though_it_can_never_follow_a_new_one()
    {
        await using var rolling = await Rolling.StartAsync(Options("21.10.9", "22.10.5") with { Faults = new() { NewLeaderLosesOld = true } });

        rolling.AssertRolled(await rolling.RunAsync());

        Assert.Equal(InOrder, Sent(rolling));
    }

    [Fact]
    public async Task Running_again_after_it_was_done_sends_nothing()
    {
        await using var rolling = await Rolling.StartAsync(Options());
        rolling.AssertRolled(await rolling.RunAsync());
        File.Delete(rolling.StatePath);

        var result = await rolling.RunAsync();

        Require.That(result.ExitCode == 0, result);
        Assert.Equal(4, Sent(rolling).Count());
        Assert.Equal("false", rolling.Outputs()["changed"]);
    }

    [Fact]
    public async Task A_document_that_installs_nothing_ends_the_update_at_its_node()
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Faults = new() { UpgradeDoesNothing = "test-node" } });

        var result = await rolling.RunAsync();

        Require.That(result.ExitCode == 1, result);
        Assert.Equal("change-failed", rolling.Outputs()["failure-reason"]);
        Assert.Contains("still has version 23.10.8", result.Error, StringComparison.Ordinal);
        Assert.Equal(InOrder[..2], Sent(rolling));
        Assert.Empty(rolling.Sandbox.Referee.BrokenRules);
    }

    [Fact]
    public async Task A_server_that_does_not_start_is_put_back_by_the_other_parameters()
    {
        var options = Options(rollback: "23.10.8") with { Faults = new() { UpgradeBreaks = "test-node" } };
        await using var rolling = await Rolling.StartAsync(options);

        var result = await rolling.RunAsync(("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "15"));

        Require.That(result.ExitCode == 1, result);
        Assert.Contains("test-node was put back to 23.10.8", result.Error, StringComparison.Ordinal);
        Assert.Empty(rolling.Sandbox.Referee.BrokenRules);
    }

    [Theory]
    [InlineData("INPUT_TARGET_SERVER_VERSION", "newest", 2, "target-server-version is 'newest'")]
    [InlineData("INPUT_TARGET_SERVER_VERSION", null, 2, "No target server version")]
    [InlineData("INPUT_ALLOW_DOWNGRADE", "yes", 2, "allow-downgrade is 'yes'")]
    [InlineData("INPUT_TARGET_SERVER_VERSION", "22.10.5", 3, "UpgradeIsSupported")]
    public async Task What_cannot_be_upgraded_is_refused_before_anything_is_touched(string variable, string? value, int exit, string message)
    {
        await using var rolling = await Rolling.StartAsync(Options());

        var result = await rolling.RunAsync((variable, value));

        Require.That(result.ExitCode == exit, result);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(Sent(rolling));
    }

    [Theory]
    [InlineData(1)]
    [ExhaustiveData(2)]
    public async Task Killed_again_and_again_without_its_state_it_sends_each_node_one_command(int seed)
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Seed = seed });
        var random = new Random(seed);
        for (var kills = 0; kills < 8; kills++)
        {
            using var victim = rolling.Program(("INPUT_TAKE_OVER", "true"));
            await victim.KillAfter(TimeSpan.FromSeconds(0.3 + (random.NextDouble() * 2)), TestContext.Current.CancellationToken);
            File.Delete(rolling.StatePath);
        }

        rolling.AssertRolled(await rolling.RunAsync());
        Assert.Equal(InOrder.Order(), Sent(rolling).Order());
    }

    private static SandboxOptions Options(string from = "23.10.8", string to = "24.10.4", string? rollback = null) =>
        new() { TimeScale = 40, ServerVersion = from, Upgrade = new UpgradeOptions(to, rollback) };

    private static IEnumerable<string> Sent(Rolling rolling) => rolling.Sandbox.Ssm.Truth.Reverse()
        .Where(run => run.Command.Request.Comment.Contains(" change-", StringComparison.Ordinal))
        .Select(run => run.Node);
}
