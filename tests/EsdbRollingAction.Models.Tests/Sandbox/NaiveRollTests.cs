using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class NaiveRollTests
{
    [Fact]
    public async Task Going_on_when_health_says_204_breaks_the_rules()
    {
        var options = new SandboxOptions { TimeScale = 40 };
        await using var sandbox = await EsdbRollingAction.Sandbox.Sandbox.StartAsync(options);
        using var roll = new NaiveRoll(sandbox, options.TargetInstanceType);

        await roll.RollAsync(TestContext.Current.CancellationToken);

        var broken = sandbox.Referee.BrokenRules.Select(rule => rule.Rule).ToList();
        Assert.Contains("leader-stopped", broken);
        Assert.Contains("stopped-while-another-is-not-level", broken);
        Assert.Contains("quorum-lost", broken);
        Assert.Contains("order", broken);
    }
}
