using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Planning;

/// <summary>
/// Read-only replicas first, then followers, the leader last; of the replicas the one that serves nobody. Roles move, so the order
/// is made anew in every iteration. What was begun is ended before another is begun, though it leads meanwhile.
/// </summary>
public static class UpdateOrder
{
    /// <summary>How much sooner it is the turn of a node that was sent a command and is not done: a reboot may be to come.</summary>
    private const int Begun = -10;

    /// <summary>The rank of a replica that serves nobody.</summary>
    internal const int ServesNobody = 0;

    /// <summary>The rank of a replica that is behind and gains nothing.</summary>
    internal const int StandsStill = 1;

    /// <summary>
    /// The nodes in update order: what is done as it was done, then what is to come; among equals by name. Two runs that meet choose the
    /// same node first, whatever each has seen before: that keeps them from taking two voters down at the same moment.
    /// </summary>
    public static IEnumerable<NodeUpdate> Sort(IEnumerable<NodeUpdate> nodes, DateTimeOffset now) => nodes
        .OrderByDescending(node => node.IsDone)
        .ThenBy(node => node.IsDone ? node.FinishedAt : null)
        .ThenBy(node => Rank(node, now))
        .ThenBy(node => NaturalOrder.Key(node.NodeName), StringComparer.OrdinalIgnoreCase)
        .ThenBy(node => node.Endpoint.ToString(), StringComparer.Ordinal);

    /// <summary>The lower, the sooner it is the node's turn. A replica that is behind and gains is well.</summary>
    internal static int Rank(NodeUpdate node, DateTimeOffset now) =>
        RankByRole(node, now) + (node.CommandRequests.Count > 0 ? Begun : 0);

    /// <summary>The same of what its role and its health say alone.</summary>
    internal static int RankByRole(NodeUpdate node, DateTimeOffset now) => (node.NodeType, node.OutOfService) switch
    {
        (NodeType.Leader, _) => 4,
        (NodeType.Follower, _) => 3,
        (_, { WriterCheckpoint: null }) => ServesNobody,
        (_, { Since: var since }) when now - since >= Timings.ReplicaStandsStill => StandsStill,
        _ => 2,
    };
}
