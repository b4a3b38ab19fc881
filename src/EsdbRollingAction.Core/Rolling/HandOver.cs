using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// The leader hands over, one act at a time: its priority is lowered below every other voter's and seen, then it resigns, a bounded
/// number of times. A low priority alone guarantees nothing, so there is a level successor before (a rule).
/// </summary>
internal static class HandOver
{
    /// <summary>The wait for a resignation, which is given time before it is repeated: elections settle late.</summary>
    public static Decision? Settling(NodeView node, ClusterSnapshot cluster)
    {
        var isSettling = node.Leads && Timings.IsRecent(node.Entry.ResignRequestedAt, Timings.ResignAgain, cluster.At);
        var why = $"{node.Name} was asked to resign and still leads";
        return isSettling ? Decision.Wait(node, cluster, NodePhase.Resigning, new(Awaited.Cluster, why)) : null;
    }

    /// <summary>The next act of it.</summary>
    public static Decision Next(NodeView node, ClusterSnapshot cluster)
    {
        var lowest = cluster.Nodes.Where(other => other != node && other.IsVoter).Min(other => other.Own!.NodePriority);
        var isLowered = node.Own!.NodePriority < lowest;
        return (isLowered, node.IsPriorityPending) switch
        {
            (false, _) => LowerPriority(node, cluster, Math.Max(lowest, int.MinValue + 1) - 1),
            (_, true) => Decision.Wait(node, cluster, NodePhase.LoweringPriority, new(
                Awaited.Cluster, $"{node.Name} accepted its new priority and does not show it yet")),
            _ => Resign(node, cluster),
        };
    }

    private static Decision LowerPriority(NodeView node, ClusterSnapshot cluster, int priority)
    {
        var why = $"priority {node.Own!.NodePriority} → {priority}, lower than every other voter's, so that another node is elected";
        return Decision.Do(node, cluster, NodePhase.LoweringPriority, new(Act.SetPriority.Of(node, priority), why));
    }

    private static Decision Resign(NodeView node, ClusterSnapshot cluster)
    {
        var times = node.Entry.ResignRequests;
        if (times >= Timings.MaxResignRequests)
        {
            var failed = $"{node.Name} was asked to resign {times} times and still leads.";
            return Limits.Fail(node, cluster, FailureReason.LeadershipNotHandedOver, failed);
        }

        var why = $"every other voter is level; asking the leader to resign ({times + 1} of at most {Timings.MaxResignRequests})";
        return Decision.Do(node, cluster, NodePhase.Resigning, new(new Act.Resign(), why));
    }
}
