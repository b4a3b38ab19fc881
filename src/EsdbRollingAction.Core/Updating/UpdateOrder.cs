namespace EsdbRollingAction.Core.Updating;

/// <summary>Read-only replicas first, then followers, the leader last. Roles move, so the order is made anew in every iteration.</summary>
public static class UpdateOrder
{
    /// <summary>The nodes in update order: what is done as it was done, then what is to come; among equals the order they had.</summary>
    public static IEnumerable<NodeUpdate> Sort(IEnumerable<NodeUpdate> nodes) => nodes
        .OrderByDescending(node => node.IsDone)
        .ThenBy(node => node.IsDone ? node.FinishedAt : null)
        .ThenBy(node => Rank(node.NodeType));

    /// <summary>Whether this role's turn comes before the other's.</summary>
    public static bool ComesBefore(NodeType role, NodeType other) => Rank(role) < Rank(other);

    private static int Rank(NodeType role) => role switch
    {
        NodeType.ReadOnlyReplica => 0,
        NodeType.Follower => 1,
        _ => 2,
    };
}
