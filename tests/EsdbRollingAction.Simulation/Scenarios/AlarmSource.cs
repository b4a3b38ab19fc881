using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>
/// Gives the operators of some of the rolls an alarm, which is raised and quiet again by schedule. It draws from a source of its own, after
/// everything else: what a seed meant before, it means still, where it draws none.
/// </summary>
internal static class AlarmSource
{
    private const double Share = 0.04;
    private const string Name = "appends-are-slow";

    /// <summary>The scenario, or the same with an alarm. When nothing disturbs any more it is quiet.</summary>
    public static Scenario With(Scenario scenario, bool isSure)
    {
        var draw = new Draw(unchecked((scenario.Seed * 198_491_317) + 41));
        if (!draw.Chance(Share) && !isSure)
        {
            return scenario;
        }

        var changes = Changes(draw);
        var quiet = TimeSpan.FromSeconds(changes[^1].After);
        return scenario with
        {
            World = scenario.World with
            {
                Alarms = [new AlarmOptions(Name, draw.OneOf(AlarmState.Ok, AlarmState.Ok, AlarmState.InsufficientData)) { Changes = changes }],
            },
            Calm = scenario.Calm < quiet ? quiet : scenario.Calm,
        };
    }

    private static List<AlarmChange> Changes(Draw draw)
    {
        var changes = new List<AlarmChange>();
        var at = draw.OneOf(0, 0, draw.Between(0, 60));
        for (var times = draw.OneOf(1, 1, 2, 3); times > 0; times--)
        {
            changes.Add(new AlarmChange(at, AlarmState.Alarm));
            at += draw.Skewed(2, 90);
            changes.Add(new AlarmChange(at, draw.OneOf(AlarmState.Ok, AlarmState.Ok, AlarmState.InsufficientData)));
            at += draw.Skewed(2, 60);
        }

        return changes;
    }
}
