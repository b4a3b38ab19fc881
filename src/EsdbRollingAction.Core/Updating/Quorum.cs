using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Fewer voters are alive than a majority: nothing can be written to the cluster.</summary>
/// <param name="Alive">How many voters answer, or are seen by a node that does.</param>
/// <param name="ClusterSize">How many are configured.</param>
/// <param name="Since">Since when it has been seen to be so.</param>
public sealed record LostQuorum(int Alive, int ClusterSize, DateTimeOffset Since);

/// <summary>Whether the cluster has its quorum. The rules keep it; what happens by itself while a node is down may cost it.</summary>
internal static class Quorum
{
    /// <summary>What is missing, or null when nothing is.</summary>
    public static LostQuorum? Lost(ClusterUpdate state, Observation seen)
    {
        var alive = Voters(state, seen.Cluster).Count(voter => seen.Cluster.Own(voter) is not null || seen.Cluster.IsSeenByAnybody(voter));
        return alive < ClusterView.Majority(seen.Cluster.ClusterSize)
            ? new LostQuorum(alive, seen.Cluster.ClusterSize, state.QuorumLostSince ?? seen.At)
            : null;
    }

    private static HashSet<NodeEndpoint> Voters(ClusterUpdate state, ClusterView cluster) =>
    [
        .. state.EventStoreNodeUpdates.Where(node => node.NodeType != NodeType.ReadOnlyReplica).Select(node => node.Endpoint),
        .. cluster.Now.Nodes.Where(node => node.Value.Own is { IsReadOnlyReplica: false }).Select(node => node.Key),
    ];
}
