using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// Leadership is handed over as a transaction: everybody else is level, the priority is lowered and seen, one resignation,
/// then wait until another node leads. A low priority alone guarantees nothing, so it is repeated a bounded number of times.
/// </summary>
internal static class HandOver
{
    /// <summary>The next act for the agreed leader, when it is the leader's turn.</summary>
    public static Decision Next(NodeUpdate node, ClusterUpdate state, Observation seen, IUpdateStrategy strategy, RollSettings settings)
    {
        if (Pace.IsRecent(node.ResignRequestedAt, Pace.ResignAgain, seen.At))
        {
            return Step.Wait(state, node, NodePhase.Resigning, Awaited.Cluster, seen, $"{node.NodeName} was asked to resign and still leads");
        }

        if (SafetyRules.BeforeHandOver(node, state, seen, strategy, settings.AllowDowntime).FirstOrDefault(rule => !rule.Holds) is { } broken)
        {
            return Step.Wait(state, node, NodePhase.Waiting, Awaited.Cluster, seen, broken.Reason, broken.Rule);
        }

        if (CapacityStep.Before(node, state, seen, settings) is { } notYet)
        {
            return notYet;
        }

        if (PriorityBelowEveryOther(node, state, seen.Cluster) is { } priority)
        {
            return Step.Do(
                state, node, NodePhase.LoweringPriority, new Act.SetPriority(priority), seen,
                $"priority {node.CurrentNodePriority} → {priority}, lower than every other voter's, so that another node is elected");
        }

        return node.ResignRequests >= Pace.MaxResignRequests
            ? GivingUp.Begin(
                state, node, FailureReason.LeadershipNotHandedOver,
                $"{node.NodeName} was asked to resign {node.ResignRequests} times and still leads.", seen)
            : Step.Do(
                state, node, NodePhase.Resigning, new Act.Resign(), seen,
                $"every other voter is level; asking the leader to resign ({node.ResignRequests + 1} of at most {Pace.MaxResignRequests})");
    }

    /// <summary>The priority to lower to, or null when it is low enough already.</summary>
    private static int? PriorityBelowEveryOther(NodeUpdate node, ClusterUpdate state, ClusterView cluster)
    {
        var lowest = state.EventStoreNodeUpdates
            .Where(other => other.Endpoint != node.Endpoint && other.NodeType != NodeType.ReadOnlyReplica)
            .Min(other => cluster.Own(other.Endpoint)!.NodePriority);
        return cluster.Own(node.Endpoint)!.NodePriority < lowest || lowest == int.MinValue ? null : lowest - 1;
    }
}
