using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What becomes of auto-scavenge while nodes are updated.</summary>
internal static class AutoScavengeCheck
{
    /// <summary>Asks the leader, to whom every other node forwards; and any other where nobody leads.</summary>
    public static async Task<Check> OfAsync(
        ClusterUpdate state, FirstLook first, IAutoScavenge nodes, CancellationToken cancellationToken)
    {
        var asked = first.Look.Nodes
            .Where(node => node.Value.Own is not null)
            .OrderByDescending(node => node.Value.Own!.State is NodeState.Leader)
            .Select(node => node.Key)
            .FirstOrDefault();
        return asked is null || first.Denied is not null
            ? NoAutoScavengeRuns(AutoScavenge.NotAsked, state)
            : NoAutoScavengeRuns(await nodes.AutoScavengeAsync(asked, cancellationToken), state);
    }

    /// <summary>It moves leadership by itself. What somebody else has paused stays so.</summary>
    public static Check NoAutoScavengeRuns(AutoScavenge found, ClusterUpdate state) => (found.State, state.AutoScavengePausedAt) switch
    {
        (AutoScavengeState.Absent, _) => Passed("none, or it is switched off, or has no licence"),
        (AutoScavengeState.NotConfigured, _) => Passed("it has no schedule"),
        (AutoScavengeState.Running, _) => Note("it has a schedule: it is paused before a node is taken down, and resumed in the end"),
        (AutoScavengeState.Pausing or AutoScavengeState.Paused, { } since) =>
            Note($"an earlier run of this update paused it at {since:u}: it is resumed in the end"),
        (AutoScavengeState.Pausing or AutoScavengeState.Paused, _) =>
            Note("it is paused, and not by this update as far as is known: it is left so", AutoScavenge.HowToResume),
        (AutoScavengeState.Denied, _) => Note($"it cannot be paused: {found.Problem}"),
        _ => NotChecked(found.Problem ?? "no node was asked"),
    };
}
