using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.Laboratory;

/// <summary>
/// Rolls in which everything goes wrong at random moments. <c>ESDB_LAB_SEEDS=17</c> runs one seed, <c>ESDB_LAB_SEEDS=1-500</c> runs many.
/// </summary>
public class LaboratoryTests
{
    private const int UsualSeeds = 1;
    private const int ExhaustiveSeeds = 8;

    public static TheoryData<int> Seeds => [.. AskedFor(Environment.GetEnvironmentVariable("ESDB_LAB_SEEDS"))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_goes_wrong_no_rule_is_broken_and_in_the_end_every_node_is_updated(int seed)
    {
        var result = await LaboratoryRoll.OfAsync(seed, TestContext.Current.CancellationToken);

        if (result.Findings.Count > 0)
        {
            Assert.Fail($"{Require.Few(result.Findings)}\n{HowToReplay(seed)}\n{Story.Of($"laboratory-{seed}", result.ToString())}");
        }
    }

    private static string HowToReplay(int seed) =>
        $"ESDB_LAB_SEEDS={seed} dotnet test --project tests/EsdbRollingAction.EndToEnd --filter-class '*LaboratoryTests'";

    private static IEnumerable<int> AskedFor(string? seeds)
    {
        var ends = seeds?.Split('-').Select(int.Parse).ToList() ?? [1, Extent.Of(UsualSeeds, ExhaustiveSeeds)];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
