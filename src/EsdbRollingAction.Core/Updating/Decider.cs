using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// Decides the one next act from the state and what was observed. Pure: no I/O, no clock but the observation's, so it can
/// be called with anything that could ever be seen.
/// </summary>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="settings">What the roll is told besides its state.</param>
public sealed class Decider(IUpdateStrategy strategy, RollSettings settings) : IDecider
{
    /// <summary>The rule that looks until reads must show whether a node was stopped.</summary>
    internal const string MayBeGoingDown = nameof(MayBeGoingDown);

    /// <inheritdoc/>
    public Decision Decide(ClusterUpdate state, Observation seen)
    {
        state = Looked(state, seen);
        var decision = Marking.Around(CapacityStep.Around(DecideNext(state, seen), state, seen), state, seen, settings);
        return decision with { LostQuorum = Quorum.Lost(decision.State, seen) };
    }

    /// <summary>The state with what the observation says of every node.</summary>
    private ClusterUpdate Looked(ClusterUpdate state, Observation seen)
    {
        state = Roles.Refresh(state, seen, strategy) with
        {
            ClusterUpdateStatus = UpdateStatus.InProgress,
            StartedAt = state.StartedAt ?? seen.At,
            LastIterationAt = seen.At,
            LongestSecondsWithoutLeader = Math.Max(state.LongestSecondsWithoutLeader ?? 0, seen.LongestWithoutLeader.TotalSeconds),
        };
        return state with
        {
            QuorumLostSince = Quorum.Lost(state, seen)?.Since,
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => Completion.Of(node, seen, strategy, settings.Run))],
        };
    }

    private Decision DecideNext(ClusterUpdate state, Observation seen)
    {
        var nodes = state.EventStoreNodeUpdates;
        if (nodes.FirstOrDefault(node => node.NodeUpdateStatus == UpdateStatus.Failed) is { } failed)
        {
            return GivingUp.Next(state, failed, seen);
        }

        var underWay = nodes.Where(node => !node.IsDone && InstanceStep.IsUnderWay(node, seen, strategy)).ToList();
        if (RunLock.Taken(state, seen, settings) is { } taken && MayLeave(underWay, taken.Mark, seen))
        {
            return new Decision(
                state, null, new Act.EndForNow(FailureReason.TakenOver),
                $"{taken.Node.Ec2InstanceId} of {taken.Node.NodeName} is now worked on by {taken.Mark.Run}; this run ends here and leaves it to that one.");
        }

        var candidate = underWay.Count > 0 ? null : nodes.Where(node => !node.IsDone).OrderByDescending(node => WayBack.IsTakenBy(node, state, seen, settings.AllowDowntime)).FirstOrDefault();
        state = SetAside(state, underWay, candidate, seen);
        return (underWay, candidate) switch
        {
            ({ Count: > 0 }, _) => BringBack(underWay, state, seen),
            (_, { } next) => Limited(next, state, seen) ?? TakeDown(next, state, seen),
            _ => Done(state, seen),
        };
    }

    /// <summary>
    /// A run that is taken over from leaves no node off: the other may be killed before it has brought it back. One that does not
    /// know of this run, because both began at the same moment, is not left a node that is not level either.
    /// </summary>
    private static bool MayLeave(List<NodeUpdate> underWay, NodeMark taker, Observation seen) =>
        underWay.Count == 0 || (taker.TookOverAt is not null && !underWay.Exists(node => InstanceStep.MayBeOff(node, seen)));

    /// <summary>Several nodes may be down, though never by our doing: whichever can be helped now is, the rest waits.</summary>
    private Decision BringBack(List<NodeUpdate> underWay, ClusterUpdate state, Observation seen)
    {
        var steps = underWay.Select(node => LeftToTaker(node, state, seen) ?? Limited(node, state, seen) ?? InstanceStep.Next(node, state, seen, strategy)).ToList();
        var next = steps.FirstOrDefault(step => step.Act.ChangesTheWorld) ?? steps[0];
        var waiting = steps.Where(step => step != next && step.Act is Act.Wait && step.Node is { IsDone: false }).Select(step => step.Node!);
        return next with { State = waiting.Aggregate(next.State, (kept, node) => kept.With(node)) };
    }

    private Decision? LeftToTaker(NodeUpdate node, ClusterUpdate state, Observation seen) =>
        RunLock.BroughtBackBy(node, seen, settings) is not { } mark ? null
        : Step.Wait(state, node, node.Phase, Awaited.Instance, seen, $"{mark.Run} has taken over and brings {node.NodeName} back; this run ends when {node.Ec2InstanceId} is on", RunLock.LeftToTaker);

    /// <summary>The node's turn has come: the leader hands over, any other is stopped, once all rules hold.</summary>
    private Decision TakeDown(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        if (!IsBegun(node, state, seen) && PlanAgain(state, node, seen) is { } again)
        {
            return again;
        }

        if (!WasInterrupted(node, seen) && !node.IsRollingBack && seen.Refusal is { } refusal)
        {
            return EndBefore(state, seen, refusal.Reason, refusal.Message);
        }

        if (!WasInterrupted(node, seen) && TimeLimit.LeavesRoomFor(node, state, settings.Deadline, seen.At) is { Holds: false } tooLate)
        {
            return EndBefore(state, seen, FailureReason.TimeLimit, tooLate.Reason, tooLate.Rule);
        }

        if (seen.Cluster.Leader?.Endpoint == node.Endpoint && !SafetyRules.IsTheOnlyVoter(node, seen.Cluster, settings.AllowDowntime))
        {
            return HandOver.Next(node, state, seen, strategy, settings);
        }

        if (SafetyRules.BeforeStop(node, state, seen, strategy, settings.AllowDowntime).FirstOrDefault(rule => !rule.Holds) is { } broken)
        {
            var awaited = broken.Rule == nameof(SafetyRules.InstanceIsAsPlanned) ? Awaited.Instance : Awaited.Cluster;
            var phase = node.ResignRequestedAt is null ? NodePhase.Waiting : NodePhase.Resigning;
            var why = phase == NodePhase.Resigning ? $"another node is about to lead ({broken.Reason})" : broken.Reason;
            return Step.Wait(state, node, phase, awaited, seen, why, broken.Rule);
        }

        if (CapacityStep.Before(node, state, seen, settings) is { } notYet)
        {
            return notYet;
        }

        return Stop(node, state, seen);
    }

    /// <summary>What the instance is like now is what it can be put back to, unless it is as wanted and only restarted.</summary>
    private Decision Stop(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        var instance = seen.InstanceOf(node)!;
        var asItIs = node.IsRollingBack || strategy.IsAsWanted(node, instance)
            ? node
            : strategy.WithSeen(node with { OriginalInstanceType = null }, instance, seen.At);
        var remembered = asItIs with { EventStoreInstanceIdBeforeStop = seen.Cluster.Own(node.Endpoint)?.InstanceId };
        var why = $"{node.Ec2InstanceId}: {WhyItMayBeStopped(node, state, seen)}";
        return Step.Do(state, remembered, NodePhase.Stopping, new Act.StopInstance(), seen, why);
    }

    private string WhyItMayBeStopped(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        if (seen.Cluster.Leader is not { } leader || WayBack.IsOutForEverybody(node, state, seen, settings.AllowDowntime))
        {
            return $"{node.NodeName} is down for everybody";
        }

        var illness = node.OutOfService is { WriterCheckpoint: null } ? $"{node.NodeName} serves nobody, " : "";
        return $"{illness}{state.NameOf(leader.Endpoint)} leads, every other voter is level";
    }

    /// <summary>Who restarts names the others late: what the cluster has is checked and planned before a node is begun, or the update is done.</summary>
    private static Decision? PlanAgain(ClusterUpdate state, NodeUpdate? node, Observation seen) => seen is { Refusal: null, Unplanned: { Count: > 0 } late }
        ? new Decision(state, node, new Act.PlanAgain(), $"{string.Join(" and ", late)} {(late.Count == 1 ? "is" : "are")} named as a member only now: checking and planning again")
        : null;

    /// <summary>To plan again may end in a refusal: what was begun with the node, and a way back, is finished first.</summary>
    private bool IsBegun(NodeUpdate node, ClusterUpdate state, Observation seen) =>
        WasInterrupted(node, seen) || TimeLimit.HasBegun(node) || WayBack.IsTakenBy(node, state, seen, settings.AllowDowntime);

    /// <summary>Ends the run before a node is begun; not while one may have been stopped a moment ago by a run of which nothing is left.</summary>
    private static Decision EndBefore(ClusterUpdate state, Observation seen, FailureReason reason, string why, string? rule = null) =>
        state.EventStoreNodeUpdates.FirstOrDefault(seen.MayBeGoingDown) is { } going
            ? new Decision(state, going, new Act.Wait(Awaited.Instance), $"{going.NodeName} may be going down; looking whether it was stopped before this run ends", MayBeGoingDown)
            : new Decision(state, null, new Act.EndForNow(reason), why, rule);

    /// <summary>Marked and in no role: it may have been stopped a moment ago, though a read that is older shows it running.</summary>
    private static bool WasInterrupted(NodeUpdate node, Observation seen) =>
        seen.InstanceOf(node) is { Mark: not null }
        && seen.Cluster.Own(node.Endpoint) is not { State: NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica };

    /// <summary>A node whose turn passed to another before anything was done to its instance is pending again.</summary>
    private static ClusterUpdate SetAside(
        ClusterUpdate state, List<NodeUpdate> underWay, NodeUpdate? candidate, Observation seen) => state with
        {
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node =>
            node.NodeUpdateStatus != UpdateStatus.InProgress || node == candidate || underWay.Contains(node)
                ? node
                : node.InPhase(NodePhase.Pending, null, seen.At) with { NodeUpdateStatus = UpdateStatus.Pending })],
        };

    private Decision? Limited(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        if (node.NoCapacitySince is not null
            && seen.InstanceOf(node) is { State: InstanceState.Stopped, Details.ReservationTarget: { } bound } full)
        {
            var why = Sentence.Join(
                node.WaitingFor,
                $"{full.Id} is bound to {bound}, which has no room for {full.Type}, however long one waits",
                $"To let it start in any reservation or none: {CapacityRequest.OpenCommand(full.Id)}");
            return MayGoBack(node)
                ? GoBack(node, state, FailureReason.InsufficientCapacity, why, seen)
                : GivingUp.Begin(state, node, FailureReason.InsufficientCapacity, why, seen);
        }

        if (seen.InstanceOf(node) is { } off && UndoneStart.WasTriedEnough(node, off, seen))
        {
            var reason = UndoneStart.FailureOf(off.StateReason);
            var why = UndoneStart.Explain(node, off);
            return MayGoBack(node) && UndoneStart.MayBeTheTypes(off.StateReason)
                ? GoBack(node, state, reason, why, seen)
                : GivingUp.Begin(state, node with { LastStartTried = true }, reason, why, seen);
        }

        if (node.UpdateIterations < RollBack.LimitOf(node, state))
        {
            return null;
        }

        var explained = IterationLimit.Explain(node, state, seen);
        return MayGoBack(node) && !IsWhereItShallStay(node, state, seen)
            ? GoBack(node, state, FailureReason.IterationLimitExceeded, explained, seen)
            : GivingUp.Begin(state, node, FailureReason.IterationLimitExceeded, explained, seen);
    }

    private bool MayGoBack(NodeUpdate node) => settings.RollBackOnFailure && RollBack.IsPossible(node) && RollBack.IsCalledFor(node);

    private Decision GoBack(NodeUpdate node, ClusterUpdate state, FailureReason reason, string why, Observation seen) =>
        DecideNext(state.With(RollBack.Begin(node, reason, why)), seen);

    /// <summary>A node that was put back and is slow there is not given again what it did not serve with.</summary>
    private bool IsWhereItShallStay(NodeUpdate node, ClusterUpdate state, Observation seen) =>
        state.TakesBack && seen.InstanceOf(node) is { } instance && strategy.IsAsWanted(node, instance);

    /// <summary>What a read that may be older shows of a node that is done is looked at once more before the end.</summary>
    private Decision Done(ClusterUpdate state, Observation seen)
    {
        if (state.EventStoreNodeUpdates.FirstOrDefault(seen.MayBeGoingDown) is { } going)
        {
            return new Decision(state, going, new Act.Wait(Awaited.Instance), $"{going.NodeName} is updated and may be going down; looking whether it was stopped", MayBeGoingDown);
        }

        if (PlanAgain(state, null, seen) is { } again)
        {
            return again;
        }

        if (seen is { Refusal: { } refusal, Unplanned.Count: > 0 })
        {
            return EndBefore(state, seen, refusal.Reason, refusal.Message);
        }

        return state.EventStoreNodeUpdates.FirstOrDefault(node => seen.InstanceOf(node) is { } instance && !strategy.IsAsWanted(node, instance)) is { } other
            ? new Decision(state, other, new Act.Wait(Awaited.Instance), $"{other.NodeName} is updated and EC2 still shows {seen.InstanceOf(other)!.Type}")
            : new Decision(state with { ClusterUpdateStatus = UpdateStatus.Success, FinishedAt = seen.At }, null, new Act.Finish(), "every node is updated");
    }
}
