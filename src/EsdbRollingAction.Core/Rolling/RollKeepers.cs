using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What a roll keeps for as long as it runs.</summary>
/// <param name="Cluster">Asks the nodes.</param>
/// <param name="Lease">The lease.</param>
/// <param name="Reservations">Held capacity.</param>
/// <param name="Snapshots">Makes one picture of what is read.</param>
internal sealed record RollKeepers(ClusterObserver Cluster, LeaseKeeper Lease, ReservationKeeper Reservations, SnapshotBuilder Snapshots)
{
    /// <summary>Those of one run.</summary>
    public static RollKeepers Of(IUpdateStrategy strategy, RollEdges edges, RollSettings settings)
    {
        var (ec2, time) = (edges.Ec2, edges.Time);
        var cluster = new ClusterObserver(edges.Nodes, settings.MaxReplicationLagBytes, time);
        return new RollKeepers(
            cluster,
            new LeaseKeeper(new LeaseEdges(ec2.Instances, ec2.Tags, ec2.OtherRuns, edges.Reporter), settings, time),
            new ReservationKeeper(ec2.Capacity, edges.Reporter, time),
            new SnapshotBuilder(strategy, settings))
        {
            Alarms = settings.AlarmNames.Count == 0 ? null : new AlarmWatch(edges.Alarms, settings, time),
            AutoScavenge = new AutoScavengeKeeper(edges.Nodes.AutoScavenge, cluster, settings, time),
            Memory = new StateKeeper(edges.Store, edges.Reporter),
        };
    }

    /// <summary>The operator's alarms; null where none is asked for, or nothing is taken down.</summary>
    public AlarmWatch? Alarms { get; init; }

    /// <summary>Auto-scavenge.</summary>
    public required AutoScavengeKeeper AutoScavenge { get; init; }

    /// <summary>The state.</summary>
    public required StateKeeper Memory { get; init; }
}
