using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>When nothing is left to do for a node.</summary>
internal static class Readiness
{
    /// <summary>
    /// The instance is on as wanted, the database process is a new one if it was stopped, the node is level, and its
    /// priority is not lower than it was. A node that is so from the beginning is done without a restart.
    /// </summary>
    public static bool IsReady(NodeUpdate node, Observation seen, IUpdateStrategy strategy) =>
        IsOnAsWanted(node, seen, strategy)
        && seen.Cluster.Own(node.Endpoint) is { } own
        && own.InstanceId != node.EventStoreInstanceIdBeforeStop
        && seen.Cluster.Level(node.Endpoint).Holds
        && !IsLowered(node, own);

    /// <summary>Whether a start was accepted so shortly ago that EC2 may still show the instance as it was before.</summary>
    public static bool WasJustStarted(NodeUpdate node, Observation seen) => Pace.IsRecent(node.StartRequestedAt, Pace.ReadsMayBeStale, seen.At);

    /// <summary>An instance is only started as wanted, so after a start its node's own answer tells more than a read of EC2.</summary>
    private static bool IsOnAsWanted(NodeUpdate node, Observation seen, IUpdateStrategy strategy) =>
        seen.InstanceOf(node) is { } instance
        && (WasJustStarted(node, seen)
            || (instance.State is InstanceState.Running or InstanceState.Pending && strategy.IsAsWanted(node, instance)));

    /// <summary>Whether the voter's priority is still the one that a hand-over lowered. A replica's priority does nothing.</summary>
    public static bool IsLowered(NodeUpdate node, GossipMember own) =>
        !own.IsReadOnlyReplica && own.NodePriority < node.OriginalNodePriority;
}
