using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>
/// Lets some of the rolls bring every node to another version of the server. It draws from a source of its own, after everything else:
/// what a seed meant before, it means still, where it draws none.
/// </summary>
internal static class VersionSource
{
    private const double Share = 0.05;
    private const string Document = "esdb-upgrade";

    /// <summary>The same with versions instead of its change, or null.</summary>
    public static Scenario? Of(Scenario scenario, bool isSure)
    {
        var draw = new Draw(unchecked((scenario.Seed * 373_587_883) + 23));
        return draw.Chance(Share) || isSure ? With(scenario, draw) : null;
    }

    private static Scenario With(Scenario scenario, Draw draw)
    {
        var (from, target) = draw.OneOf(
            ("22.10.5", "23.10.8"), ("23.10.8", "24.10.4"), ("23.10.8", "24.10"), ("24.10.4", "25.1.0"), ("24.10.4", "24.10.5"));
        var reboots = draw.Chance(0.25);
        var upgrade = new UpgradeOptions(target, draw.Chance(0.4) ? from : null);
        upgrade = upgrade with { Custom = reboots ? Rebooting(upgrade) : null };
        var faults = Faults(scenario.World, draw);
        var isSound = faults is { UpgradeBreaks: null, UpgradeDoesNothing: null, CommandFails: null, CommandStopsDatabase: null };
        var areSomeDone = draw.Chance(0.2);
        var world = scenario.World with
        {
            Upgrade = upgrade,
            ServerVersion = from,
            Nodes = areSomeDone ? WithSomeDone(scenario.World.Nodes, target, draw) : scenario.World.Nodes,
            Faults = faults with
            {
                NewLeaderLosesOld = isSound && !reboots && !areSomeDone && LosesOld(scenario),
                SsmLate = draw.Chance(0.2),
                RebootsLost = isSound && reboots ? draw.OneOf(0, 0, 1) : 0,
                ReplicaHangs = faults.ReplicaHangs && isSound && !areSomeDone,
            },
        };
        var rolled = CommandSource.Rolled(scenario, world, isSound, draw);
        return faults.UpgradeBreaks is null ? rolled : WithoutServerOnTarget(rolled);
    }

    /// <summary>Two voters of which one does not follow the other have no majority, whoever leads.</summary>
    private static bool LosesOld(Scenario scenario) => scenario.World.Nodes.Count(node => !node.IsReadOnlyReplica) > 2
        && new Draw(unchecked((scenario.Seed * 179_424_673) + 29)).Chance(0.25);

    /// <summary>Every run waits for such a node until the limit: a low one, since more of the same shows nothing new.</summary>
    private static Scenario WithoutServerOnTarget(Scenario scenario) => scenario with
    {
        Inputs = scenario.Inputs with { StepByStep = false, MaxIterations = Math.Min(scenario.Inputs.MaxIterations ?? 30, 30) },
        Refusals = scenario.Refusals with { ServerOnTarget = true },
    };

    private static CommandOptions Rebooting(UpgradeOptions upgrade) => new(ParametersOf(upgrade.TargetVersion))
    {
        Document = Document,
        RollbackParametersJson = upgrade.RollbackVersion is { } version ? ParametersOf(version) : null,
        RebootAfter = true,
    };

    private static string ParametersOf(string version) => $$"""{"Version":["{{version}}"]}""";

    /// <summary>Somebody has begun by hand.</summary>
    private static List<NodeOptions> WithSomeDone(IReadOnlyList<NodeOptions> nodes, string target, Draw draw) =>
        [.. nodes.Select(node => node with { ServerVersion = draw.Chance(0.3) ? target : null })];

    private static Faults Faults(SandboxOptions world, Draw draw)
    {
        var faults = world.Faults with { DatabaseFailsOn = null, RebootHangs = null };
        var node = world.Nodes[draw.Number(0, world.Nodes.Count - 1)].Name;
        return !draw.Chance(0.3) ? faults : draw.OneOf(0, 1, 2, 3) switch
        {
            0 => faults with { UpgradeDoesNothing = node },
            1 => faults with { UpgradeBreaks = node },
            2 => faults with { CommandStopsDatabase = node },
            _ => faults with { CommandFails = node },
        };
    }
}
