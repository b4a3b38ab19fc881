namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>
/// Lets some of the rolls pause between two nodes, and nodes bake. It draws from a source of its own, after everything else: what a seed
/// meant before, it means still, where it draws neither.
/// </summary>
internal static class PauseSource
{
    private const double Share = 0.06;

    /// <summary>The scenario, or the same with pauses or a bake.</summary>
    public static Scenario With(Scenario scenario)
    {
        var draw = new Draw(unchecked((scenario.Seed * 715_225_739) + 29));
        var inputs = scenario.Inputs with
        {
            MaxNodes = draw.Chance(Share) ? draw.Number(1, 2) : null,
            PausesBeforeLeader = draw.Chance(Share),
            BakeSeconds = draw.Chance(Share) ? draw.Skewed(1, 60) : 0,
        };
        return scenario with { Inputs = inputs };
    }
}
