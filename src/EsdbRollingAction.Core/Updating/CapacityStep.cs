using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// A type can be changed only on a stopped instance, and whether EC2 has room for the new one shows when it is started. So the
/// room is held before the stop, and given back when no node is left to be changed.
/// </summary>
internal static class CapacityStep
{
    /// <summary>A reservation that nobody gives back ends by itself. Most rolls are over before.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>What is done about capacity before the node is touched; null when it may be.</summary>
    public static Decision? Before(NodeUpdate node, ClusterUpdate state, Observation seen, RollSettings settings)
    {
        if (settings.ReserveCapacity == CapacityPolicy.Off || (seen.MayNotReserve && settings.ReserveCapacity == CapacityPolicy.Auto) || node.IsRollingBack || node.CapacityWaived is not null
            || seen.InstanceOf(node) is not { } instance || state.TargetOf(node) is not { } target || target == instance.Type)
        {
            return null;
        }

        var reservations = seen.Held.Where(held => held.InstanceId == instance.Id && held.InstanceType == target).ToList();
        return (reservations.Find(held => held.State is ReservationState.Pending || held.Available > 0) ?? reservations.FirstOrDefault()) switch
        {
            null when node.NoCapacitySince is not null && Pace.IsRecent(node.PhaseSince, Pace.CapacityPause, seen.At) =>
                Step.Wait(state, node, NodePhase.Waiting, Awaited.Instance, seen, $"EC2 has no capacity of {target} for {instance.Id} now; trying again before it is stopped"),
            null when Pace.IsRecent(node.CapacityReservedAt, Pace.ReadsMayBeStale, seen.At) =>
                Step.Wait(state, node, NodePhase.Waiting, Awaited.Instance, seen, $"EC2 is to hold capacity of {target} for {instance.Id} and does not show it yet"),
            null when node.CapacityReservedAt is not null => Lost(node, state, target, seen, settings),
            null => Hold(node, state, instance, target, seen),
            { State: ReservationState.Pending } held =>
                Step.Wait(state, node, NodePhase.Waiting, Awaited.Instance, seen, $"{held.Id} is to hold capacity of {target} for {instance.Id} and does not yet"),
            { Available: < 1 } when reservations.Count <= NodesThatMayTakeIt(state, target, seen) => Hold(node, state, instance, target, seen),
            { Available: < 1 } taken when settings.ReserveCapacity == CapacityPolicy.Auto =>
                Give(taken, state, node with { CapacityWaived = $"{taken.Id} was taken by another instance." }),
            { Available: < 1 } taken => HasWaitedLongEnough(node, seen, settings)
                ? GivingUp.Begin(state, node, FailureReason.InsufficientCapacity, $"{taken.Id}, like those before it, was taken by another instance. {node.NodeName} was not stopped.", seen)
                : Give(taken, state, node with { NoCapacitySince = node.NoCapacitySince ?? seen.At, PhaseSince = seen.At }),
            _ => null,
        };
    }

    private static Decision Hold(NodeUpdate node, ClusterUpdate state, Instance instance, string target, Observation seen) => Step.Do(
        state, node, NodePhase.Waiting, new Act.ReserveCapacity(instance, target, seen.At + Longest), seen,
        $"holding capacity of {target} for {instance.Id} before it is stopped");

    /// <summary>
    /// A node of the cluster that has the type already, though not from a reservation, takes what is held for the next. Given
    /// back it would be taken again; left to it, the one after that is free.
    /// </summary>
    private static int NodesThatMayTakeIt(ClusterUpdate state, string target, Observation seen) => state.EventStoreNodeUpdates.Count(node =>
        seen.InstanceOf(node) is { State: InstanceState.Running or InstanceState.Pending } other && other.Type == target);

    /// <summary>Whether what is held may be held for a run that lives: one that this run leaves a node or the cluster to, or has yet to tell that it takes over.</summary>
    public static bool MayBeHeldForAnother(Decision decision, Observation seen) =>
        !Marking.IsTold(seen) || decision is { Rule: RunLock.LeftToTaker } or { Act: Act.EndForNow { Reason: FailureReason.Locked or FailureReason.TakenOver } };

    /// <summary>The decision, or what is to be given back before it. At the end of a run everything is.</summary>
    public static Decision Around(Decision decision, ClusterUpdate state, Observation seen) =>
        decision.Act is not (Act.StartInstance or Act.ChangeInstance or Act.SetCpuOptions
            or Act.ReleaseCapacity or Act.EndForNow or Act.Finish)
        && !MayBeHeldForAnother(decision, seen)
        && seen.Held.FirstOrDefault(held => !IsNeeded(held, decision.State)) is { } left
        && state.EventStoreNodeUpdates.FirstOrDefault(node => node.Ec2InstanceId == left.InstanceId) is { } node
            ? Give(left, state, node)
            : decision;

    /// <summary>
    /// An instance that runs in its reservation takes no other. Without one it would take the next node's at once, so what is
    /// held is kept until no node is left to be changed; while it is used it costs nothing more.
    /// </summary>
    private static bool IsNeeded(CapacityReservation held, ClusterUpdate state) =>
        state.EventStoreNodeUpdates.Any(node => !node.IsDone)
        && !GivingUp.IsUnderWay(state)
        && state.EventStoreNodeUpdates.Any(node =>
            node.Ec2InstanceId == held.InstanceId
            && node.NodeUpdateStatus is UpdateStatus.InProgress or UpdateStatus.Success
            && node.CapacityWaived is null
            && !node.IsRollingBack
            && state.TargetOf(node) == held.InstanceType);

    private static Decision Lost(NodeUpdate node, ClusterUpdate state, string target, Observation seen, RollSettings settings)
    {
        var why = $"EC2 accepted to hold capacity of {target} for {node.Ec2InstanceId} and does not hold it";
        if (settings.ReserveCapacity == CapacityPolicy.Required && HasWaitedLongEnough(node, seen, settings))
        {
            return GivingUp.Begin(state, node, FailureReason.InsufficientCapacity, $"{why}. {node.NodeName} was not stopped.", seen);
        }

        var again = node with { CapacityReservedAt = null, NoCapacitySince = node.NoCapacitySince ?? seen.At, PhaseSince = seen.At };
        return Step.Wait(
            state, settings.ReserveCapacity == CapacityPolicy.Auto ? node with { CapacityWaived = why } : again, NodePhase.Waiting, Awaited.Instance, seen, why);
    }

    /// <summary>What is accepted again and again and then gone is no capacity either.</summary>
    private static bool HasWaitedLongEnough(NodeUpdate node, Observation seen, RollSettings settings) =>
        node.NoCapacitySince is { } since && seen.At - since >= settings.CapacityRetry;

    private static Decision Give(CapacityReservation held, ClusterUpdate state, NodeUpdate node) => new(
        state.With(node), node, new Act.ReleaseCapacity(held.Id), $"giving {held.Id} back, which held capacity of {held.InstanceType} for {held.InstanceId}");
}
