namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// Read-only replicas first, then followers, the leader last; of the replicas the one that serves nobody. Roles move, so the order
/// is made anew in every iteration.
/// </summary>
public static class UpdateOrder
{
    private const int AfterReplicas = 3;

    /// <summary>The nodes in update order: what is done as it was done, then what is to come; among equals the order they had.</summary>
    public static IEnumerable<NodeUpdate> Sort(IEnumerable<NodeUpdate> nodes, DateTimeOffset now) => nodes
        .OrderByDescending(node => node.IsDone)
        .ThenBy(node => node.IsDone ? node.FinishedAt : null)
        .ThenBy(node => Rank(node, now));

    /// <summary>Whether this node's turn comes before the other's.</summary>
    public static bool ComesBefore(NodeUpdate node, NodeUpdate other, DateTimeOffset now) => Rank(node, now) < Rank(other, now);

    private static int Rank(NodeUpdate node, DateTimeOffset now) => node.NodeType switch
    {
        NodeType.ReadOnlyReplica => ReplicaHealth.Rank(node, now),
        NodeType.Follower => AfterReplicas,
        _ => AfterReplicas + 1,
    };
}
