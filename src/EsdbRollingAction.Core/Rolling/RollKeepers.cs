using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Lease;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What a roll keeps for as long as it runs.</summary>
/// <param name="Cluster">Asks the nodes.</param>
/// <param name="Lease">The lease.</param>
/// <param name="Reservations">Held capacity.</param>
/// <param name="Snapshots">Makes one picture of what is read.</param>
internal sealed record RollKeepers(ClusterObserver Cluster, LeaseKeeper Lease, ReservationKeeper Reservations, SnapshotBuilder Snapshots)
{
    /// <summary>The operator's alarms; null where none is asked for, or nothing is taken down.</summary>
    public AlarmWatch? Alarms { get; init; }

    /// <summary>Auto-scavenge.</summary>
    public required AutoScavengeKeeper AutoScavenge { get; init; }

    /// <summary>The state.</summary>
    public required StateKeeper Memory { get; init; }
}
