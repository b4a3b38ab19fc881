using System.Collections.Concurrent;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation;

/// <summary>Many rolls, one seed each.</summary>
internal static class Campaign
{
    private const int StackBytes = 4 * 1024 * 1024;

    /// <summary>Rolls the seeds and returns those that broke a rule, in their order.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">How many rolls at once, each on a thread of its own.</param>
    /// <param name="mutant">What is wrong with the program.</param>
    /// <param name="surely">What every roll has.</param>
    public static IReadOnlyList<RollResult> Run(int first, int count, int threads, Mutant? mutant = null, Features surely = Features.None)
    {
        var failed = new ConcurrentBag<RollResult>();
        var next = first - 1;
        var crews = Enumerable.Range(0, threads).Select(_ => new Thread(Roll, StackBytes)).ToList();
        crews.ForEach(crew => crew.Start());
        crews.ForEach(crew => crew.Join());
        return [.. failed.OrderBy(result => result.Seed)];

        void Roll()
        {
            for (var seed = Interlocked.Increment(ref next); seed < first + count; seed = Interlocked.Increment(ref next))
            {
                var result = SimulatedRoll.Of(seed, mutant, surely: surely);
                if (result.Broken.Count > 0)
                {
                    failed.Add(result);
                }
            }
        }
    }

    /// <summary>The first roll that breaks such a rule, with its history; null when none of the seeds does.</summary>
    public static RollResult? First(int count, Mutant mutant, Predicate<BrokenRule> isSuch) => Enumerable.Range(0, count)
        .Where(seed => !mutant.NeedsOtherRuns || ScenarioSource.Of(seed).Others.Count > 0)
        .Select(seed => (seed, Broken: OnAThread(() => SimulatedRoll.Of(seed, mutant, surely: mutant.Needs)).Broken))
        .Where(roll => roll.Broken.Any(broken => isSuch(broken)))
        .Select(roll => Replay(roll.seed, mutant, mutant.Needs))
        .FirstOrDefault();

    /// <summary>The same roll once more, with its history.</summary>
    public static RollResult Replay(int seed, Mutant? mutant = null, Features surely = Features.None) =>
        OnAThread(() => SimulatedRoll.Of(seed, mutant, keepsHistory: true, surely));

    private static T OnAThread<T>(Func<T> roll)
        where T : class
    {
        T? result = null;
        var crew = new Thread(() => result = roll(), StackBytes);
        crew.Start();
        crew.Join();
        return result!;
    }
}
