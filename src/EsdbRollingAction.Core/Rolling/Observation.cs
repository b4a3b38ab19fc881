using System.Collections.Frozen;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Ssm;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>The world as it was just read, before anything is made of it.</summary>
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
    public IReadOnlyDictionary<NodeEndpoint, DateTimeOffset> SilentSince { get; init; } =
        FrozenDictionary<NodeEndpoint, DateTimeOffset>.Empty;

    /// <summary>Since when this run has had no answer, or only that they shut down, of the nodes of which it is so now.</summary>
    public IReadOnlyDictionary<NodeEndpoint, DateTimeOffset> GoingDownSince { get; init; } =
        FrozenDictionary<NodeEndpoint, DateTimeOffset>.Empty;

    /// <summary>Members that the plan does not know: who restarts hears of the others late, and names them late.</summary>
    public IReadOnlyList<NodeEndpoint> Unplanned { get; init; } = [];

    /// <summary>Why no node may be begun, or null: preflight refused, or the cluster is not as it was approved.</summary>
    public RollingUpdateException? Refusal { get; init; }

    /// <summary>How it stands with the lease.</summary>
    public LeaseStatus Lease { get; init; } = LeaseStatus.None;

    /// <summary>Whether EC2 lets this run hold capacity, as far as is known.</summary>
    public bool MayReserve { get; init; } = true;

    /// <summary>Whether EC2 lets this run tag instances, as far as is known.</summary>
    public bool MayTag { get; init; } = true;

    /// <summary>Capacity that is held for the cluster's instances.</summary>
    public IReadOnlyList<CapacityReservation> Held { get; init; } = [];

    /// <summary>What is known of auto-scavenge.</summary>
    public AutoScavengeSeen AutoScavenge { get; init; } = AutoScavengeSeen.None;

    /// <summary>The commands of this update.</summary>
    public CommandsSeen Commands { get; init; } = CommandsSeen.None;

    /// <summary>The operator's alarms.</summary>
    public AlarmsSeen Alarms { get; init; } = AlarmsSeen.None;

    /// <summary>Since when no node at all has answered this run; null while one does.</summary>
    public DateTimeOffset? DarkSince { get; init; }
}
