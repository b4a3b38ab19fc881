using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// What is still done when a node is given up: priorities that a hand-over lowered come back, and a stopped instance is
/// started. What is refused for good, or for ten minutes, is not tried again; then the update ends.
/// </summary>
internal static class GivingUp
{
    /// <summary>Whether a node of the update was given up.</summary>
    public static bool IsUnderWay(ClusterUpdate state) => state.EventStoreNodeUpdates.Any(node => node.NodeUpdateStatus == UpdateStatus.Failed);

    /// <summary>Gives the node up, and decides what is done first.</summary>
    public static Decision Begin(ClusterUpdate state, NodeUpdate node, FailureReason reason, string message, Observation seen)
    {
        var failed = node.InPhase(NodePhase.Failed, null, seen.At) with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FailureReason = node.FailureReason ?? reason,
            FailureMessage = Outcomes.Before(node) + message,
            StartedAt = node.StartedAt ?? seen.At,
            FinishedAt = seen.At,
            StopRequestedAt = node.StopRequestedAt ?? LastTakenDown(node, seen.At),
        };
        return Next(state.With(failed), failed, seen);
    }

    /// <summary>A stop whose answer was lost may have been heard: when the node was last on its way down, as far as is remembered.</summary>
    internal static DateTimeOffset? LastTakenDown(NodeUpdate node, DateTimeOffset now) =>
        node.Phases.LastOrDefault(span => span.Phase is nameof(NodePhase.Stopping) or nameof(NodePhase.Changing)) is { } span ? span.Until ?? now : null;

    /// <summary>The next act after a node was given up.</summary>
    public static Decision Next(ClusterUpdate state, NodeUpdate failed, Observation seen)
    {
        // Another node may be off as well, by our doing or, where the state of that is lost, by somebody's: it would have been brought back too.
        var ours = state.EventStoreNodeUpdates.Where(node => node.Endpoint == failed.Endpoint
            || (node.NodeUpdateStatus != UpdateStatus.Success
                && (node.StopRequestedAt is not null || seen.MayBeGoingDown(node) || seen.InstanceOf(node) is { State: InstanceState.Stopping or InstanceState.Stopped }))).ToList();
        var mayBeStarted = ours.Where(node => MayBeTried(node, seen)).ToList();
        if (mayBeStarted.Find(node => seen.InstanceOf(node) is { State: InstanceState.Stopped }) is { } stopped)
        {
            return new Decision(state, stopped, new Act.StartInstance(), $"{stopped.NodeName} is not left stopped");
        }

        if (Pace.IsRecent(failed.FinishedAt, Pace.StoppingLasts, seen.At) && mayBeStarted.Find(node => WillBeStopped(node, seen)) is { } stopping)
        {
            // A later read may be older and show it running again: having seen it stop counts like having asked.
            var seenStopping = seen.InstanceOf(stopping) is null ? stopping : stopping with { StopRequestedAt = stopping.StopRequestedAt ?? seen.At };
            return new Decision(
                state.With(seenStopping), seenStopping, new Act.Wait(Awaited.Instance),
                seen.InstanceOf(stopping) is null
                    ? seen.InstancesProblem ?? $"EC2 does not show {stopping.Ec2InstanceId} in this read"
                    : $"{stopping.Ec2InstanceId} is still stopping; it is started before the update ends");
        }

        if (ours.Find(node => DoesNotShowItsStart(node, seen)) is { } starting)
        {
            return new Decision(
                state, starting, new Act.Wait(Awaited.Instance),
                $"{starting.Ec2InstanceId} was asked to start {(seen.InstanceOf(starting) is { State: InstanceState.Stopped or InstanceState.Stopping } ? "and still shows as stopped" : "a moment ago and the database on it does not answer yet")}");
        }

        var lowered = state.EventStoreNodeUpdates.FirstOrDefault(node =>
            !node.LastPriorityTried && seen.Cluster.Own(node.Endpoint) is { } own && Readiness.IsLowered(node, own));
        if (lowered is not null)
        {
            return new Decision(
                state, lowered, new Act.SetPriority(lowered.OriginalNodePriority!.Value),
                $"giving {lowered.NodeName} its priority {lowered.OriginalNodePriority} back");
        }

        var left = failed with
        {
            FailureMessage = $"{failed.FailureMessage ?? "The update was given up."} {string.Join(" ", ours.Select(node => Left(node, seen)))}",
        };
        return new Decision(
            state.With(left) with { ClusterUpdateStatus = UpdateStatus.Failed, FinishedAt = seen.At }, left, new Act.Finish(), left.FailureMessage);
    }

    /// <summary>How the node was left, so that nobody has to look it up at night.</summary>
    private static string Left(NodeUpdate failed, Observation seen) => (seen.InstanceOf(failed), failed.LastStartTried) switch
    {
        (null, _) => $"EC2 does not show {failed.Ec2InstanceId} now.",
        ({ } instance, _) when UndoneStart.Shows(failed, instance, seen) => LeftOff(failed, instance),
        ({ State: InstanceState.Stopped or InstanceState.Pending } instance, true) when failed.StartRequestedAt is not null =>
            $"{instance.Id} was asked to start.",
        var (instance, _) => $"{instance.Id} is {instance.State} with type {instance.Type}.",
    };

    /// <summary>A start that failed was explained already.</summary>
    private static string LeftOff(NodeUpdate failed, Instance instance) => instance.StateReason is { } reason
        && failed.FailureReason is not (FailureReason.InstanceStartFailed or FailureReason.InsufficientCapacity)
            ? $"{instance.Id} was started and is {instance.State} again with type {instance.Type}. {UndoneStart.Told(reason)}"
            : $"{instance.Id} is {instance.State} with type {instance.Type}.";

    /// <summary>Once; and again when the start was accepted and the instance was stopped since, by itself or by a run of which the state does not tell.</summary>
    private static bool MayBeTried(NodeUpdate node, Observation seen) => !node.LastStartTried
        || (node.StartRequestedAt is not null
            && node.StartRequests < UndoneStart.MostStarts(seen.InstanceOf(node)?.StateReason)
            && !Readiness.WasJustStarted(node, seen));

    /// <summary>The read may be older than the start, or than a stop since of which the state does not tell.</summary>
    private static bool DoesNotShowItsStart(NodeUpdate node, Observation seen) => Readiness.WasJustStarted(node, seen)
        && (seen.GoingDownSince.ContainsKey(node.Endpoint) || seen.InstanceOf(node) is { State: InstanceState.Stopped or InstanceState.Stopping });

    /// <summary>A stop that was asked for is waited out, so that the instance can be started again; but not for ever.</summary>
    private static bool WillBeStopped(NodeUpdate node, Observation seen) => seen.InstanceOf(node) switch
    {
        { State: InstanceState.Stopping } => true,
        null => !Readiness.WasJustStarted(node, seen) && (node.StopRequestedAt is not null || seen.Cluster.Own(node.Endpoint) is null),
        _ => (node.StartRequestedAt is null && Pace.IsRecent(node.StopRequestedAt, Pace.ReadsMayBeStale, seen.At))
            || (!Readiness.WasJustStarted(node, seen) && seen.MayBeGoingDown(node)),
    };
}
