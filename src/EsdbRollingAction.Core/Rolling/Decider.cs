using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Decides the one next act. Pure: it can be called with anything that could ever be seen. In this order: what the observation
/// settles, then whatever is off is brought back, then the next node's turn comes, or the end.
/// </summary>
public sealed class Decider : IDecider
{
    /// <summary>The rule that waits until reads must show whether a node was stopped.</summary>
    internal const string NoNodeMayBeGoingDown = nameof(NoNodeMayBeGoingDown);

    /// <inheritdoc/>
    public Decision Decide(ClusterSnapshot cluster)
    {
        var decision = Settle(cluster) ?? BringBack(cluster) ?? (cluster.IsEnding ? End(cluster) : TakeNext(cluster));
        return decision with
        {
            LostQuorum = cluster.LostQuorum,
            IsEnding = cluster.IsEnding || decision.IsEnding,
            GivesUpAt = WaitLimit.Of(decision, cluster),
        };
    }

    /// <summary>What the observation says of a node without anything being done: it is done, was undone, or has reached a limit.</summary>
    private static Decision? Settle(ClusterSnapshot cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            if (NodeMachine.WasUndone(node))
            {
                // One that was only stopped has what its command did.
                var fresh = node.Entry.Fresh();
                fresh = node.IsAsWanted ? fresh : fresh.WithNextCommand();
                return Decision.Reconsider(fresh, cluster, $"{node.Name} was done and somebody has changed it since");
            }

            if (NodeMachine.IsLevelAfterAll(node, cluster))
            {
                var kept = node.Entry with { RollBackReason = null, FailureReason = null };
                return Decision.Reconsider(kept, cluster, $"{node.Name} is level with {node.Version} after all: it is not rolled back");
            }

            if (!node.Entry.IsDone && NodeMachine.PhaseOf(node, cluster) is NodePhase.Success && !cluster.IsEnding)
            {
                return Done(node, cluster);
            }
        }

        return null;
    }

    private static Decision Done(NodeView node, ClusterSnapshot cluster)
    {
        var updated = cluster.State.NodesUpdatedInRun + (node.Entry.WasTakenDown ? 1 : 0);
        var counted = cluster with { State = cluster.State with { NodesUpdatedInRun = updated } };
        return Decision.Reconsider(NodeMachine.Done(node, cluster.At), counted, $"{node.Name} is done");
    }

    /// <summary>
    /// Whatever is off or on its way is brought back, which needs no rule: it never makes anything worse. Several nodes may be down,
    /// though never by our doing: whichever can be helped now is, the rest waits.
    /// </summary>
    private static Decision? BringBack(ClusterSnapshot cluster)
    {
        var underWay = cluster.Nodes.Where(node => NodeMachine.IsUnderWay(node, cluster)).ToList();
        if (underWay.Count == 0)
        {
            return null;
        }

        cluster = SetAside(cluster, underWay);
        var steps = underWay.Select(node => Limits.Reached(node, cluster) ?? NodeMachine.Next(node, cluster)).ToList();
        var next = steps.Find(step => step.Act is Act.Reconsider) ?? steps.Find(step => step.Act.ChangesTheWorld) ?? steps[0];
        var waiting = steps.Where(step => step != next && step.Act is Act.Wait && step.Node is { IsDone: false });
        return next with { State = waiting.Aggregate(next.State, (state, step) => state.With(step.Node!)) };
    }

    private static Decision TakeNext(ClusterSnapshot cluster)
    {
        var left = cluster.Nodes.Where(node => !node.Entry.IsDone).ToList();
        var next = left.Find(node => node.IsRescuedByRollback) ?? left.FirstOrDefault();
        cluster = SetAside(cluster, next is null ? [] : [next]);
        var reached = next is null ? null : Limits.Reached(next, cluster);
        if ((Restored(cluster) ?? reached ?? OldLeader.Keep(cluster)) is { } first)
        {
            return first;
        }

        if (next is null)
        {
            return Finish(cluster);
        }

        var again = next.Entry.HasBegun || next.IsRescuedByRollback ? null : PlanAgain(next, cluster);
        return again ?? TakeDown(next, cluster);
    }

    /// <summary>The node's turn has come: the leader hands over, any other is taken down, once all rules hold.</summary>
    private static Decision TakeDown(NodeView node, ClusterSnapshot cluster)
    {
        var handsOver = node.Leads && !node.IsTheOnlyVoter;
        if (handsOver && HandOver.Settling(node, cluster) is { } resigning)
        {
            return resigning;
        }

        var rules = handsOver ? SafetyRules.BeforeHandOver : SafetyRules.BeforeStop(node);
        return SafetyRules.FirstBroken(rules, node, cluster) is { } broken ? Hold(node, cluster, broken)
            : handsOver ? HandOver.Next(node, cluster)
            : NodeMachine.TakeDown(node, cluster);
    }

    /// <summary>What is done about a rule that does not hold: most are waited for, some can be helped, some end the run.</summary>
    private static Decision Hold(NodeView node, ClusterSnapshot cluster, Verdict broken) => broken.Rule switch
    {
        nameof(SafetyRules.PreflightHasPassed) => EndRun(cluster, new Act.EndForNow(cluster.Seen.Refusal!.Reason), broken),
        nameof(SafetyRules.ThereIsTime) => EndRun(cluster, new Act.EndForNow(FailureReason.TimeLimit), broken),
        nameof(SafetyRules.NodesAreLeftToThisRun) => Pause(cluster, PauseReason.MaxNodes, broken),
        nameof(SafetyRules.LeaderMayBeBegun) => Pause(cluster, PauseReason.Leader, broken),
        nameof(SafetyRules.AutoScavengeIsPaused) => AutoScavengeRule.Help(node, cluster, broken),
        nameof(SafetyRules.RestorePointIsWritten) => NodeMachine.WriteRestorePoint(node, cluster),
        nameof(SafetyRules.CapacityIsHeld) => CapacityRule.Help(node, cluster, broken),
        nameof(SafetyRules.AlarmsAreQuiet) when AlarmRule.IsOver(node, cluster) => EndForAlarm(node, cluster, broken),
        nameof(SafetyRules.AlarmsAreQuiet) =>
            WaitFor(AlarmRule.Waiting(node), cluster, Awaited.Cluster, broken) with { SparesTheLimit = true },
        nameof(SafetyRules.InstanceIsAsPlanned) => WaitFor(node, cluster, Awaited.Instance, broken),
        _ => WaitFor(node, cluster, Awaited.Cluster, broken),
    };

    private static Decision WaitFor(NodeView node, ClusterSnapshot cluster, Awaited awaited, Verdict broken)
    {
        var hasResigned = node.Entry.ResignRequestedAt is not null && !node.Leads;
        return hasResigned
            ? Decision.Wait(
                node, cluster, NodePhase.Resigning, new(awaited, $"another node is about to lead ({broken.Reason})", broken.Rule))
            : Decision.Wait(node, cluster, NodePhase.Waiting, new(awaited, broken.Reason, broken.Rule));
    }

    /// <summary>The restore point of a node that is done tells nothing any more, and is removed.</summary>
    private static Decision? Restored(ClusterSnapshot cluster)
    {
        var done = cluster.Nodes.FirstOrDefault(node => node.Entry.IsAsItShallBe && HasRestorePoint(node) && cluster.Seen.MayTag);
        return done is null
            ? null
            : new Decision(cluster.State, done.Entry, new Act.RemoveRestorePoint(), $"{done.Name} is done: removing its restore point");
    }

    private static bool HasRestorePoint(NodeView node) =>
        node.Entry.RestorePointAt is not null || node.Instance is { RestorePoint: not null };

    /// <summary>Who restarts names the others late: a member that nobody checked is checked and planned before a node is begun.</summary>
    private static Decision? PlanAgain(NodeView? node, ClusterSnapshot cluster)
    {
        if (cluster.Seen is not { Refusal: null, Unplanned: { Count: > 0 } late })
        {
            return null;
        }

        var who = $"{string.Join(" and ", late)} {(late.Count == 1 ? "is" : "are")}";
        return new Decision(
            cluster.State, node?.Entry, new Act.PlanAgain(), $"{who} named as a member only now: checking and planning again");
    }

    /// <summary>A node whose turn passed to another before anything was done to its instance is pending again.</summary>
    private static ClusterSnapshot SetAside(ClusterSnapshot cluster, List<NodeView> active)
    {
        var passed = cluster.Nodes
            .Where(node => node.Entry is { NodeUpdateStatus: UpdateStatus.InProgress, CommandRequests.Count: 0 } && !active.Contains(node))
            .Select(node => node.Entry.InPhase(NodePhase.Pending, null, cluster.At) with { NodeUpdateStatus = UpdateStatus.Pending });
        return cluster with { State = passed.Aggregate(cluster.State, (state, node) => state.With(node)) };
    }

    private static Decision Finish(ClusterSnapshot cluster) =>
        Lingering(cluster)
        ?? PlanAgain(null, cluster)
        ?? (cluster.Seen is { Refusal: { } refusal, Unplanned.Count: > 0 }
            ? EndRun(cluster, new Act.EndForNow(refusal.Reason), Verdict.No(nameof(SafetyRules.PreflightHasPassed), refusal.Message))
            : new Decision(
                cluster.State with { ClusterUpdateStatus = UpdateStatus.Success, FinishedAt = cluster.At },
                null, new Act.Finish(), "every node is updated"));

    /// <summary>Nothing is begun any more and nothing is off: priorities that a hand-over lowered come back, then the run ends.</summary>
    private static Decision End(ClusterSnapshot cluster)
    {
        if ((Lingering(cluster) ?? GiveBackPriority(cluster)) is { } first)
        {
            return first;
        }

        return cluster switch
        {
            { Failed: { } failed } => Limits.Finish(failed, cluster),
            { Seen.Lease.LostTo: { } owner } => new Decision(
                cluster.State, null, new Act.EndForNow(FailureReason.TakenOver),
                $"the cluster's lease is held by {owner.Owner} now; this run ends here and leaves the update to that one"),
            _ => new Decision(cluster.State, null, new Act.EndForNow(null), "no instance is off that the update stopped"),
        };
    }

    private static Decision Pause(ClusterSnapshot cluster, PauseReason because, Verdict broken)
    {
        var end = EndRun(cluster, new Act.Pause(because), broken);
        return end.Act is Act.Pause ? end with { State = end.State with { PausedBecause = because } } : end;
    }

    /// <summary>The node did nothing wrong: the next run goes on with all of its iterations.</summary>
    internal static Decision EndForAlarm(NodeView node, ClusterSnapshot cluster, Verdict broken)
    {
        var end = EndRun(cluster, new Act.EndForNow(FailureReason.Alarm), AlarmRule.WhyItEnds(node, cluster, broken));
        return end.Act is Act.EndForNow ? end with { State = end.State.With(AlarmRule.ForTheNextRun(node)) } : end;
    }

    private static Decision EndRun(ClusterSnapshot cluster, Act act, Verdict broken)
    {
        var next = Lingering(cluster)
            ?? GiveBackPriority(cluster)
            ?? new Decision(cluster.State, null, act, broken.Reason) { Rule = broken.Rule };
        return next with { IsEnding = true };
    }

    /// <summary>Before the end: a node that went down a moment ago may have been stopped, by a run of which nothing else is left.</summary>
    private static Decision? Lingering(ClusterSnapshot cluster)
    {
        var going = cluster.Nodes.FirstOrDefault(node => node.MayBeGoingDown && !node.IsStartPending);
        return going is null
            ? null
            : new Decision(
                cluster.State, going.Entry, new Act.Wait(Awaited.Instance),
                $"{going.Name} may be going down; checking whether its instance was stopped before this run ends")
            { Rule = NoNodeMayBeGoingDown };
    }

    private static Decision? GiveBackPriority(ClusterSnapshot cluster)
    {
        var isOurs = cluster.Seen.Lease.LostTo is null && !cluster.Settings.OnlyRecovers;
        var lowered = cluster.Nodes.FirstOrDefault(node =>
            isOurs && node.IsLowered && !node.Entry.LastPriorityTried && !OldLeader.Keeps(node, cluster));
        return lowered is null
            ? null
            : new Decision(
                cluster.State, lowered.Entry, new Act.SetPriority(lowered.Entry.OriginalNodePriority!.Value),
                $"giving {lowered.Name} its priority {lowered.Entry.OriginalNodePriority} back");
    }
}
