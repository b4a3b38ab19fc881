namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// The cluster as two looks in a row show it: who leads, who is level. A node's own entry in its own answer is the truth
/// about that node; peers tell only whether they see it.
/// </summary>
/// <param name="before">The look before the last one.</param>
/// <param name="now">The last look.</param>
/// <param name="clusterSize">The configured number of voters.</param>
/// <param name="maxLag">How many bytes behind the leader still count as level.</param>
public sealed class ClusterView(ClusterLook before, ClusterLook now, int clusterSize, long maxLag)
{
    private readonly (GossipMember? Leader, string Reason) leaderBefore = before.Leader(Majority(clusterSize));
    private readonly (GossipMember? Leader, string Reason) leaderNow = now.Leader(Majority(clusterSize));

    /// <summary>The configured number of voters.</summary>
    public int ClusterSize { get; } = clusterSize;

    /// <summary>The last look.</summary>
    public ClusterLook Now { get; } = now;

    /// <summary>The agreed leader, or null.</summary>
    public GossipMember? Leader => leaderNow.Leader;

    /// <summary>Why that node leads, or why nobody does.</summary>
    public string LeaderReason => leaderNow.Reason;

    /// <summary>How many voters make a majority.</summary>
    public static int Majority(int clusterSize) => (clusterSize / 2) + 1;

    /// <summary>The node's own word on itself, or null when it does not answer.</summary>
    public GossipMember? Own(NodeEndpoint node) => Now.Own(node);

    /// <summary>Whether the leader sees the node; false when there is no leader to ask.</summary>
    public bool IsSeenByLeader(NodeEndpoint node) =>
        Leader is { } leader && Now.Nodes[leader.Endpoint].Sees(node) is { IsAlive: true };

    /// <summary>Whether anybody who answers sees the node.</summary>
    public bool IsSeenByAnybody(NodeEndpoint node) =>
        Now.Nodes.Any(look => look.Key != node && look.Value.Sees(node) is { IsAlive: true });

    /// <summary>Bytes the node is behind the leader by both their own words; null when that cannot be told.</summary>
    public long? BytesBehind(NodeEndpoint node) =>
        Leader is { } leader && Own(node) is { } own ? Math.Max(0, leader.WriterCheckpoint - own.WriterCheckpoint) : null;

    /// <summary>
    /// Level: alive by <c>/health/live</c>, in a role by its own word, within the allowed lag of the leader's own
    /// checkpoint, on two looks in a row. 204 alone says only that the process has started.
    /// </summary>
    public Verdict Level(NodeEndpoint node)
    {
        var verdict = LevelIn(Now, leaderNow, node);
        return IsLevelUnconfirmed(node) ? Verdict.No(nameof(Level), $"{verdict.Reason}, seen once") : verdict;
    }

    /// <summary>Whether the last look, but not the one before, shows the node level.</summary>
    public bool IsLevelUnconfirmed(NodeEndpoint node) =>
        LevelIn(Now, leaderNow, node).Holds && !LevelIn(before, leaderBefore, node).Holds;

    private Verdict LevelIn(ClusterLook look, (GossipMember? Leader, string Reason) agreed, NodeEndpoint node)
    {
        if (agreed.Leader is not { } leader)
        {
            return Verdict.No(nameof(Level), agreed.Reason);
        }

        if (look.Own(node) is not { } own)
        {
            return Verdict.No(nameof(Level), look.Nodes.GetValueOrDefault(node)?.Problem ?? "does not answer");
        }

        if (own.State is not (NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica)
            || own.IsReadOnlyReplica != (own.State is NodeState.ReadOnlyReplica))
        {
            return Verdict.No(nameof(Level), $"says {own.State}");
        }

        var behind = Math.Max(0, leader.WriterCheckpoint - own.WriterCheckpoint);
        if (behind > maxLag)
        {
            return Verdict.No(nameof(Level), $"is {Bytes.Format(behind)} behind");
        }

        return look.Nodes[node].IsLive
            ? Verdict.Yes(nameof(Level), $"is level ({own.State}, {Bytes.Format(behind)} behind)")
            : Verdict.No(nameof(Level), "/health/live does not say 204");
    }
}
