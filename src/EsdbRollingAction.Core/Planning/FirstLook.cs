using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Planning;

/// <summary>What the cluster said when it was asked first.</summary>
/// <param name="Look">Every node by its own word.</param>
/// <param name="Options">The options of the nodes that show them.</param>
/// <param name="Denied">Why the nodes may not be administered, or null.</param>
internal sealed record FirstLook(ClusterLook Look, IReadOnlyDictionary<NodeEndpoint, NodeOptions> Options, string? Denied)
{
    /// <summary>Nodes that disagree are counted by the largest: the majority that is surely one.</summary>
    public int ClusterSize => Options.Count > 0 ? Options.Values.Max(node => node.ClusterSize) : Voters.Count;

    /// <summary>The voters that anybody names.</summary>
    public IReadOnlyList<NodeEndpoint> Voters => Members(areReplicas: false);

    /// <summary>The read-only replicas that anybody names.</summary>
    public IReadOnlyList<NodeEndpoint> Replicas => Members(areReplicas: true);

    private IReadOnlyList<NodeEndpoint> Members(bool areReplicas) =>
    [
        .. Look.Nodes.Values
            .SelectMany(node => node.Answer?.Members ?? [])
            .Where(member => member.IsReadOnlyReplica == areReplicas && member.State != NodeState.Manager)
            .Select(member => member.Endpoint)
            .Distinct(),
    ];
}
