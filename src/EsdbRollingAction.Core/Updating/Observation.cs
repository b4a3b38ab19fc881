using System.Collections.Frozen;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>The world as it was just looked at.</summary>
/// <param name="Cluster">The nodes, by their own words.</param>
/// <param name="Instances">The instances by id; one that EC2 did not show is missing.</param>
/// <param name="At">When.</param>
/// <param name="InstancesProblem">Why EC2 could not be asked, or null.</param>
public sealed record Observation(
    ClusterView Cluster, IReadOnlyDictionary<string, Instance> Instances, DateTimeOffset At, string? InstancesProblem = null)
{
    /// <summary>The longest time in which no node said that it leads, in this run so far.</summary>
    public TimeSpan LongestWithoutLeader { get; init; }

    /// <summary>Since when this run has had no answer of the nodes that do not answer now.</summary>
    public IReadOnlyDictionary<NodeEndpoint, DateTimeOffset> SilentSince { get; init; } = FrozenDictionary<NodeEndpoint, DateTimeOffset>.Empty;

    /// <summary>Since when this run has had no answer, or only that they shut down, of the nodes of which it is so now.</summary>
    public IReadOnlyDictionary<NodeEndpoint, DateTimeOffset> GoingDownSince { get; init; } = FrozenDictionary<NodeEndpoint, DateTimeOffset>.Empty;

    /// <summary>Members that the plan does not know: who restarts hears of the others late, and names them late.</summary>
    public IReadOnlyList<NodeEndpoint> Unplanned { get; init; } = [];

    /// <summary>Why no node may be begun with, or null.</summary>
    public RollingUpdateException? Refusal { get; init; }

    /// <summary>Whether instances can be marked: EC2 has not refused it.</summary>
    public bool MayMark { get; init; }

    /// <summary>Whether EC2 does not let this program hold capacity at all.</summary>
    public bool MayNotReserve { get; init; }

    /// <summary>Capacity that is held for the cluster's instances.</summary>
    public IReadOnlyList<CapacityReservation> Held { get; init; } = [];

    /// <summary>The runs that this one follows: what they marked is free.</summary>
    public Predecessors Predecessors { get; init; } = Predecessors.None;

    /// <summary>By instance, the last mark of a run that took over from this one, shown or not.</summary>
    public IReadOnlyDictionary<string, NodeMark> Takers { get; init; } = FrozenDictionary<string, NodeMark>.Empty;

    /// <summary>When EC2 accepted the first mark of this run that tells of it all there is, or null.</summary>
    public DateTimeOffset? FirstMarkedAt { get; init; }

    /// <summary>Whether the node went down so shortly ago that it may have been stopped though EC2 still shows it running.</summary>
    public bool MayBeGoingDown(NodeUpdate node) =>
        GoingDownSince.TryGetValue(node.Endpoint, out var since) && Pace.IsRecent(since, Pace.ReadsMayBeStale, At);

    /// <summary>The instance the node lives on, or null when EC2 did not show it.</summary>
    public Instance? InstanceOf(NodeUpdate node) =>
        node.Ec2InstanceId is { } id ? Instances.GetValueOrDefault(id) : null;
}
