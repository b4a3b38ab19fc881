using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Lease;

/// <summary>Where it is read how it stands with a lease.</summary>
/// <param name="Instances">Reads the tags.</param>
/// <param name="Runs">Knows which runs have completed.</param>
/// <param name="Notices">Is told whom this run waits for.</param>
public sealed record LeaseReads(IInstances Instances, IOtherRuns Runs, INotices Notices);

/// <summary>Tells a lease that its owner renews from one that has expired, by our own clock.</summary>
/// <param name="edges">What is read.</param>
/// <param name="settings">Says which run this is.</param>
/// <param name="time">Our own clock.</param>
public sealed class LeaseWatch(LeaseReads edges, RollSettings settings, TimeProvider time)
{
    /// <summary>A lease whose text has not changed for this long has expired.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    /// <summary>The watch when GitHub says that the owner's run has completed: a process that lives renews within it.</summary>
    public static readonly TimeSpan ShortDuration = Timings.ReadConsistency + LeaseKeeper.RenewAfter + TimeSpan.FromSeconds(5);

    /// <summary>No clock is wrong by this much: a lease that was renewed earlier needs no watch.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Waits until the leases of other runs have expired, or are released.</summary>
    /// <inheritdoc cref="FindLivingOwnerAsync"/>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.Locked"/>: an owner renewed its lease.</exception>
    public async Task RefuseLivingOwnerAsync(IReadOnlyList<string> ids, List<LeaseTag> others, CancellationToken cancellationToken)
    {
        if (await FindLivingOwnerAsync(ids, others, cancellationToken) is { Living: { } living })
        {
            throw Locked(living);
        }
    }

    /// <summary>
    /// Watches until an owner renews its lease, or they have expired or are released. What changes between the first reads may have been
    /// written before them.
    /// </summary>
    /// <param name="ids">The cluster's instances.</param>
    /// <param name="others">The leases that were found on them.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The lease that was renewed, or null; and whether they were released.</returns>
    public async Task<(LeaseTag? Living, bool IsReleased)> FindLivingOwnerAsync(
        IReadOnlyList<string> ids, List<LeaseTag> others, CancellationToken cancellationToken)
    {
        var watched = others.FindAll(MayLive);
        if (watched.Count == 0)
        {
            return (null, false);
        }

        var owner = watched[0].Owner;
        var readsTellFrom = time.GetUtcNow() + Timings.ReadConsistency;
        var until = time.GetUtcNow() + await WatchOfAsync(watched, cancellationToken);
        edges.Notices.Notice(
            $"The cluster's lease is held by {owner}{Age(watched[0])}; watching until {until:HH:mm:ss}Z whether it is renewed.");
        while (time.GetUtcNow() < until)
        {
            await Task.Delay(LookEvery, time, cancellationToken);
            var shown = OthersIn(await DescribeAsync(ids, cancellationToken));
            if (time.GetUtcNow() <= readsTellFrom)
            {
                watched.AddRange(shown);
            }
            else if (shown.Count == 0)
            {
                edges.Notices.Notice($"{owner} has released its lease.");
                return (null, true);
            }
            else if (shown.Find(other => IsNews(other, watched)) is { } living)
            {
                return (living, false);
            }
        }

        edges.Notices.Notice($"{owner} has not renewed its lease: it has expired.");
        return (null, false);
    }

    private bool MayLive(LeaseTag other) => other.Renewed is not { } at || time.GetUtcNow() - at < LongAgo;

    private async Task<TimeSpan> WatchOfAsync(List<LeaseTag> watched, CancellationToken cancellationToken)
    {
        foreach (var other in watched)
        {
            if (other.Owner == settings.Run || !await edges.Runs.HasCompletedAsync(other.Owner, cancellationToken))
            {
                return Duration;
            }
        }

        return ShortDuration;
    }

    private static bool IsNews(LeaseTag other, List<LeaseTag> watched) => !watched.Exists(known =>
        known.Id == other.Id && !(other.Renewed > known.Renewed));

    private Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Patiently.AskAsync(() => edges.Instances.DescribeAsync(ids, cancellationToken), time, cancellationToken);

    /// <summary>Every owner but this run, each by the tag that was renewed last.</summary>
    public List<LeaseTag> OthersIn(IEnumerable<Instance> shown) =>
    [
        .. shown.Select(instance => instance.Lease)
            .Distinct()
            .Select(LeaseTag.Parse)
            .OfType<LeaseTag>()
            .Where(tag => tag.Id != settings.LeaseId)
            .GroupBy(tag => tag with { Renewed = null })
            .Select(tags => tags.MaxBy(tag => tag.Renewed)!),
    ];

    private RollingUpdateException Locked(LeaseTag owner) => new(
        FailureReason.Locked,
        $"The cluster's lease is held by {owner.Owner}{Age(owner)}. Nothing was changed.")
    {
        OtherRun = owner.Owner,
    };

    private string Age(LeaseTag tag) =>
        tag.Renewed is { } at ? $", renewed {Math.Max(0, (time.GetUtcNow() - at).TotalSeconds):0} s ago" : "";
}
