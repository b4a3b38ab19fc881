using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// The way of a node whose instance is on its way: stopping, stopped, changing, starting, catching up. Bringing a node
/// back needs no rule: it never makes anything worse. Every phase is derived from what is observed.
/// </summary>
internal static class InstanceStep
{
    /// <summary>Whether the node is on its way, by our doing or somebody else's.</summary>
    public static bool IsUnderWay(NodeUpdate node, Observation seen, IUpdateStrategy strategy) => seen.InstanceOf(node) switch
    {
        null => node.StopRequestedAt is not null || node.IsOnItsWay,
        { State: not InstanceState.Running } => true,
        _ when StopMayStillShow(node, seen) || Readiness.WasJustStarted(node, seen) => true,
        var running => strategy.IsAsWanted(node, running) && !ReplicaHealth.Hangs(node, seen.At),
    };

    /// <summary>Whether the node's instance is off, or was asked to stop so shortly ago that a read may show it running.</summary>
    public static bool MayBeOff(NodeUpdate node, Observation seen) => !Readiness.WasJustStarted(node, seen)
        && (seen.InstanceOf(node) is not { State: InstanceState.Running or InstanceState.Pending } || StopMayStillShow(node, seen));

    /// <summary>The next act for a node that is on its way.</summary>
    public static Decision Next(NodeUpdate node, ClusterUpdate state, Observation seen, IUpdateStrategy strategy) =>
        seen.InstanceOf(node) switch
        {
            // What EC2 accepted tells more than a read that may be older.
            { } when Readiness.WasJustStarted(node, seen) => ComingBack(node, state, seen),
            { } instance when WasJustChanged(node, seen) => Stopped(node, instance, state, seen, strategy),
            null => Step.Wait(state, node, node.Phase, Awaited.Instance, seen,
                seen.InstancesProblem ?? $"EC2 does not show {node.Ec2InstanceId} in this read"),
            { State: InstanceState.Stopping } instance =>
                Step.Wait(state, node, NodePhase.Stopping, Awaited.Instance, seen, $"{instance.Id} is stopping"),
            { State: InstanceState.Stopped } instance => Stopped(node, instance, state, seen, strategy),
            { State: InstanceState.Pending } => ComingBack(node, state, seen),
            { State: InstanceState.Running } instance when strategy.IsAsWanted(node, instance) => ComingBack(node, state, seen),
            { State: InstanceState.Running } instance =>
                Step.Wait(state, node, NodePhase.Stopping, Awaited.Instance, seen, $"{instance.Id} was asked to stop and still shows as running"),
            var instance => GivingUp.Begin(
                state, node, FailureReason.InstanceStartFailed,
                $"{instance.Id} of {node.NodeName} is {instance.State}.{Reason(instance)}", seen),
        };

    private static Decision Stopped(
        NodeUpdate node, Instance instance, ClusterUpdate state, Observation seen, IUpdateStrategy strategy)
    {
        // On the way back the change comes first, whatever a read says: it may be older than the change that is taken back.
        var isChanged = node.IsRollingBack
            ? node.ChangeRequestedAt is not null && (strategy.IsAsWanted(node, instance) || WasJustChanged(node, seen))
            : strategy.IsAsWanted(node, instance) || WasJustChanged(node, seen);
        if (isChanged && CpuOptionsBefore.ToSetAgain(node) is { } setting)
        {
            return Step.Do(state, node, NodePhase.Changing, setting, seen, $"{instance.Id}: CPU options back to {setting.Options}");
        }

        if (isChanged)
        {
            return node.NoCapacitySince is not null && Pace.IsRecent(node.PhaseSince, Pace.CapacityPause, seen.At)
                ? Step.Wait(state, node, NodePhase.Waiting, Awaited.Instance, seen, $"EC2 has no capacity for {instance.Id} now; trying again")
                : Step.Do(state, node, NodePhase.Starting, new Act.StartInstance(), seen, WhyStarted(node, instance, seen));
        }

        var stopped = node.InPhase(NodePhase.Changing, null, seen.At);
        return node.StopRequestedAt is null && Pace.IsRecent(stopped.PhaseSince, Pace.StoppedBySomebody, seen.At)
            ? Step.Wait(state, node, NodePhase.Changing, Awaited.Instance, seen,
                $"{instance.Id} was found stopped{instance.ReasonClause}; looking again before it is changed")
            : Step.Do(state, node, NodePhase.Changing, new Act.ChangeInstance(), seen, $"{instance.Id}: {strategy.Describe(node, instance)}");
    }

    private static string WhyStarted(NodeUpdate node, Instance instance, Observation seen) => UndoneStart.Shows(node, instance, seen)
        ? $"{instance.Id} was started and is off again.{Reason(instance)} It is started again"
        : $"{instance.Id} is stopped and changed";

    private static string Reason(Instance instance) => instance.StateReason is { } reason ? $" {UndoneStart.Told(reason)}" : "";

    /// <summary>It starts or runs as wanted: now the node itself counts, not what EC2 shows of its instance.</summary>
    private static Decision ComingBack(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        var own = seen.Cluster.Own(node.Endpoint);
        if (own is null || Readiness.IsStillTheOldProcess(node, own, seen))
        {
            return Step.Wait(state, node, NodePhase.Starting, Awaited.Node, seen, $"{node.Ec2InstanceId} or the database on it is starting");
        }

        var advanced = own.WriterCheckpoint > (node.WriterCheckpoint ?? -1);
        var catchingUp = advanced ? node with { WriterCheckpoint = own.WriterCheckpoint, CheckpointAdvancedAt = seen.At } : node;
        if (Readiness.IsLowered(node, own) && seen.Cluster.Level(node.Endpoint).Holds)
        {
            return Step.Do(state, catchingUp, NodePhase.CaughtUp, new Act.SetPriority(node.OriginalNodePriority!.Value), seen,
                $"giving {node.NodeName} its priority {node.OriginalNodePriority} back");
        }

        var behind = own.WriterCheckpoint > 0 ? seen.Cluster.BytesBehind(node.Endpoint) : null;
        var why = behind is { } bytes && !seen.Cluster.IsLevelUnconfirmed(node.Endpoint)
            ? $"{node.NodeName} says {own.State}, {Bytes.Format(bytes)} behind"
            : Sentence.Of(node.NodeName, seen.Cluster.Level(node.Endpoint).Reason);
        return Step.Wait(state, catchingUp, NodePhase.CatchingUp, Awaited.Node, seen, why) with { BytesBehind = behind };
    }

    /// <summary>An accepted change is made, and only a stopped instance is changed.</summary>
    private static bool WasJustChanged(NodeUpdate node, Observation seen) =>
        node.StartRequestedAt is null && Pace.IsRecent(node.ChangeRequestedAt, Pace.ReadsMayBeStale, seen.At);

    private static bool StopMayStillShow(NodeUpdate node, Observation seen) =>
        Pace.IsRecent(node.StopRequestedAt, Pace.ReadsMayBeStale, seen.At);
}
