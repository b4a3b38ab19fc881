using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>What a run begins with.</summary>
/// <param name="State">The state with every node of the cluster.</param>
/// <param name="ClusterSize">The configured number of voters.</param>
/// <param name="Refusal">Why no node may be begun with, though one that an earlier run left off is brought back; or null.</param>
internal sealed record Begun(ClusterUpdate State, int ClusterSize, RollingUpdateException? Refusal);

/// <summary>Everything before the first iteration: what was left off and hides the cluster, the checks, the approval, other runs.</summary>
internal sealed class Beginning(
    Preflight preflight, Revival revival, RunLock runLock, HeldCapacity held, IStateStore file, RollSettings settings, IUpdateReporter reporter)
{
    /// <exception cref="RollingUpdateException">It may not begin, and there is nothing to bring back.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked, or the credentials have expired.</exception>
    public async Task<Begun> BeginAsync(ClusterUpdate start, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var known = start;
        try
        {
            (start, var report) = await CheckAsync(start, cluster, cancellationToken);
            known = report.State;
            reporter.Checked(report.Checks);
            var (state, refusal) = Judge(start, report);
            reporter.Planned(state);
            await runLock.EnterAsync(state, settings.TakeOver, cancellationToken);
            return new Begun(state, report.ClusterSize, refusal);
        }
        catch (RollingUpdateException exception)
        {
            if (exception.Reason is not FailureReason.Locked)
            {
                await held.GiveBackWhatWasLeftAsync(known, cancellationToken);
            }

            if (!revival.HasStarted)
            {
                throw;
            }

            throw exception.Saying(revival.Told);
        }
    }

    /// <summary>
    /// Takes in members that were named after the update was planned, with every check: those were made without them. What the plan
    /// has stays as it is, since it is known better than from one read.
    /// </summary>
    /// <returns>The state with them; with a refusal where the update may not go on.</returns>
    /// <exception cref="RollingUpdateException">The cluster or EC2 does not answer now.</exception>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task<Begun> BeginAgainAsync(ClusterUpdate state, int clusterSize, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        try
        {
            var report = await preflight.CheckAsync(state, cluster, isPlan: true, cancellationToken);
            reporter.Checked(report.Checks);
            report.RefuseUnlessAllHold();
            var planned = Approval.Check(state, report, settings.ExpectedPlanDigest);
            planned = planned with
            {
                EventStoreNodeUpdates = [.. planned.EventStoreNodeUpdates.Select(node => Known(node, state) ?? node)],
            };
            reporter.Planned(planned);
            return new Begun(planned, report.ClusterSize, Refusal: null);
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

    private static NodeUpdate? Known(NodeUpdate planned, ClusterUpdate state) => state.EventStoreNodeUpdates.FirstOrDefault(node =>
        node.Endpoint == planned.Endpoint && node.Ec2InstanceId == planned.Ec2InstanceId);

    private async Task<(ClusterUpdate Start, PreflightReport Report)> CheckAsync(ClusterUpdate start, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        start = await ReviveAsync(start, cancellationToken);
        try
        {
            return (start, await OnceAsync());
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.ClusterUnreachable)
        {
            // The only node that is named may have answered just before it was down.
            start = await ReviveAsync(start, cancellationToken);
            if (!revival.HasStarted)
            {
                throw;
            }

            return (start, await OnceAsync());
        }

        Task<PreflightReport> OnceAsync() =>
            preflight.CheckAsync(Approval.LookAgain(start, settings.ExpectedPlanDigest), cluster, isPlan: false, cancellationToken);
    }

    private async Task<ClusterUpdate> ReviveAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        var revived = await revival.ReviveAsync(start, cancellationToken);
        if (revived != start)
        {
            file.Write(revived);
        }

        return revived;
    }

    /// <summary>Whatever the checks say, a node that an update left off is not left so: only nothing else is begun.</summary>
    private (ClusterUpdate State, RollingUpdateException? Refusal) Judge(ClusterUpdate start, PreflightReport report)
    {
        try
        {
            report.RefuseUnlessAllHold();
            return (Approval.Check(start, report, settings.ExpectedPlanDigest), null);
        }
        catch (RollingUpdateException refusal) when (report.LeftOff is { } left)
        {
            reporter.Warn($"{left} was left off by an update that did not end. It is brought back; then this run ends, because the update may not go on as it is.");
            return (report.State, refusal.Saying($"{left} was brought back first, and no other node was touched."));
        }
    }
}
