using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class NaiveCommandRollTests
{
    private static readonly SandboxOptions Options = new()
    {
        TimeScale = 40,
        Command = new CommandOptions("""{"commands":["systemctl restart kurrentdb"]}"""),
    };

    [Fact]
    public async Task Sending_to_all_nodes_at_once_breaks_the_rules()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync(Options);
        using var roll = new NaiveCommandRoll(sandbox);

        await roll.SendToAllAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => sandbox.Referee.BrokenRules.Any(rule => rule.Rule == "quorum-lost"));

        var broken = sandbox.Referee.BrokenRules.Select(rule => rule.Rule).ToList();
        Assert.Contains("leader-stopped", broken);
        Assert.Contains("second-voter-down", broken);
        Assert.Contains("order", broken);
    }

    [Fact]
    public async Task Going_on_when_the_command_has_succeeded_breaks_the_rules()
    {
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync(Options);
        using var roll = new NaiveCommandRoll(sandbox);

        await roll.SendOneByOneAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => sandbox.Referee.BrokenRules.Any(rule => rule.Rule == "quorum-lost"));

        var broken = sandbox.Referee.BrokenRules.Select(rule => rule.Rule).ToList();
        Assert.Contains("leader-stopped", broken);
        Assert.Contains(broken, rule => rule is "stopped-while-another-is-not-level" or "second-voter-down");
        Assert.Contains("order", broken);
        Assert.DoesNotContain("command-sent-twice", broken);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var looks = 0; !isSo(); looks++)
        {
            Assert.True(looks < 500, "It did not happen in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
