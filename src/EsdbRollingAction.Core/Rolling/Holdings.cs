using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// What a run holds while it lives. However it ends, that is given back: capacity costs money, and who resumes waits for no lease.
/// </summary>
internal sealed class Holdings(RollKeepers keepers, INotices notices, (RollSettings Settings, TimeProvider Time) given)
{
    /// <summary>At an orderly end; a cancelled job is killed soon.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>Gives it back.</summary>
    /// <param name="state">The nodes.</param>
    /// <param name="instances">Their instances, as last shown; null for a run that did not begin.</param>
    /// <param name="cancelled">A run that is cancelled asks for nothing more.</param>
    public async Task ReleaseAsync(
        ClusterUpdate state, IReadOnlyDictionary<string, Instance>? instances, CancellationToken cancelled)
    {
        using var patience = new CancellationTokenSource(Patience, given.Time);
        await using var sooner = cancelled.Register(() => patience.CancelAfter(given.Settings.TimeToEnd().ForCapacity));
        if (instances is not null && !given.Settings.OnlyRecovers && keepers.Lease.Status.LostTo is null)
        {
            // What is known first, for the time may be short.
            await keepers.Reservations.ReleaseKnownAsync(state, patience.Token);
            await LookOnceMoreAsync(state, instances, cancelled, patience.Token);
        }

        await keepers.Lease.ReleaseAsync(patience.Token);
    }

    /// <summary>An owner that this run followed may have asked for capacity since it was looked at.</summary>
    private async Task LookOnceMoreAsync(
        ClusterUpdate state,
        IReadOnlyDictionary<string, Instance> instances,
        CancellationToken cancelled,
        CancellationToken cancellationToken)
    {
        if (cancelled.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await keepers.Reservations.LookAsync([.. instances.Keys], cancellationToken);
            await keepers.Reservations.ReleaseAllAsync(state, instances, cancelled, cancellationToken);
        }
        catch (Exception exception) when (exception is InstanceException or OperationCanceledException)
        {
            notices.Warn(
                $"Whether capacity is still held could not be looked up: {Sentence.Ended(exception.Message)} The next run does it.");
        }
    }
}
