using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Reads the roles again: leadership moves, and the order follows.</summary>
internal static class Roles
{
    /// <summary>The state with every node's role, priority and original type as observed, in update order.</summary>
    public static ClusterUpdate Refresh(ClusterUpdate state, Observation seen, IUpdateStrategy strategy) => state with
    {
        EventStoreNodeUpdates = [.. UpdateOrder.Sort(
            state.EventStoreNodeUpdates.Select(node => WithHealth(Refresh(node, seen, strategy), seen)), seen.At)],
    };

    private static NodeUpdate Refresh(NodeUpdate node, Observation seen, IUpdateStrategy strategy)
    {
        var own = seen.Cluster.Own(node.Endpoint);
        var (role, priority) = (RoleOf(node, own, seen.Cluster), own?.NodePriority ?? node.CurrentNodePriority);
        var isNews = role != node.NodeType || priority != node.CurrentNodePriority || node.OriginalNodeType is null || node.OriginalNodePriority is null;
        var refreshed = isNews
            ? node with
            {
                NodeType = role,
                CurrentNodePriority = priority,
                OriginalNodeType = node.OriginalNodeType ?? role,
                OriginalNodePriority = node.OriginalNodePriority ?? own?.NodePriority,
            }
            : node;
        var instance = seen.InstanceOf(node);
        refreshed = refreshed.CurrentInstanceState == instance?.State
            ? refreshed
            : refreshed with { CurrentInstanceState = instance?.State };
        return instance is null ? refreshed : strategy.WithSeen(refreshed, instance, seen.At);
    }

    private static NodeUpdate WithHealth(NodeUpdate node, Observation seen)
    {
        var health = ReplicaHealth.Look(node, seen);
        return health == node.OutOfService ? node : node with { OutOfService = health };
    }

    /// <summary>Without an agreed leader the roles stay what they were: an election is no reason to reorder.</summary>
    private static NodeType RoleOf(NodeUpdate node, GossipMember? own, ClusterView cluster) => (own, cluster.Leader) switch
    {
        ({ IsReadOnlyReplica: true }, _) => NodeType.ReadOnlyReplica,
        (null, _) when node.NodeType == NodeType.ReadOnlyReplica => NodeType.ReadOnlyReplica,
        (_, { } leader) => leader.Endpoint == node.Endpoint ? NodeType.Leader : NodeType.Follower,
        _ => node.NodeType == NodeType.ReadOnlyReplica ? NodeType.Follower : node.NodeType,
    };
}
