namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// The cluster as two looks in a row show it: who leads, who is level. A node's own entry in its own answer is the truth
/// about that node; peers tell only whether they see it.
/// </summary>
public sealed class ClusterView
{
    private readonly JudgedLook before;
    private readonly JudgedLook now;

    /// <summary>The view that two looks give.</summary>
    /// <param name="before">The look before the last one.</param>
    /// <param name="now">The last look.</param>
    /// <param name="clusterSize">The configured number of voters.</param>
    /// <param name="maxLag">How many bytes behind the leader still count as level.</param>
    public ClusterView(ClusterLook before, ClusterLook now, int clusterSize, long maxLag)
        : this(new JudgedLook(before, clusterSize, maxLag), new JudgedLook(now, clusterSize, maxLag))
    {
    }

    private ClusterView(JudgedLook before, JudgedLook now) => (this.before, this.now) = (before, now);

    /// <summary>The configured number of voters.</summary>
    public int ClusterSize => now.ClusterSize;

    /// <summary>The last look.</summary>
    public ClusterLook Now => now.Look;

    /// <summary>The agreed leader, or null.</summary>
    public GossipMember? Leader => now.Leader;

    /// <summary>Why that node leads, or why nobody does.</summary>
    public string LeaderReason => now.LeaderReason;

    /// <summary>How many voters make a majority.</summary>
    public static int Majority(int clusterSize) => (clusterSize / 2) + 1;

    /// <summary>The node's own word on itself, or null when it does not answer.</summary>
    public GossipMember? Own(NodeEndpoint node) => Now.Own(node);

    /// <summary>Whether the leader sees the node; false when there is no leader to ask.</summary>
    public bool IsSeenByLeader(NodeEndpoint node) =>
        Leader is { } leader && Now.Nodes[leader.Endpoint].Sees(node) is { IsAlive: true };

    /// <summary>
    /// Whether the node answers, or anybody who answers sees it. Where its own word does not count, for one because another member
    /// shares its endpoint, it is up all the same, and may lead.
    /// </summary>
    public bool IsSeenByAnybody(NodeEndpoint node) => Now.Nodes.Any(look => look.Key == node
        ? look.Value.Answer is not null
        : look.Value.Answer?.Members.Any(member => member.Endpoint == node && member.IsAlive) == true);

    /// <summary>Bytes the node is behind the leader by both their own words; null when that cannot be told.</summary>
    public long? BytesBehind(NodeEndpoint node) =>
        Leader is { } leader && Own(node) is { } own ? Math.Max(0, leader.WriterCheckpoint - own.WriterCheckpoint) : null;

    /// <summary>Whether the node is further behind the leader than is allowed, by both their own words.</summary>
    public bool IsBehind(NodeEndpoint node) => BytesBehind(node) > now.MaxLag;

    /// <summary>
    /// Level: alive by <c>/health/live</c>, in a role by its own word, within the allowed lag of the leader's own
    /// checkpoint, on two looks in a row. 204 alone says only that the process has started.
    /// </summary>
    public Verdict Level(NodeEndpoint node)
    {
        var verdict = now.Level(node);
        return IsLevelUnconfirmed(node) ? Verdict.No($"{verdict.Reason}, seen once") : verdict;
    }

    /// <summary>Why the node cannot be counted on, by its own word and the leader's; null when it is level.</summary>
    public string? ProblemOf(NodeEndpoint node) => Level(node) switch
    {
        { Holds: false, Reason: var reason } => reason,
        _ when IsSeenByLeader(node) => null,
        _ => "is not seen by the leader",
    };

    /// <summary>Whether the last look, but not the one before, shows the node level.</summary>
    public bool IsLevelUnconfirmed(NodeEndpoint node) => now.Level(node).Holds && !before.Level(node).Holds;

    /// <summary>Whether neither of the two looks shows the node level.</summary>
    public bool IsNotLevelTwice(NodeEndpoint node) => !now.Level(node).Holds && !before.Level(node).Holds;

    /// <summary>The view after one more look.</summary>
    internal ClusterView With(ClusterLook newer) => new(now, new JudgedLook(newer, now.ClusterSize, now.MaxLag));
}
