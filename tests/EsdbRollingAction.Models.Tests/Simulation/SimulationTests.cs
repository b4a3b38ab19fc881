using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Simulation;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Mutants;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Models.Tests.Simulation;

/// <summary>Thousands of rolls in virtual time; <c>dotnet run --project tests/EsdbRollingAction.Simulation -- --seed N</c> shows one.</summary>
public sealed class SimulationTests
{
    private const int SeedsOfAMutant = 300;
    private const int SeedsOfConcurrentRuns = 2000;
    private const int SeedsNamed = 10;
    private const string Replay = "dotnet run --project tests/EsdbRollingAction.Simulation --";

    [Fact]
    public void No_rule_is_broken_in_hundreds_of_rolls()
    {
        var failed = Campaign.Run(first: 0, Extent.Of(300, 2000), Environment.ProcessorCount);

        Assert.True(failed.Count == 0, failed.Count == 0 ? "" : Explain(failed));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_program_that_breaks_a_rule_is_found_out(string rule)
    {
        var expected = Enum.Parse<Rule>(rule);

        var seeds = expected is Rule.TwoRunsAtWork ? SeedsOfConcurrentRuns : SeedsOfAMutant;
        var found = Campaign.First(seeds, AllMutants.Breaking(expected), broken => broken.Rule == expected);

        Assert.True(found is not null, $"None of {seeds} seeds shows a program that breaks {rule}.");
        Assert.Contains(found.History, line => line.Contains($"BROKEN: {rule}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Commands")]
    [InlineData("Versions")]
    [InlineData("Alarms")]
    [InlineData("Recoveries")]
    public void No_rule_is_broken_where_every_roll_has(string feature)
    {
        var surely = Enum.Parse<Features>(feature);

        var failed = Campaign.Run(first: 0, Extent.Of(200, 2000), Environment.ProcessorCount, surely: surely);

        Assert.True(failed.Count == 0, failed.Count == 0 ? "" : Explain(failed, surely));
    }

    [Fact]
    public void What_a_seed_draws_by_itself_is_the_same_where_every_roll_has_it()
    {
        var drawn = Enumerable.Range(0, 500).Where(seed => ScenarioSource.Of(seed).World.Upgrade is not null).ToList();

        Assert.InRange(drawn.Count, 10, 50);
        Assert.All(drawn, seed => Assert.Equivalent(ScenarioSource.Of(seed).World, ScenarioSource.Of(seed, Features.Versions).World));
    }

    [Theory]
    [InlineData("LooksForNoEarlierCommand")]
    [InlineData("SendsAgain")]
    [InlineData("TakesSuccessForLevel")]
    [InlineData("RebootsWithoutRules")]
    [InlineData("LowersNobody")]
    [InlineData("TakesAnyVersion")]
    [InlineData("TakesSuccessForTheVersion")]
    [InlineData("IgnoresAlarms")]
    public void A_program_that_is_wrong_on_purpose_is_found_out(string name)
    {
        var (mutant, expected) = AllMutants.Named[name];

        var found = Campaign.First(SeedsOfConcurrentRuns, mutant, broken => broken.Rule == expected);

        Assert.True(found is not null, $"None of {SeedsOfConcurrentRuns} seeds shows a program that {name} by {expected}.");
    }

    [Theory]
    [InlineData("Lock", nameof(Rule.TwoRunsAtWork))]
    [InlineData("FreshLook", nameof(Rule.SecondVoterDown))]
    [InlineData("FreshLook", nameof(Rule.LeaderStopped))]
    [InlineData("SameOrder", nameof(Rule.SecondVoterDown))]
    [InlineData("Lock, SameOrder", nameof(Rule.SecondVoterDown))]
    public void What_keeps_runs_apart_is_needed(string without, string rule)
    {
        var (mutant, expected) = (new Unprotected(Enum.Parse<Protections>(without)), Enum.Parse<Rule>(rule));

        var found = Campaign.First(SeedsOfConcurrentRuns, mutant, broken => broken.Rule == expected);

        Assert.True(found is not null, $"None of {SeedsOfConcurrentRuns} seeds shows a program without {without} by {rule}.");
    }

    [Fact]
    public void A_seed_is_the_same_roll_whenever_it_is_replayed()
    {
        var first = Campaign.Replay(3);

        Assert.NotEmpty(first.History);
        Assert.Equal(first.History, Campaign.Replay(3).History);
    }

    public static TheoryData<string> Rules => [.. Enum.GetNames<Rule>()];

    private static string Explain(IReadOnlyList<RollResult> failed, Features surely = Features.None) => string.Join('\n',
    [
        .. failed.Take(SeedsNamed).Select(result => $"{Replay}{(surely is Features.None ? "" : $" --{surely}".ToLowerInvariant())} --seed {result.Seed}: {result.Broken[0]}"),
        $"{failed.Count} seeds in all. The first one's history:",
        Story.Of($"simulation-{failed[0].Seed}", string.Join('\n', Campaign.Replay(failed[0].Seed, surely: surely).History)),
    ]);
}
