namespace EsdbRollingAction.Core.Cluster;

/// <summary>One look, and what it says of who leads and who is level: worked out once, since many rules ask.</summary>
/// <param name="look">What the nodes said.</param>
/// <param name="clusterSize">The configured number of voters.</param>
/// <param name="maxLag">How many bytes behind the leader still count as level.</param>
internal sealed class JudgedLook(ClusterLook look, int clusterSize, long maxLag)
{
    private readonly (GossipMember? Leader, string Reason) agreed = look.Leader(ClusterView.Majority(clusterSize));
    private readonly Dictionary<NodeEndpoint, Verdict> levels = [];

    public ClusterLook Look { get; } = look;

    public int ClusterSize { get; } = clusterSize;

    public long MaxLag { get; } = maxLag;

    /// <summary>The agreed leader, or null.</summary>
    public GossipMember? Leader => agreed.Leader;

    /// <summary>Why that node leads, or why nobody does.</summary>
    public string LeaderReason => agreed.Reason;

    /// <summary>Whether this look alone shows the node level.</summary>
    public Verdict Level(NodeEndpoint node)
    {
        if (!levels.TryGetValue(node, out var level))
        {
            levels[node] = level = LevelOf(node);
        }

        return level;
    }

    private Verdict LevelOf(NodeEndpoint node)
    {
        if (Leader is not { } leader)
        {
            return Verdict.No($"cannot be called level: {LeaderReason}");
        }

        if (Look.Own(node) is not { } own)
        {
            return Verdict.No(Look.Nodes.GetValueOrDefault(node)?.Problem ?? "does not answer");
        }

        if (!own.IsInRole || own.IsReadOnlyReplica != (own.State is NodeState.ReadOnlyReplica))
        {
            return Verdict.No($"says {own.State}");
        }

        var behind = Math.Max(0, leader.WriterCheckpoint - own.WriterCheckpoint);
        if (behind > MaxLag)
        {
            return Verdict.No($"is {Bytes.Format(behind)} behind");
        }

        return Look.Nodes[node].IsLive
            ? Verdict.Yes($"is level ({own.State}, {Bytes.Format(behind)} behind)")
            : Verdict.No("does not say 204 at /health/live");
    }
}
