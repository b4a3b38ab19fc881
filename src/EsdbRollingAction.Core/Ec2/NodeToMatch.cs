using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>A node whose instance is looked for.</summary>
/// <param name="Endpoint">Where the node answers; identifies it.</param>
/// <param name="Addresses">What it is known by: advertised host, internal hosts from gossip, addresses that its name resolves to.</param>
public sealed record NodeToMatch(NodeEndpoint Endpoint, IReadOnlyList<string> Addresses)
{
    /// <summary>Whether nobody sees it alive, itself included: its machine may be gone.</summary>
    public bool IsDead { get; init; }
    /// <summary>Those of the addresses that its advertised host resolves to.</summary>
    public IReadOnlyList<string> Resolved { get; init; } = [];
}
