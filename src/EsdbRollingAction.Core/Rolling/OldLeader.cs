using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// While a voter of the old version is left, no node leads that has the new one: the old one may not be able to follow it. A restart
/// brings the configured priority back, so it is lowered again whenever it shows, and given back when every voter is done. One that leads
/// all the same hands over before another node is begun.
/// </summary>
internal static class OldLeader
{
    /// <summary>
    /// What is to be done for that before a node is begun, or the update ends; null for nothing. The next node waits for it: what is never
    /// taken costs that one its iterations.
    /// </summary>
    public static Decision? Keep(NodeView? next, ClusterSnapshot cluster)
    {
        if (!cluster.Strategy.KeepsOldLeader || next is null)
        {
            return null;
        }

        var counted = cluster with { State = cluster.State.With(next.Entry.Counting()) };
        return Lower(counted) ?? HandBack(next, counted);
    }

    /// <summary>
    /// What is done for that while another node is waited for: lowering a priority takes nothing from the cluster. It costs that node an
    /// iteration where the wait would, so that a priority that is never taken ends the update, too.
    /// </summary>
    public static Decision Meanwhile(Decision wait, ClusterSnapshot cluster)
    {
        var isToBeKept = cluster is { Strategy.KeepsOldLeader: true, IsEnding: false } && wait is { Act: Act.Wait, Node.IsDone: false };
        var state = wait is { CountsNoIteration: false, Node: { } node } ? wait.State.With(node.Counting(wait.SparesTheLimit)) : wait.State;
        return isToBeKept ? Lower(cluster with { State = state }) ?? wait : wait;
    }

    /// <summary>
    /// Whether a node that has the new version stays lowered, at the end of a run too, for the cluster is mixed: what it would be given
    /// back now would be taken from it again.
    /// </summary>
    public static bool Keeps(NodeView node, ClusterSnapshot cluster) =>
        node is { Goal: NodeGoal.Target, IsAsWanted: true } && IsMixedWithout(node, cluster);

    /// <summary>Whether another voter is not done.</summary>
    public static bool IsMixedWithout(NodeView node, ClusterSnapshot cluster) => cluster.Strategy.KeepsOldLeader
        && OtherVoters.Of(node, cluster).Any(other => other.Entry.NodeUpdateStatus is not UpdateStatus.Success);

    /// <summary>
    /// Whether the node is the last old voter, and was given time to follow: once it has handed over it may never do so again (22.10 does
    /// not replicate to 21.10), and comes level by its upgrade alone.
    /// </summary>
    public static bool CannotFollow(NodeView node, ClusterSnapshot cluster)
    {
        var since = node.Entry.ResignRequestedAt ?? node.Entry.PhaseSince ?? cluster.At;
        return cluster.Strategy.KeepsOldLeader
            && cluster.Strategy.RunsOldVersion(node)
            && !OtherVoters.Of(node, cluster).Any(cluster.Strategy.RunsOldVersion)
            && !Timings.IsRecent(since, Timings.RestartsByItself, cluster.At);
    }

    /// <summary>
    /// Measured by what the old ones were configured with: one that hands over is lowered below all for a moment. Where that is not known,
    /// it is no lower than what the node shows before it is touched.
    /// </summary>
    private static Decision? Lower(ClusterSnapshot cluster)
    {
        var lowest = Old(cluster).Min(node => node.Entry.OriginalNodePriority ?? node.Entry.CurrentNodePriority) ?? int.MinValue;
        var high = lowest == int.MinValue
            ? null
            : cluster.Nodes.FirstOrDefault(node => MayWinAnElection(node, cluster) && node.Own!.NodePriority >= lowest);
        const string Why = "has the new version and is not to lead before the others have it";
        return high is null
            ? null
            : new Decision(
                cluster.State, cluster.State.Current(high.Entry), Act.SetPriority.Of(high, lowest - 1), $"{high.Name} {Why}")
            { CountsNoIteration = true };
    }

    /// <summary>
    /// An election that nobody asked for may make one of the new version lead: it hands over as a leader does before its turn. Not to the
    /// last old voter, whose turn is next: it would hand over at once. Nor in ALARM, in which the next node is not begun either.
    /// </summary>
    private static Decision? HandBack(NodeView next, ClusterSnapshot cluster)
    {
        var isToBe = Old(cluster).Count(cluster.Strategy.RunsOldVersion) > 1 && AlarmRule.AlarmsAreQuiet(next, cluster).Holds;
        if (!isToBe || cluster.Leader is not { Entry.NodeUpdateStatus: UpdateStatus.Success } leader)
        {
            return null;
        }

        return HandOver.Settling(leader, cluster)
            ?? (SafetyRules.FirstBroken(SafetyRules.BeforeHandingBack, leader, cluster) is var (_, broken)
                ? HoldBacks.UntilTheClusterIsReady(next, cluster, broken)
                : HandOver.Next(leader, cluster));
    }

    private static List<NodeView> Old(ClusterSnapshot cluster) =>
        [.. cluster.Nodes.Where(node => node is { IsVoter: true, Entry.IsDone: false } && !IsUpgraded(node))];

    /// <summary>
    /// One that is not level wins where nobody leads, and leads nobody who can follow it. While somebody does, it is left alone: a server
    /// that comes up may not know its users yet.
    /// </summary>
    private static bool MayWinAnElection(NodeView node, ClusterSnapshot cluster) => IsUpgraded(node)
        && (cluster.Leader is null || node is { IsInRole: true, Entry.NodeUpdateStatus: UpdateStatus.Success });

    private static bool IsUpgraded(NodeView node) => node is { IsVoter: true, IsDown: false, Goal: NodeGoal.Target, IsAsWanted: true };
}
