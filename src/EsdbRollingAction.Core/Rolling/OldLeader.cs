using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// While a voter of the old version is left, no node leads that has the new one: the old one may not be able to follow it. A restart
/// brings the configured priority back, so it is lowered again whenever it shows, and given back when every voter is done.
/// </summary>
internal static class OldLeader
{
    /// <summary>What is to be done for that now; null for nothing.</summary>
    public static Decision? Keep(ClusterSnapshot cluster)
    {
        if (!cluster.Strategy.KeepsOldLeader)
        {
            return null;
        }

        var voters = cluster.Nodes.Where(node => node.IsVoter).ToList();
        var old = voters.FindAll(node => !node.Entry.IsDone);
        var done = voters.FindAll(node =>
            node is { Entry.NodeUpdateStatus: UpdateStatus.Success, IsInRole: true, IsPriorityPending: false });
        return old.Count > 0 ? Lower(done, old, cluster) : GiveBack(done, cluster);
    }

    /// <summary>Whether the node stays lowered when the run ends, for the cluster stays mixed until a later one.</summary>
    public static bool Keeps(NodeView node, ClusterSnapshot cluster) => cluster.Strategy.KeepsOldLeader
        && node.Entry.NodeUpdateStatus is UpdateStatus.Success
        && cluster.Nodes.Any(other => other.IsVoter && other.Entry.NodeUpdateStatus is not UpdateStatus.Success);

    /// <summary>
    /// Whether a voter that has the new version, and that an earlier run lowered, keeps its priority: what it would be given back now would
    /// be taken from it again.
    /// </summary>
    public static bool IsToStayLowered(NodeView node, ClusterSnapshot cluster) => cluster.Strategy.KeepsOldLeader
        && node.Goal is NodeGoal.Target
        && cluster.Nodes.Any(other => other != node && other is { IsVoter: true, IsAsWanted: false });

    /// <summary>Measured by what the old ones were configured with: one that hands over is lowered below all for a moment.</summary>
    private static Decision? Lower(List<NodeView> done, List<NodeView> old, ClusterSnapshot cluster)
    {
        var lowest = old.Min(node => node.Entry.OriginalNodePriority) ?? 0;
        var high = done.Find(node => node.Own!.NodePriority >= lowest);
        return high is null
            ? null
            : Set(
                high,
                lowest - 1,
                $"{high.Name} has the new version and is not to lead before the others have it",
                Counted(old[0], cluster));
    }

    /// <summary>Once for each: a node that does not take it back does not hold up the end.</summary>
    private static Decision? GiveBack(List<NodeView> done, ClusterSnapshot cluster)
    {
        var lowered = done.Find(node => node is { IsLowered: true, Entry.LastPriorityTried: false });
        return lowered?.Entry.OriginalNodePriority is not { } original ? null
            : Set(lowered, original, $"every voter has the new version: giving {lowered.Name} its priority {original} back", cluster)
                with
            { IsEnding = true };
    }

    /// <summary>The next node waits for it: a priority that is never taken costs that one its iterations.</summary>
    private static ClusterSnapshot Counted(NodeView next, ClusterSnapshot cluster)
    {
        var counted = next.Entry with { UpdateIterations = next.Entry.UpdateIterations + 1 };
        return cluster with { State = cluster.State.With(counted) };
    }

    private static Decision Set(NodeView node, int priority, string why, ClusterSnapshot cluster) =>
        new(cluster.State, node.Entry, new Act.SetPriority(priority), why);
}
