using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

[Exhaustive]
public class KillTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Killed_again_and_again_it_ends_with_all_nodes_updated(int seed) =>
        await RollKilledAgainAndAgain(seed, loseTheState: false);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Killed_again_and_again_with_its_state_lost_every_time_it_ends_with_all_nodes_updated(int seed) =>
        await RollKilledAgainAndAgain(seed, loseTheState: true);

    private static async Task RollKilledAgainAndAgain(int seed, bool loseTheState)
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Seed = seed });
        var random = new Random(seed);
        for (var kills = 0; kills < 12; kills++)
        {
            using var victim = rolling.Program();
            await victim.KillAfter(TimeSpan.FromSeconds(0.3 + (random.NextDouble() * 2)), TestContext.Current.CancellationToken);
            if (loseTheState)
            {
                File.Delete(rolling.StatePath);
            }
            else if (File.Exists(rolling.StatePath))
            {
                Assert.NotNull(rolling.State);
            }
        }

        rolling.AssertRolled(await rolling.RunAsync());
    }
}
