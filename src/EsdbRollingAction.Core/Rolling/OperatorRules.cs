using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Verdict;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// How far this run may go, as the inputs say. Where one of these rules holds a node back no later look of this run would find it kept:
/// the run ends between two nodes.
/// </summary>
internal static class OperatorRules
{
    /// <summary>A job that is cut off in the middle of a node leaves the node so: better not to begin it.</summary>
    public static Verdict ThereIsTime(NodeView node, ClusterSnapshot cluster)
    {
        if (cluster.Settings.Deadline is not { } end || node.Entry.IsToBeFinished(cluster.At))
        {
            return Yes("the time is not limited, or the node has been begun");
        }

        var slowest = Slowest(cluster);
        var bake = cluster.Settings.BakeTime;
        var left = end - cluster.At;
        var rest = $"{node.Name} is not begun: {Math.Max(0, left.TotalMinutes):0.0} min of the time limit are left";
        return (left > slowest + bake, slowest > TimeSpan.Zero, bake > TimeSpan.Zero) switch
        {
            (true, _, _) => Yes($"{left.TotalMinutes:0.0} min are left"),
            (_, false, false) => No($"{node.Name} is not begun: the time limit is over"),
            (_, false, _) => No($"{rest}, and it bakes for {bake.TotalMinutes:0.0} min"),
            (_, _, false) => No($"{rest}, and the slowest node so far took {slowest.TotalMinutes:0.0} min"),
            _ => No($"{rest}, and the slowest node so far took {slowest.TotalMinutes:0.0} min and bakes for {bake.TotalMinutes:0.0} min"),
        };
    }

    /// <summary>When it is too late to begin another node, or null.</summary>
    public static DateTimeOffset? LatestBeginning(ClusterSnapshot cluster)
    {
        var needed = Slowest(cluster) + cluster.Settings.BakeTime;
        return cluster.Settings.Deadline is { } end && needed < end - DateTimeOffset.MinValue ? end - needed : null;
    }

    /// <summary>Who tries an update on a few nodes first looks at them before the others follow.</summary>
    public static Verdict NodesAreLeftToThisRun(NodeView node, ClusterSnapshot cluster)
    {
        var updated = cluster.State.NodesUpdatedInRun;
        return cluster.Settings.MaxNodes is not { } most || updated < most || node.Entry.IsInWork
            ? Yes("this run may update the node, or it was begun")
            : No($"{node.Name} is left to another run: this one has updated {updated}, as many as max-nodes lets it");
    }

    /// <summary>Who approves the hand-over lets another run do it. It comes last, so only the leader is left then.</summary>
    public static Verdict LeaderMayBeBegun(NodeView node, ClusterSnapshot cluster) =>
        cluster.Settings.PauseBeforeLeader && node is { Leads: true, Entry.IsInWork: false }
            ? No($"{node.Name} leads and is left to a run without pause-before-leader")
            : Yes("the node does not lead, or the leader may be begun");

    /// <summary>Nodes that were done without a restart tell nothing, nor does time in which one waited.</summary>
    private static TimeSpan Slowest(ClusterSnapshot cluster) => cluster.Nodes
        .Where(done => done.Entry is { NodeUpdateStatus: UpdateStatus.Success, WasTakenDown: true })
        .Select(done => done.Entry.Busy(cluster.At))
        .DefaultIfEmpty(TimeSpan.Zero)
        .Max();
}
