using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// When the node that an interrupted update stopped is the only one whose address is known, nobody can be asked who belongs to
/// the cluster until it is on again. So it is started as it is, and the update goes on from there.
/// </summary>
/// <param name="preflight">Knows which instances are at the addresses of the connection string.</param>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="control">EC2, and who knows of other runs.</param>
/// <param name="settings">What the roll is told besides its state.</param>
/// <param name="reporter">Is told what is started, and why.</param>
/// <param name="time">The clock.</param>
internal sealed class Revival(
    Preflight preflight, IClusterNodes nodes, InstanceControl control, RollSettings settings, IUpdateReporter reporter, TimeProvider time)
{
    /// <summary>A stop, a start and a boot; what takes longer is for a person to look at.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> started = [];

    /// <summary>Does nothing where a node answers, or no update is known to have stopped one.</summary>
    /// <exception cref="InstanceException">The credentials have expired or there are none.</exception>
    public async Task ReviveAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        for (var until = time.GetUtcNow() + Patience; time.GetUtcNow() < until && !await DoesAnyAnswerAsync(cancellationToken);)
        {
            if (!await StartAsync(state, cancellationToken))
            {
                return;
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private async Task<bool> DoesAnyAnswerAsync(CancellationToken cancellationToken)
    {
        var asked = settings.Seeds.Select(async seed =>
        {
            try
            {
                await nodes.GossipAsync(seed, cancellationToken);
                return true;
            }
            catch (NodeUnreachableException)
            {
                return false;
            }
        });
        return (await Task.WhenAll(asked)).Contains(true);
    }

    /// <summary>Whether there is something to wait for.</summary>
    private async Task<bool> StartAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var instance in await preflight.InstancesOfSeedsAsync(cancellationToken))
            {
                if (!started.Contains(instance.Id)
                    && instance.State is InstanceState.Stopping or InstanceState.Stopped
                    && await WasStoppedByAnUpdateAsync(instance, state, cancellationToken))
                {
                    await StartAsync(instance, cancellationToken);
                }
            }
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            reporter.Notice($"No node answers, and what an update stopped could not be started: {exception.Message}");
            return exception.Kind is InstanceErrorKind.Transient or InstanceErrorKind.LookAgain or InstanceErrorKind.Capacity;
        }

        return started.Count > 0;
    }

    private async Task StartAsync(Instance instance, CancellationToken cancellationToken)
    {
        reporter.Notice($"No node answers, and {instance.Id} ({instance.Type}) was stopped by an update that did not end: it is started as it is.");
        await control.Instances.StartAsync(instance.Id, cancellationToken);
        started.Add(instance.Id);
    }

    private async Task<bool> WasStoppedByAnUpdateAsync(Instance instance, ClusterUpdate state, CancellationToken cancellationToken) =>
        NodeMark.Parse(instance.Mark) is { } mark
            ? mark.Run == settings.Run || settings.TakeOver || await control.OtherRuns.IsAliveAsync(mark.Run, cancellationToken) == false
                || !Pace.IsRecent(mark.At, RunLock.SurelyEndedAfter, time.GetUtcNow())
            : state.EventStoreNodeUpdates.Any(node => node.Ec2InstanceId == instance.Id && node is { NodeUpdateStatus: UpdateStatus.InProgress, StopRequestedAt: not null });
}
