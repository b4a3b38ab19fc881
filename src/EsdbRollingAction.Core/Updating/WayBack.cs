using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>A node that does not serve as it is and is put back to what it was.</summary>
internal static class WayBack
{
    /// <summary>
    /// Whether the node takes it. It comes first then: as long as it is out, no other voter may be stopped.
    /// </summary>
    public static bool IsTakenBy(NodeUpdate node, ClusterUpdate state, Observation seen, bool allowDowntime = false) =>
        node.IsRollingBack
        || (state.TakesBack && seen.Cluster.Own(node.Endpoint) switch
        {
            null => IsOutForEverybody(node, state, seen, allowDowntime),
            var own => own.State is not (NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica),
        });

    /// <summary>
    /// Stopping what has long been silent, and is seen by no node that answers, takes nothing from the cluster, whatever else is
    /// wrong with it: so the way back is open. It must be too few to be what is left of a majority on another side of the network.
    /// </summary>
    public static bool IsOutForEverybody(NodeUpdate node, ClusterUpdate state, Observation seen, bool allowDowntime = false) =>
        seen.Cluster.Own(node.Endpoint) is null
        && !seen.Cluster.IsSeenByAnybody(node.Endpoint)
        && seen.SilentSince.TryGetValue(node.Endpoint, out var since)
        && seen.At - since >= Pace.RestartsByItself
        && (Unseen(state, seen) < ClusterView.Majority(seen.Cluster.ClusterSize)
            || SafetyRules.IsTheOnlyVoter(node, seen.Cluster, allowDowntime));

    /// <summary>How many voters might be up where nobody who answers sees them; one whose instance is off is not.</summary>
    private static int Unseen(ClusterUpdate state, Observation seen) =>
        seen.Cluster.ClusterSize - state.EventStoreNodeUpdates.Count(voter =>
            voter.NodeType != NodeType.ReadOnlyReplica
            && (seen.Cluster.Own(voter.Endpoint) is not null || seen.InstanceOf(voter) is { State: InstanceState.Stopped }));
}
