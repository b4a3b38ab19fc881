using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Nodes that an update which did not end took down. They are brought back, whatever else keeps a run from beginning.</summary>
internal sealed class LeftOffNodes(Preflight.Preflight preflight, RollKeepers keepers, RollEdges edges)
{
    /// <summary>
    /// No node answers, and instances at the addresses of the connection string were taken down by an update: those are the nodes, and
    /// the loop starts them like any other. Null when there are none.
    /// </summary>
    public async Task<Begun?> DarkAsync(
        ClusterUpdate start, RollingUpdateException refusal, bool mayAnswerLater, CancellationToken cancellationToken)
    {
        var (state, instances) = await FindAsync(start, mayAnswerLater, cancellationToken);
        if (state is null)
        {
            return null;
        }

        edges.Reporter.Notice("No node answers, and an update that did not end stopped one: it is brought back first.");
        await keepers.Lease.AcquireAsync(instances, cancellationToken);
        return new Begun(state, state.EventStoreNodeUpdates.Count, refusal) { IsDark = true };
    }

    /// <summary>The nodes that an update took down, as the state or restore points tell; null when there are none.</summary>
    public async Task<(ClusterUpdate? State, IReadOnlyList<Instance> Instances)> FindAsync(
        ClusterUpdate start, bool countsRunning, CancellationToken cancellationToken)
    {
        // What is off beside a state that was never begun, somebody may have stopped: only restore points tell.
        var isBegun = start.EventStoreNodeUpdates.Any(node => start.StartedAt is not null || node.HasBegun);
        var state = isBegun ? start : await preflight.Restorable.WithThemAsync(start, keepers.Cluster, cancellationToken);
        var instances = await edges.DescribeAsync(state, cancellationToken);
        var isAnyOff = instances.Any(instance =>
            instance.State is not InstanceState.Running || (countsRunning && IsInWork(instance, state)));
        return (isAnyOff ? state : null, instances);
    }

    private static bool IsInWork(Instance instance, ClusterUpdate state) => instance.RestorePoint is not null
        || state.EventStoreNodeUpdates.Any(node => node.Ec2InstanceId == instance.Id && node is { WasTouched: true, IsOnItsWay: true });

    /// <summary>A recovery checks nothing and begins nothing; with nothing off, and nothing paused, it waits for no lease.</summary>
    public async Task<Begun> RecoverAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        var state = start.InstanceIds().Count > 0 ? start : await RestorableAsync(start, cancellationToken);
        var instances = await TryDescribeAsync(state, cancellationToken);
        state = await preflight.Restorable.WithoutStrangersAsync(WithoutStarts(state, instances), instances, cancellationToken);
        if (state.AutoScavengePausedAt is not null && instances.Count > 0)
        {
            await keepers.Lease.AcquireAsync(instances, cancellationToken);
        }

        return new Begun(state, state.EventStoreNodeUpdates.Count, Refusal: null);
    }

    /// <summary>What was tried in vain is tried again, unless it runs.</summary>
    private static ClusterUpdate WithoutStarts(ClusterUpdate state, IReadOnlyList<Instance> instances) => state.EventStoreNodeUpdates
        .Where(node => !instances.Any(instance => instance.Id == node.Ec2InstanceId && instance.State is InstanceState.Running))
        .Aggregate(state, (all, node) => all.With(node with { StartRequests = 0, LastStartTried = false }));

    /// <summary>The state knows no instance, so restore points tell; what was written a moment ago must show first.</summary>
    private async Task<ClusterUpdate> RestorableAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        var wait = Timings.ReadConsistency;
        edges.Reporter.Notice($"No state names an instance: restore points are looked at in {wait.TotalSeconds} s, when all of them show.");
        await Task.Delay(wait, edges.Time, cancellationToken);
        return await preflight.Restorable.WithThemAsync(start, keepers.Cluster, cancellationToken);
    }

    private async Task<IReadOnlyList<Instance>> TryDescribeAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        try
        {
            return await edges.DescribeAsync(state, cancellationToken);
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            edges.Reporter.Notice(exception.Message);
            return [];
        }
    }
}
