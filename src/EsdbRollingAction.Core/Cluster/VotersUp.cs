namespace EsdbRollingAction.Core.Cluster;

/// <summary>The voters that were up at one look.</summary>
/// <param name="Up">Those that answer, or are seen by a node that does.</param>
/// <param name="Level">Those of them that are level with an agreed leader.</param>
/// <param name="Of">How many are configured.</param>
/// <param name="At">When that was seen.</param>
public sealed record VotersUp(IReadOnlyList<NodeEndpoint> Up, IReadOnlyList<NodeEndpoint> Level, int Of, DateTimeOffset At)
{
    /// <summary>Those of a look.</summary>
    /// <param name="cluster">What was seen.</param>
    /// <param name="known">Voters that are known otherwise, and may not answer.</param>
    /// <param name="at">When it was seen.</param>
    public static VotersUp In(ClusterView cluster, IEnumerable<NodeEndpoint> known, DateTimeOffset at)
    {
        var answering = cluster.Now.Nodes.Where(node => node.Value.Own is { IsReadOnlyReplica: false }).Select(node => node.Key);
        List<NodeEndpoint> up =
            [.. known.Union(answering).Where(voter => cluster.Own(voter) is not null || cluster.IsSeenByAnybody(voter))];
        return new VotersUp(up, [.. up.Where(voter => cluster.Level(voter).Holds)], cluster.ClusterSize, at);
    }
}
