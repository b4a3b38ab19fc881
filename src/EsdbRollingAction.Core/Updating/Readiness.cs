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
        && !IsStillTheOldProcess(node, own, seen)
        && seen.Cluster.Level(node.Endpoint).Holds
        && !IsLowered(node, own);

    /// <summary>
    /// Whether the process that answers is the one that is to be stopped. On the way back, one that still answers long after a
    /// stop that EC2 may have heard was not stopped at all.
    /// </summary>
    public static bool IsStillTheOldProcess(NodeUpdate node, GossipMember own, Observation seen) =>
        own.InstanceId == node.EventStoreInstanceIdBeforeStop && !(node.IsRollingBack && WasNeverStopped(node, seen));

    private static bool WasNeverStopped(NodeUpdate node, Observation seen) =>
        node is { ChangeRequestedAt: null, StartRequestedAt: null }
        && !Pace.IsRecent(node.StopRequestedAt, Pace.ReadsMayBeStale, seen.At)
        && seen.InstanceOf(node) is { State: InstanceState.Running };

    /// <summary>Whether a start was accepted so shortly ago that EC2 may still show the instance as it was before.</summary>
    public static bool WasJustStarted(NodeUpdate node, Observation seen) => Pace.IsRecent(node.StartRequestedAt, Pace.ReadsMayBeStale, seen.At);

    /// <summary>
    /// After a start a read that still shows the instance off is older than the start, and the node's own answer tells more.
    /// What type it has is known then only if it was changed by this update: one that was given up is started as it was.
    /// </summary>
    private static bool IsOnAsWanted(NodeUpdate node, Observation seen, IUpdateStrategy strategy) => seen.InstanceOf(node) switch
    {
        null => false,
        { State: InstanceState.Running or InstanceState.Pending } instance => strategy.IsAsWanted(node, instance),
        _ => WasJustStarted(node, seen) && node.ChangeRequestedAt is not null,
    };

    /// <summary>Whether the voter's priority is still the one that a hand-over lowered. A replica's priority does nothing.</summary>
    public static bool IsLowered(NodeUpdate node, GossipMember own) =>
        !own.IsReadOnlyReplica && own.NodePriority < node.OriginalNodePriority;
}
