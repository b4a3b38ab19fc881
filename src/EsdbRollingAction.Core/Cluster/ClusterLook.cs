namespace EsdbRollingAction.Core.Cluster;

/// <summary>What one node answered when it was asked.</summary>
/// <param name="Answer">Its gossip, or null when it did not answer.</param>
/// <param name="Own">Its own entry in its own answer, where that says that it is alive: the truth about itself.</param>
/// <param name="IsLive">Whether <c>/health/live</c> said 204.</param>
/// <param name="Problem">Why there is no answer, or no word of the node on itself.</param>
public sealed record NodeLook(GossipAnswer? Answer, GossipMember? Own, bool IsLive, string? Problem)
{
    /// <summary>Whether waiting does not help: somebody must change the node or the connection string.</summary>
    public bool IsForGood { get; init; }

    /// <summary>How this node sees another one, or null.</summary>
    public GossipMember? Sees(NodeEndpoint other) => Answer?.EntryOf(other);
}

/// <summary>All nodes asked at about the same instant.</summary>
/// <param name="Nodes">What each said.</param>
public sealed record ClusterLook(IReadOnlyDictionary<NodeEndpoint, NodeLook> Nodes)
{
    /// <summary>The node's own word on itself, or null.</summary>
    public GossipMember? Own(NodeEndpoint node) => Nodes.GetValueOrDefault(node)?.Own;

    /// <summary>This look with newer answers in the place of the older ones.</summary>
    public ClusterLook With(ClusterLook newer)
    {
        var nodes = new Dictionary<NodeEndpoint, NodeLook>(Nodes);
        foreach (var (node, look) in newer.Nodes)
        {
            nodes[node] = look;
        }

        return new ClusterLook(nodes);
    }

    /// <summary>
    /// Who leads: says so itself, alone, and a majority of the configured voters (itself included) agree.
    /// Two nodes can read Leader during an election, and peers' views are seconds old.
    /// </summary>
    /// <param name="majority">How many voters make a majority.</param>
    public (GossipMember? Leader, string Reason) Leader(int majority)
    {
        var claims = Nodes.Values.Where(look => look.Own is { State: NodeState.Leader }).ToList();
        if (claims.Count != 1)
        {
            return (null, claims.Count == 0
                ? "no node says that it leads"
                : $"{claims.Count} nodes say that they lead: {string.Join(", ", claims.Select(claim => claim.Own!.Endpoint))}");
        }

        var leader = claims[0].Own!;
        var agreeing = Nodes.Values.Count(look => look.Own is { IsReadOnlyReplica: false } && SeesAsItsLeader(look, leader));
        return agreeing >= majority
            ? (leader, $"{leader.Endpoint} leads, {agreeing} voters agree")
            : (null, $"{leader.Endpoint} says that it leads, but only {agreeing} of the {majority} voters of a majority agree");
    }

    private static bool SeesAsItsLeader(NodeLook look, GossipMember leader) =>
        look.Answer!.Members.Where(member => member is { State: NodeState.Leader, IsAlive: true }).ToList() is [var seen]
        && seen.Endpoint == leader.Endpoint;
}
