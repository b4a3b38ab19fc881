namespace EsdbRollingAction.Core.Updating;

/// <summary>Read-only replicas first, then followers, the leader last. Roles move, so the order is made anew in every iteration.</summary>
public static class UpdateOrder
{
    /// <summary>The nodes in update order; among equals the order they had.</summary>
    public static IEnumerable<NodeUpdate> Sort(IEnumerable<NodeUpdate> nodes) => nodes.OrderBy(node => Rank(node.NodeType));

    /// <summary>Whether this role's turn comes before the other's.</summary>
    public static bool ComesBefore(NodeType role, NodeType other) => Rank(role) < Rank(other);

    private static int Rank(NodeType role) => role switch
    {
        NodeType.ReadOnlyReplica => 0,
        NodeType.Follower => 1,
        _ => 2,
    };
}
