using System.Text.Json;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>
/// Lets some of the rolls run a command on every node. It draws from a source of its own, after everything else: what a seed meant
/// before there were commands, it means still, where it draws none.
/// </summary>
internal static class CommandSource
{
    private const double Share = 0.1;
    private const string Restart = "systemctl restart kurrentdb";

    /// <summary>The scenario, or the same with a command instead of its change.</summary>
    public static Scenario With(Scenario scenario, bool isSure)
    {
        var draw = new Draw(unchecked((scenario.Seed * 486_187_739) + 17));
        return draw.Chance(Share) || isSure ? Of(scenario, draw) : scenario;
    }

    private static Scenario Of(Scenario scenario, Draw draw)
    {
        var lines = Lines(draw);
        var reboots = draw.Chance(0.25);
        var command = new CommandOptions(Json(lines, draw.Chance(0.3) ? 200 : null))
        {
            RebootAfter = reboots,
            RollbackParametersJson = draw.Chance(0.4) ? Json(["mend-database", Restart], null) : null,
        };
        var faults = Faults(scenario.World, draw, command);
        var isSound = faults is { CommandStopsDatabase: null, CommandBreaks: null, CommandFails: null };
        var isRestarted = isSound && (reboots || lines.Length > 1 || lines[0] == Restart);
        var world = scenario.World with
        {
            Command = command,
            Faults = faults with
            {
                SsmLate = draw.Chance(0.2),
                RebootsLost = isSound && reboots ? draw.OneOf(0, 0, 1) : 0,
                ReplicaHangs = faults.ReplicaHangs && isRestarted,
            },
        };
        return Rolled(scenario, world, isSound, draw);
    }

    /// <summary>The scenario, in a world in which a document is rolled.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="world">The world.</param>
    /// <param name="isSound">Whether the document does on every node what it is to do.</param>
    /// <param name="draw">What becomes of single commands is drawn from it.</param>
    internal static Scenario Rolled(Scenario scenario, SandboxOptions world, bool isSound, Draw draw) => scenario with
    {
        World = world with { Restarts = null },
        Mishaps = Mishaps(draw, world.Nodes),
        TakenBackAfter = null,
        Refusals = scenario.Refusals with
        {
            StartOfTarget = null,
            StopOf = null,
            DatabaseOnTarget = false,
            Command = !isSound,
        },
    };

    private static string[] Lines(Draw draw) => draw.OneOf(0, 0, 0, 0, 1, 2, 3) switch
    {
        0 => [Restart],
        1 => ["echo nothing"],
        2 => ["sleep 120", Restart],
        _ => ["systemctl stop kurrentdb", "sleep 20", "systemctl start kurrentdb"],
    };

    private static Faults Faults(SandboxOptions world, Draw draw, CommandOptions command)
    {
        var faults = world.Faults with { DatabaseFailsOn = null, RebootHangs = null };
        var node = world.Nodes[draw.Number(0, world.Nodes.Count - 1)].Name;
        return !draw.Chance(0.25) ? faults : draw.OneOf(0, 1, 2) switch
        {
            0 => faults with { CommandFails = node },
            1 => faults with { CommandStopsDatabase = node },
            _ => faults with { CommandBreaks = node },
        };
    }

    private static List<(string Node, SsmMishap Mishap)> Mishaps(Draw draw, IReadOnlyList<NodeOptions> nodes) =>
    [
        .. Enumerable.Range(0, draw.OneOf(0, 0, 1, 2, 4)).Select(_ => (
            nodes[draw.Number(0, nodes.Count - 1)].Name,
            draw.OneOf(
                SsmMishap.NeverDelivered,
                SsmMishap.Undeliverable,
                SsmMishap.Terminated,
                SsmMishap.Delayed,
                SsmMishap.AnswerLost,
                SsmMishap.AnswerLost))),
    ];

    private static string Json(string[] lines, int? timeOut)
    {
        var values = new Dictionary<string, string[]> { ["commands"] = lines };
        if (timeOut is { } seconds)
        {
            values["executionTimeout"] = [$"{seconds}"];
        }

        return JsonSerializer.Serialize(values);
    }
}
