using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;

namespace EsdbRollingAction.Core.Status;

/// <summary>A node of a cluster that is looked at.</summary>
/// <param name="Endpoint">Where it answers.</param>
/// <param name="Name">The Name tag where it tells the nodes apart, else where it answers.</param>
/// <param name="Instance">Its instance, or null.</param>
public sealed record StatusNode(NodeEndpoint Endpoint, string Name, Instance? Instance)
{
    /// <summary>Its own word on itself, or null.</summary>
    public GossipMember? Own { get; init; }

    /// <summary>Whether it has a vote; null when nobody names it.</summary>
    public bool? IsReplica { get; init; }

    /// <summary>Whether it is level, or why not.</summary>
    public string Level { get; init; } = "";

    /// <summary>The worst that is said of it.</summary>
    public CheckOutcome Outcome { get; init; }

    /// <summary>The state of its instance as EC2 writes it, or null.</summary>
    public string? InstanceState => Instance is { } instance ? MatchRefusal.StateName(instance.State) : null;

    /// <summary>What the node was before an update began with it, or null.</summary>
    public RestorePoint? Restore => RestorePoint.Of(Instance);

    /// <summary>What it is by its own word, or whether it votes.</summary>
    public string? Role => (Own?.State, IsReplica) switch
    {
        (NodeState.ReadOnlyReplica, _) => "read-only replica",
        ({ } state, _) => state.ToString(),
        (_, true) => "read-only replica",
        (_, false) => "voter",
        _ => null,
    };

    /// <summary>Every node that gossip names, and every instance that is surely one's.</summary>
    internal static IReadOnlyList<StatusNode> In(StatusFacts facts)
    {
        var instances = facts.Matches?.Matches ?? new Dictionary<NodeEndpoint, Instance>();
        var voters = facts.First?.Voters ?? [];
        var replicas = facts.First?.Replicas ?? [];
        var ghosts = facts.Matches?.Ghosts.Select(ghost => ghost.Endpoint) ?? [];
        return
        [
            .. voters.Concat(replicas).Concat(instances.Keys).Except(ghosts)
                .Select(endpoint => new StatusNode(endpoint, NameOf(endpoint, instances), instances.GetValueOrDefault(endpoint))
                {
                    Own = facts.Cluster?.Own(endpoint),
                    IsReplica = replicas.Contains(endpoint) ? true : voters.Contains(endpoint) ? false : null,
                })
                .OrderBy(node => node.IsReplica is true)
                .ThenBy(node => NaturalOrder.Key(node.Name), StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static string NameOf(NodeEndpoint endpoint, IReadOnlyDictionary<NodeEndpoint, Instance> instances)
    {
        var name = instances.GetValueOrDefault(endpoint)?.NameTag;
        return name is not null && instances.Values.Count(instance => instance.NameTag == name) == 1 ? name : endpoint.ToString();
    }
}
