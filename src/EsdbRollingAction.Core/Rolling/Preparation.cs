using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What a run begins with.</summary>
/// <param name="State">The state, with every node that is known.</param>
/// <param name="ClusterSize">The configured number of voters.</param>
/// <param name="Refusal">Why no node may be begun, though one that an earlier run left off is brought back; or null.</param>
internal sealed record Begun(ClusterUpdate State, int ClusterSize, RollingUpdateException? Refusal)
{
    /// <summary>Whether no node answers, so that nobody could be asked who belongs to the cluster.</summary>
    public bool IsDark { get; init; }
}

/// <summary>Everything before the first iteration: preflight, the approval, the lease.</summary>
internal sealed class Preparation(Preflight.Preflight preflight, RollKeepers keepers, RollEdges edges, RollSettings settings)
{
    private readonly TimeProvider time = edges.Time;
    private readonly LeftOffNodes leftOff = new(preflight, keepers, edges);

    /// <exception cref="RollingUpdateException">It may not begin, and there is nothing to bring back.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked, or the credentials have expired.</exception>
    public async Task<Begun> BeginAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        if (settings.OnlyRecovers)
        {
            return await leftOff.RecoverAsync(start, cancellationToken);
        }

        var asked = await Task.WhenAll(settings.Seeds.Select(seed => edges.Nodes.GossipAsync(seed, cancellationToken)));
        var mayAnswerLater = !asked.Any(gossip => gossip.IsForGood);
        var isDark = !asked.Any(gossip => gossip.Answer is not null);
        var refusal = Unreachable.Because(settings.Seeds.Zip(asked));
        if (isDark && await leftOff.DarkAsync(start, refusal, mayAnswerLater, cancellationToken) is { } dark)
        {
            return dark;
        }

        for (var until = time.GetUtcNow() + Timings.ReadConsistency; ;)
        {
            try
            {
                return await PlanAsync(start, cancellationToken);
            }
            catch (RollingUpdateException exception) when (exception.Reason is FailureReason.ClusterUnreachable)
            {
                // The only node that is named may have answered just before it was down, and its restore point not show yet.
                if (await leftOff.DarkAsync(start, refusal, mayAnswerLater, cancellationToken) is { } late)
                {
                    return late;
                }

                if (time.GetUtcNow() >= until || !await preflight.IsAnyInstanceAtSeedsAsync(cancellationToken))
                {
                    await ReleaseLeftoversAsync(start, cancellationToken);
                    throw;
                }
            }
        }
    }

    /// <summary>
    /// Takes in members that were named after the update was planned, with every check: those were made without them.
    /// </summary>
    /// <exception cref="RollingUpdateException">The cluster or EC2 does not answer now.</exception>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task<Begun> PlanAgainAsync(ClusterUpdate state, int clusterSize, CancellationToken cancellationToken)
    {
        try
        {
            var report = await preflight.CheckAsync(state, keepers.Cluster, isPlan: true, cancellationToken);
            edges.Reporter.Checked(report);
            report.RefuseUnlessAllHold();
            var approved = Approval.Check(state, report, settings.ExpectedPlanDigest);
            edges.Reporter.Planned(approved);
            keepers.Lease.Extend(approved.InstanceIds());
            return new Begun(approved, report.ClusterSize, Refusal: null);
        }
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.ClusterUnreachable)
        {
            throw exception.Midway();
        }
        catch (RollingUpdateException refusal)
        {
            return new Begun(state, clusterSize, refusal.Midway());
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            throw new RollingUpdateException(FailureReason.AwsUnreachable, exception.Message, exception).Midway();
        }
    }

    private async Task<Begun> PlanAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        var toCheck = Approval.LookAgain(start, settings.ExpectedPlanDigest);
        var report = await preflight.CheckAsync(toCheck, keepers.Cluster, isPlan: false, cancellationToken);
        edges.Reporter.Checked(report);
        try
        {
            report.RefuseUnlessAllHold();
            var state = Approval.Check(start, report, settings.ExpectedPlanDigest);
            return await BegunAsync(state, report, refusal: null, cancellationToken);
        }
        catch (RollingUpdateException refusal) when (refusal.Reason is not FailureReason.Locked)
        {
            if (report.LeftOff is { } left)
            {
                edges.Reporter.Warn(
                    $"{left} is stopped: an earlier update was interrupted. Starting it now; this run then ends because preflight failed.");
                var said = refusal.Saying($"{left} was brought back first, and no other node was touched.");
                return await BegunAsync(report.State, report, said, cancellationToken);
            }

            if (await BesideRefusalAsync(start, report, refusal, cancellationToken) is { } begun)
            {
                return begun;
            }

            await ReleaseLeftoversAsync(report.State, cancellationToken);
            throw;
        }
    }

    /// <summary>Where not every node's instance can be told, those that an update took down are brought back all the same.</summary>
    private async Task<Begun?> BesideRefusalAsync(
        ClusterUpdate start, PreflightReport report, RollingUpdateException refusal, CancellationToken cancellationToken)
    {
        var (state, _) = await leftOff.FindAsync(start, countsRunning: false, cancellationToken);
        return state is null
            ? null
            : await BegunAsync(state, report, refusal.Saying("What an earlier update had stopped was started first."), cancellationToken);
    }

    private async Task<Begun> BegunAsync(
        ClusterUpdate state, PreflightReport report, RollingUpdateException? refusal, CancellationToken cancellationToken)
    {
        edges.Reporter.Planned(state);
        // A cluster that is as wanted is not even tagged.
        if (!state.EventStoreNodeUpdates.All(keepers.Snapshots.Strategy.IsAsWanted) || state.AutoScavengePausedAt is not null)
        {
            await AcquireAsync(state, cancellationToken);
        }

        return new Begun(state, report.ClusterSize, refusal);
    }

    /// <summary>Takes the lease, if it has not been taken.</summary>
    /// <returns>Whether it was taken only now: what was seen before may not be so any more.</returns>
    public async Task<bool> AcquireAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        if (settings.Run is null || keepers.Lease.WasAcquired)
        {
            return false;
        }

        await keepers.Lease.AcquireAsync(await edges.DescribeAsync(state, cancellationToken), cancellationToken);
        return true;
    }

    /// <summary>A run that may not begin gives back what one that was killed holds; not what one that lives does.</summary>
    private async Task ReleaseLeftoversAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        try
        {
            await keepers.Reservations.LookAsync(state.InstanceIds(), cancellationToken);
            if (keepers.Reservations.Shown.Count > 0 || state.AutoScavengePausedAt is not null)
            {
                await AcquireAsync(state, cancellationToken);
                await new Holdings(keepers, edges, settings).ReleaseLeftoversAsync(state, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is InstanceException or RollingUpdateException)
        {
            edges.Reporter.Warn($"What an earlier run still holds was not given back: {exception.Message}");
        }
    }
}
