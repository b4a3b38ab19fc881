using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// What a run holds while it lives. However it ends, that is given back: capacity costs money, a database that is not scavenged grows,
/// and who resumes waits for no lease.
/// </summary>
internal sealed class Holdings(RollKeepers keepers, RollEdges edges, RollSettings settings)
{
    /// <summary>At an orderly end; a cancelled job is killed soon.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>The cluster may be what keeps the run from beginning.</summary>
    private static readonly TimeSpan PatienceWithLeftovers = TimeSpan.FromSeconds(5);

    /// <summary>Gives it back.</summary>
    /// <param name="state">The nodes.</param>
    /// <param name="instances">Their instances, as last shown; null for a run that did not begin.</param>
    /// <param name="cancelled">A run that is cancelled asks for nothing more.</param>
    /// <returns>The state, without what was given back.</returns>
    public async Task<ClusterUpdate> ReleaseAsync(
        ClusterUpdate state, IReadOnlyDictionary<string, Instance>? instances, CancellationToken cancelled)
    {
        using var patience = new CancellationTokenSource(Patience, edges.Time);
        await using var sooner = cancelled.Register(() => patience.CancelAfter(settings.TimeToEnd().ForCapacity));
        if (instances is not null)
        {
            // Beside one another, for the time may be short.
            var resuming = ResumeAutoScavengeAsync(state, patience.Token);
            await ReleaseCapacityAsync(state, instances, cancelled, patience.Token);
            state = await resuming;
            state = WithoutReleased(state);
        }

        await keepers.Lease.ReleaseAsync(patience.Token);
        return state;
    }

    /// <summary>What was given back, whoever goes on does not take for held.</summary>
    private ClusterUpdate WithoutReleased(ClusterUpdate state)
    {
        if (keepers.Memory.Last is { } last && keepers.Reservations.WithoutReleased(last) is var without
            && !without.EventStoreNodeUpdates.SequenceEqual(last.EventStoreNodeUpdates))
        {
            Remember(without);
        }

        return keepers.Reservations.WithoutReleased(state);
    }

    /// <summary>Gives back what a run that was killed holds, for one that may not begin.</summary>
    public async Task ReleaseLeftoversAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        await keepers.Reservations.ReleaseKnownAsync(state, cancellationToken);
        using var patience = new CancellationTokenSource(PatienceWithLeftovers, edges.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await ResumeAutoScavengeAsync(state, either.Token);
        await keepers.Lease.ReleaseAsync(cancellationToken);
    }

    private async Task ReleaseCapacityAsync(
        ClusterUpdate state,
        IReadOnlyDictionary<string, Instance> instances,
        CancellationToken cancelled,
        CancellationToken cancellationToken)
    {
        if (!settings.OnlyRecovers && keepers.Lease.Status.LostTo is null)
        {
            // What is known first, for the time may be short.
            await keepers.Reservations.ReleaseKnownAsync(state, cancellationToken);
            await LookOnceMoreAsync(state, instances, cancelled, cancellationToken);
        }
    }

    /// <summary>What this update paused it resumes, and nothing else. A run that has lost its lease leaves it to the other one.</summary>
    private async Task<ClusterUpdate> ResumeAutoScavengeAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var remembered = keepers.Memory.Last ?? state;
        if (remembered.AutoScavengePausedAt is null)
        {
            return state;
        }

        var owner = keepers.Lease.Status.LostTo?.Owner;
        if (owner is not null || (settings.Run is not null && !keepers.Lease.WasAcquired))
        {
            var why = owner is null ? ": whether another run holds the cluster's lease is not known" : $" for {owner}";
            edges.Reporter.Notice($"Auto-scavenge stays paused{why}. {AutoScavenge.HowToResume}");
            return state;
        }

        if (await keepers.AutoScavenge.ResumeAsync(cancellationToken) is { } problem)
        {
            edges.Reporter.Warn(
                $"Auto-scavenge could not be resumed: {Sentence.Ended(problem)} The next run with this state does it. "
                + AutoScavenge.HowToResume);
            return state;
        }

        Remember(remembered with { AutoScavengePausedAt = null });
        edges.Reporter.Notice("Auto-scavenge is resumed.");
        return state with { AutoScavengePausedAt = null };
    }

    /// <summary>How the run ended is what is told; with the file as it was the next run resumes once more, which does no harm.</summary>
    private void Remember(ClusterUpdate state)
    {
        try
        {
            keepers.Memory.Save(state);
        }
        catch (RollingUpdateException exception)
        {
            edges.Reporter.Warn(exception.Message);
        }
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
            edges.Reporter.Warn(
                $"Whether capacity is still held could not be looked up: {PlainWords.Said(exception)}. The next run does it.");
        }
    }
}
