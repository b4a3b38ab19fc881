using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Lease;

/// <summary>What the lease is kept with.</summary>
/// <param name="Instances">Reads the tags.</param>
/// <param name="Tags">Writes them.</param>
/// <param name="Runs">Knows which runs have completed.</param>
/// <param name="Notices">Is told whom this run waits for.</param>
public sealed record LeaseEdges(IInstances Instances, IInstanceTags Tags, IOtherRuns Runs, INotices Notices)
{
    internal LeaseReads Reads => new(Instances, Runs, Notices);
}

/// <summary>
/// Takes the lease, renews and releases it. Tags of EC2 have no compare-and-set and reads of them are stale, so it is advisory: it
/// keeps people from confusion. The quorum is kept by the order of the nodes and by looking at every voter right before a stop.
/// </summary>
/// <param name="edges">What it is kept with.</param>
/// <param name="settings">Says which run this is.</param>
/// <param name="time">The clock; clocks of two machines are never compared.</param>
public sealed class LeaseKeeper(LeaseEdges edges, RollSettings settings, TimeProvider time)
{
    /// <summary>How often its owner renews it.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(20);

    /// <summary>How soon it is written again over the lease of another run.</summary>
    private static readonly TimeSpan WriteAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long an owner that is taken over from is given to read the new tag and to end.</summary>
    private static readonly TimeSpan TakeOverShows = 2 * Timings.ReadConsistency;

    private readonly LeaseWatch watch = new(edges.Reads, settings, time);
    private IReadOnlyList<string> ids = [];
    private LeaseTag? mine;

    /// <summary>What may be on the instances: the text that EC2 accepted last, and those since that it has not answered to.</summary>
    private List<string> written = [];
    private DateTimeOffset readsShowOursFrom;
    private DateTimeOffset renewedAt;
    private bool isOverwritten;

    /// <summary>How it stands with the lease.</summary>
    public LeaseStatus Status { get; private set; } = LeaseStatus.None;

    /// <summary>Whether the lease was asked for, though EC2 may not have let it be written.</summary>
    public bool WasAcquired { get; private set; }

    /// <summary>Takes the lease, once whoever holds it has let it expire.</summary>
    /// <param name="found">The cluster's instances, as they were just read.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.Locked"/>: its owner lives.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked.</exception>
    public async Task AcquireAsync(IReadOnlyList<Instance> found, CancellationToken cancellationToken)
    {
        ids = [.. found.Select(instance => instance.Id)];
        var others = watch.OthersIn(found);
        if (settings.Run is not null && !settings.TakeOver)
        {
            await watch.RefuseLivingOwnerAsync(ids, others, cancellationToken);
        }

        WasAcquired = true;
        if (settings.Run is null || ids.Count == 0)
        {
            return;
        }

        var epoch = found.Select(instance => LeaseTag.Parse(instance.Lease)?.Epoch ?? 0).Max();
        mine ??= new LeaseTag(settings.Run, settings.LeaseId, others.Count == 0 ? Math.Max(epoch, 1) : epoch + 1);
        readsShowOursFrom = time.GetUtcNow() + Timings.ReadConsistency;
        var actsFrom = settings.TakeOver && others.Count > 0 ? time.GetUtcNow() + TakeOverShows : DateTimeOffset.MinValue;
        Status = new LeaseStatus(IsTaken: true, LostTo: null, actsFrom);
        await WriteFirstAsync(found, others, cancellationToken);
    }

    /// <summary>The lease is on these instances from now on: the plan was made again.</summary>
    public void Extend(IEnumerable<string> instances) => (ids, renewedAt) = ([.. ids.Union(instances)], DateTimeOffset.MinValue);

    /// <summary>Refuses while another run holds the lease, and takes none: a plan changes nothing.</summary>
    /// <inheritdoc cref="AcquireAsync"/>
    public Task RefuseOtherOwnerAsync(IReadOnlyList<Instance> found, CancellationToken cancellationToken)
    {
        ids = [.. found.Select(instance => instance.Id)];
        return settings.Run is null || settings.TakeOver
            ? Task.CompletedTask
            : watch.RefuseLivingOwnerAsync(ids, watch.OthersIn(found), cancellationToken);
    }

    /// <summary>
    /// Reads the tags on instances that were described: a lease that outranks ours means that ours is lost. A read that is as old as one
    /// may be shows a lease that was released before ours was acquired: it is believed when reads must show ours.
    /// </summary>
    public void Observe(IEnumerable<Instance> shown)
    {
        foreach (var other in Status.IsTaken ? watch.OthersIn(shown) : [])
        {
            if (!other.Outranks(mine!))
            {
                // Our tag was overwritten, or the read is older than it: the other owner is told again, but not with every read.
                isOverwritten = true;
            }
            else if (time.GetUtcNow() < readsShowOursFrom)
            {
                Status = Status.Doubted(other, readsShowOursFrom);
            }
            else
            {
                Status = Status with { LostTo = other, LostAt = Status.LostAt ?? time.GetUtcNow() };
            }
        }
    }

    /// <summary>Renews the lease when that is due. What EC2 refuses now is tried again with the next look.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!Status.IsTaken || Status.LostTo is not null || time.GetUtcNow() - renewedAt < (isOverwritten ? WriteAgainAfter : RenewAfter))
        {
            return;
        }

        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (InstanceException refusal) when (!refusal.IsAboutCredentials)
        {
            WithoutTags(refusal);
        }
    }

    /// <summary>Lets the lease go, so that whoever resumes waits for nobody. A tag that is another's by now stays.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!Status.IsTaken)
        {
            return;
        }

        try
        {
            foreach (var text in Enumerable.Reverse(written))
            {
                await edges.Tags.RemoveAsync(ids, Instance.LeaseTag, text, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is InstanceException or OperationCanceledException)
        {
            edges.Notices.Notice(
                $"The lease could not be released ({PlainWords.Said(exception)}). It expires by itself in a minute.");
        }
    }

    private async Task WriteFirstAsync(IReadOnlyList<Instance> found, List<LeaseTag> others, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var instance in found.Where(instance => instance.RestorePoint is { } legacy && legacy == instance.Lease))
            {
                await edges.Tags.SetAsync([instance.Id], Instance.RestoreTag, RestorePoint.Of(instance)!.ToString(), cancellationToken);
            }

            await WriteAsync(cancellationToken);
        }
        catch (InstanceException refusal) when (!refusal.IsAboutCredentials)
        {
            if (others.Count > 0 && settings.TakeOver)
            {
                throw new RollingUpdateException(
                    FailureReason.Locked,
                    $"Instances cannot be tagged ({Sentence.Clause(refusal.Message)}), so {others[0].Owner} could not learn that it lost "
                    + "the lease. Nothing was changed. Make sure that it has ended, remove its tag by hand, and run again; "
                    + "or let this run create tags.")
                {
                    OtherRun = others[0].Owner,
                    IsOtherRunDeaf = true,
                };
            }

            WithoutTags(refusal);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (renewedAt, isOverwritten) = (time.GetUtcNow(), false);
        var text = (mine! with { Renewed = renewedAt }).ToString();
        written.Add(text);
        await edges.Tags.SetAsync(ids, Instance.LeaseTag, text, cancellationToken);
        written = [text];
    }

    private void WithoutTags(InstanceException refusal)
    {
        if (refusal.IsPassing)
        {
            return;
        }

        Status = LeaseStatus.None;
        edges.Notices.Warn(
            $"Instances are not tagged: {refusal.Message} The roll goes on with the state file alone; other runs cannot see it.");
    }
}
