using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Does what was decided, and makes of what came of it what is remembered.</summary>
/// <param name="edges">What it acts on.</param>
/// <param name="keepers">Remember what was asked for.</param>
/// <param name="effects">What an accepted or refused act means for the node.</param>
internal sealed class ActExecutor(RollEdges edges, RollKeepers keepers, Effects effects)
{
    private const int TagAttempts = 3;
    private readonly TimeProvider time = edges.Time;
    private int tagsRefused;

    /// <summary>Does the act.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="world">Knows whom the cluster names, and learns what EC2 does not allow.</param>
    /// <param name="settings">How long an act in flight has, once the run is asked to end.</param>
    /// <param name="cancellationToken">Asks the run to end: the act in flight is finished.</param>
    /// <returns>What is to be remembered, and whether the act was refused.</returns>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task<(ClusterUpdate State, bool IsRefused)> DoAsync(
        Decision decision, WorldObserver world, RollSettings settings, CancellationToken cancellationToken)
    {
        using var inFlight = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var ending = cancellationToken.Register(() => inFlight.CancelAfter(settings.TimeToEnd().ForAct));
        try
        {
            if (decision.Act is Act.SetPriority or Act.Resign && !keepers.Cluster.IsNamed(decision.Node!.Endpoint))
            {
                throw new NodeUnreachableException(
                    decision.Node.Endpoint, "is named by no node of the cluster, so no credentials are sent to it");
            }

            var reservation = decision.Act is Act.ReserveCapacity held
                ? await keepers.Reservations.ReserveAsync(held.Instance, held.InstanceType, held.Until, inFlight.Token)
                : null;
            await DoAsync(decision, inFlight.Token);
            tagsRefused = 0;
            return (Effects.Accepted(decision, reservation, time.GetUtcNow()), false);
        }
        catch (NodeUnreachableException exception)
        {
            edges.Reporter.Refused(decision, exception.Message, time.GetUtcNow());

            // A resignation may have been heard: it counts as asked, so that the leader has time to hand over before it is asked again.
            return decision.Act is Act.Resign
                ? (Effects.Accepted(decision, null, time.GetUtcNow()), false)
                : (Effects.NotReached(decision), true);
        }
        catch (RollingUpdateException exception) when (decision.IsEnding)
        {
            // What failed first is what is told.
            edges.Reporter.Refused(decision, exception.Message, time.GetUtcNow());
            return (Effects.NotReached(decision), true);
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return (Refused(decision, exception, world), true);
        }
    }

    private Task DoAsync(Decision decision, CancellationToken cancellationToken)
    {
        var node = decision.Node!;
        var id = node.Ec2InstanceId!;
        return decision.Act switch
        {
            Act.SetPriority { Priority: var priority } => edges.Nodes.SetPriorityAsync(node.Endpoint, priority, cancellationToken),
            Act.Resign => edges.Nodes.ResignAsync(node.Endpoint, cancellationToken),
            Act.PauseAutoScavenge { Leader: var leader } => keepers.AutoScavenge.PauseAsync(leader, cancellationToken),
            Act.LeaveAutoScavenge { Reason: var why } => LeaveAutoScavenge(why),
            Act.WriteRestorePoint { Point: var point } =>
                edges.Ec2.Tags.SetAsync([id], Instance.RestoreTag, point.ToString(), cancellationToken),
            Act.RemoveRestorePoint => edges.Ec2.Tags.RemoveAsync([id], Instance.RestoreTag, null, cancellationToken),
            Act.ChangeInstance { Step: var step } => step.DoAsync(node, decision.State, cancellationToken),
            Act.StartInstance => edges.Ec2.Instances.StartAsync(id, cancellationToken),
            _ => Task.CompletedTask,
        };
    }

    private Task LeaveAutoScavenge(string why)
    {
        edges.Reporter.Notice($"Auto-scavenge is not paused, and may move leadership while nodes are updated: {Sentence.Ended(why)}");
        return Task.CompletedTask;
    }

    private ClusterUpdate Refused(Decision decision, InstanceException refusal, WorldObserver world)
    {
        if (decision.Act is Act.WriteRestorePoint or Act.RemoveRestorePoint)
        {
            NotTagged(refusal, world);
            return decision.State;
        }

        var refused = effects.Refused(decision, refusal, time.GetUtcNow());
        if (decision.Act is Act.ReserveCapacity && refused.Current(decision.Node!).CapacityWaived is { } waived)
        {
            world.MayReserve &= refusal.Kind is not (InstanceErrorKind.AccessDenied or InstanceErrorKind.Transient);
            var who = world.MayReserve ? $"{decision.Node!.NodeName} is" : "The nodes are";
            edges.Reporter.Notice($"{who} updated without capacity being held: {waived}");
            return refused;
        }

        edges.Reporter.Refused(decision, refusal.Message, time.GetUtcNow());
        return refused;
    }

    /// <summary>A restore point is a help, not a condition: without it the state file alone tells what was before.</summary>
    private void NotTagged(InstanceException refusal, WorldObserver world)
    {
        tagsRefused++;
        if (refusal.IsPassing && tagsRefused < TagAttempts)
        {
            return;
        }

        world.MayTag = false;
        edges.Reporter.Warn($"No restore point can be written: {refusal.Message} The state file alone tells what the nodes were before.");
    }
}
