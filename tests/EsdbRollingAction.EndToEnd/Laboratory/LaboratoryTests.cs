using System.Collections.Concurrent;

namespace EsdbRollingAction.EndToEnd.Laboratory;

/// <summary>
/// Rolls in which everything goes wrong at random moments. <c>ESDB_LAB_SEEDS=17</c> runs one seed and tells its history,
/// <c>ESDB_LAB_SEEDS=1-500</c> runs many; <c>ESDB_LAB_PARALLEL</c> says how many at once.
/// </summary>
public class LaboratoryTests
{
    private const string UsualSeeds = "1-8";

    [Fact]
    public async Task Whatever_goes_wrong_no_rule_is_broken_and_in_the_end_every_node_is_updated()
    {
        var seeds = Seeds(Environment.GetEnvironmentVariable("ESDB_LAB_SEEDS") ?? UsualSeeds);
        var findings = new ConcurrentQueue<string>();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = int.TryParse(Environment.GetEnvironmentVariable("ESDB_LAB_PARALLEL"), out var count) ? count : 8,
            CancellationToken = TestContext.Current.CancellationToken,
        };
        await Parallel.ForEachAsync(seeds, parallel, async (seed, token) =>
        {
            var result = await LaboratoryRoll.OfAsync(seed, token);
            if (result.Findings.Count > 0 || seeds.Count == 1)
            {
                findings.Enqueue(result.ToString());
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', findings));

        Assert.True(findings.IsEmpty || seeds.Count == 1 && !findings.Single().Contains(LaboratoryResult.Finding, StringComparison.Ordinal), string.Join('\n', findings));
    }

    private static List<int> Seeds(string text)
    {
        var ends = text.Split('-').Select(int.Parse).ToList();
        return [.. Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)];
    }
}
