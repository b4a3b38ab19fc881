using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Capacity that is held costs money: however a run ends, it is given back. What could not be is found by the next run.</summary>
internal sealed class HeldCapacity(
    KnownCapacity capacity, RunLock runLock, RollSettings settings, IUpdateReporter reporter, TimeProvider time)
{
    private static readonly TimeSpan PatienceAtTheEnd = Pace.ReadsMayBeStale + TimeSpan.FromSeconds(10);

    /// <summary>A cancelled job is killed soon.</summary>
    private TimeSpan PatienceWhenCancelled => settings.TimeToEnd().ForCapacity;

    public async Task GiveBackAsync(ClusterUpdate state, CancellationToken cancelled)
    {
        using var patience = new CancellationTokenSource(cancelled.IsCancellationRequested ? PatienceWhenCancelled : PatienceAtTheEnd, time);
        await using var sooner = cancelled.Register(() => patience.CancelAfter(PatienceWhenCancelled));
        try
        {
            await capacity.ReleaseAllAsync(
                IdsOf(state),
                cancelled.IsCancellationRequested ? null : state.EventStoreNodeUpdates.Max(node => node.CapacityReservedAt),
                othersWereHere: runLock.Predecessors is { TookOverAt: not null } or { Runs.Count: > 0 },
                (id, why) => reporter.Warn(
                    $"{id} could not be given back ({Sentence.Clause(why)}). "
                    + "The next run does it; without one it ends by itself within six hours."),
                patience.Token);
        }
        catch (Exception exception) when (exception is InstanceException or OperationCanceledException)
        {
            reporter.Warn(
                $"Whether capacity is still held could not be looked up ({Sentence.Clause(exception.Message)}). "
                + "The next run does it; what is held ends by itself within six hours.");
        }
    }

    /// <summary>A run that may not begin gives back what one that was killed holds; not what one that lives does.</summary>
    public async Task GiveBackWhatWasLeftAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        try
        {
            await capacity.LookAsync(IdsOf(state), cancellationToken);
            if (capacity.Held.Count == 0)
            {
                return;
            }

            await runLock.EnterAsync(state, takesOver: false, cancellationToken);
        }
        catch (Exception exception) when (exception is InstanceException or RollingUpdateException)
        {
            reporter.Warn($"Capacity that is still held was not given back: {exception.Message}");
            return;
        }

        await GiveBackAsync(state, cancellationToken);
    }

    private static List<string> IdsOf(ClusterUpdate state) => [.. state.EventStoreNodeUpdates.Select(node => node.Ec2InstanceId).OfType<string>()];
}
