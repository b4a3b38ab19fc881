using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// An instance is marked before the first act on its node, and the mark is taken off when the node is done. It tells other
/// runs to keep away, and a run without a state file what the node was before.
/// </summary>
internal static class Marking
{
    /// <summary>The rule that holds a node back until its mark is seen.</summary>
    public const string MarkIsSeen = nameof(MarkIsSeen);

    /// <summary>The rule that holds the end back until a read shows that a mark is gone.</summary>
    public const string MarkIsGone = nameof(MarkIsGone);

    /// <summary>The rule that gives a run that was taken over from, and still lives, the time to notice it: both could stop a node.</summary>
    public const string TakeOverIsSeen = nameof(TakeOverIsSeen);

    /// <summary>How often a mark says that its run still lives.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(1);

    /// <summary>A read may be old, and whoever it tells may be at an act whose answer is slow.</summary>
    private static readonly TimeSpan TakeOverShowsAfter = 2 * Pace.ReadsMayBeStale;

    /// <summary>Whether everybody who may live has had the time to see that this run takes over.</summary>
    public static bool IsTold(Observation seen) => seen.Predecessors.TookOverAt is null || !seen.MayMark
        || (seen.FirstMarkedAt is { } marked && !Pace.IsRecent(marked, TakeOverShowsAfter, seen.At));

    /// <summary>The decision, or what has to be done to a mark before it.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="state">The state that it was decided from.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="settings">Says which run this is.</param>
    public static Decision Around(Decision decision, ClusterUpdate state, Observation seen, RollSettings settings)
    {
        if (settings.Run is not { } run || decision.Act is Act.EndForNow)
        {
            return decision;
        }

        if (!seen.MayMark)
        {
            return settings.TakeOver && seen.FirstMarkedAt is null && IsFirst(decision.Act) && !GivingUp.IsUnderWay(decision.State) ? CannotTell(state, run, seen) ?? decision : decision;
        }

        if (Off(decision, state, run, seen) is { } off)
        {
            return off;
        }

        if (decision.Node is not { IsDone: false } node || seen.InstanceOf(node) is not { } instance || GivingUp.IsUnderWay(decision.State))
        {
            return decision;
        }

        var mark = NodeMark.Parse(instance.Mark);
        if (IsFirst(decision.Act) || decision.Act is Act.ChangeInstance)
        {
            return IsNotYet(node, mark, run, seen) ? Mark(decision, state, run, instance, mark, seen)
                : IsFirst(decision.Act) ? BeforeTouching(node, mark, state, run, seen) ?? decision
                : decision;
        }

        return decision.Act is Act.Wait && decision.Rule != RunLock.LeftToTaker && IsToSayAgain(node, mark, run, seen) ? Mark(decision, state, run, instance, mark, seen) : decision;
    }

    /// <summary>
    /// Whether a mark is made again while its node is awaited: to say that its run still lives, or because one that is taken over from,
    /// and lives, has marked over it before it saw it.
    /// </summary>
    private static bool IsToSayAgain(NodeUpdate node, NodeMark? mark, string run, Observation seen) => mark?.Run == run
        ? !Pace.IsRecent(mark.At, RefreshAfter, seen.At) && !Pace.IsRecent(node.MarkedAt, RefreshAfter, seen.At)
        : node.MarkedBy == run && seen.Predecessors.TookOverAt is not null
            && (mark is null || !seen.Predecessors.GiveWayTo(mark, run)) && IsNotYet(node, mark, run, seen);

    /// <summary>The mark of a node that is done is taken off, and the update does not end before a read shows that it is; null when there is none.</summary>
    private static Decision? Off(Decision decision, ClusterUpdate state, string run, Observation seen)
    {
        if (decision.Act is Act.StartInstance or Act.ChangeInstance or Act.SetCpuOptions)
        {
            return null;
        }

        var nodes = state.EventStoreNodeUpdates;
        if (nodes.FirstOrDefault(node => IsLeftOn(node, run, seen) || (decision.Act is Act.Finish && IsUntouched(node, run, seen))) is { } done)
        {
            return new Decision(state, done, new Act.UnmarkInstance(MarkOn(done, run, seen)), $"{done.NodeName} is {(done.IsDone ? "done" : "as it was")}: taking the mark off {done.Ec2InstanceId}");
        }

        return decision.Act is Act.Finish && nodes.FirstOrDefault(node => MayStillBeOn(node, run, seen)) is { } unmarked
            ? new Decision(state, unmarked, new Act.Wait(Awaited.Instance), $"the mark was taken off {unmarked.Ec2InstanceId} a moment ago and may still show", MarkIsGone)
            : null;
    }

    /// <summary>What another run marked is known from reads only: there may have been a later mark than the one that was taken off.</summary>
    private static bool MayStillBeOn(NodeUpdate node, string run, Observation seen) => Pace.IsRecent(node.UnmarkedAt, Pace.ReadsMayBeStale, seen.At)
        && (NodeMark.Parse(node.Mark)?.Run != run || seen.InstanceOf(node) is not { Mark: null });

    /// <summary>
    /// Whether the node is to be marked: it was not, or a run that this one follows has marked it over. A mark that EC2 forgot is not made
    /// again, unless it may be that run which took it off before everybody was told.
    /// </summary>
    private static bool IsNotYet(NodeUpdate node, NodeMark? mark, string run, Observation seen)
    {
        var wasAsked = node.MarkedBy == run && node.MarkedAt >= seen.Predecessors.Since;
        return !IsOurs(mark, run, seen) && !(wasAsked && (Pace.IsRecent(node.MarkedAt, Pace.ReadsMayBeStale, seen.At) || (mark is null && IsTold(seen))));
    }

    /// <summary>What a node that was marked waits for before it is touched, or null.</summary>
    private static Decision? BeforeTouching(NodeUpdate node, NodeMark? mark, ClusterUpdate state, string run, Observation seen)
    {
        var isOurs = IsOurs(mark, run, seen);
        var current = state.Current(node);
        return !isOurs && Pace.IsRecent(node.MarkedAt, Pace.ReadsMayBeStale, seen.At)
                ? Step.Wait(state, current, NodePhase.Waiting, Awaited.Instance, seen, $"{node.Ec2InstanceId} was marked and does not show it yet", MarkIsSeen)
            : seen.Predecessors.TookOverAt is not null && Pace.IsRecent(seen.FirstMarkedAt ?? (isOurs ? mark!.At : null), TakeOverShowsAfter, seen.At)
                ? Step.Wait(
                    state, current, NodePhase.Waiting, Awaited.Instance, seen,
                    $"a run that is taken over from is given {TakeOverShowsAfter.TotalSeconds:0} s to see the mark on {node.Ec2InstanceId} and to end", TakeOverIsSeen)
            : null;
    }

    /// <summary>The mark that is taken off: this run's last, whatever a read shows of its own, or another's as it shows; null when none is known.</summary>
    private static string? MarkOn(NodeUpdate node, string run, Observation seen)
    {
        var shown = seen.InstanceOf(node)?.Mark;
        var isAnothers = NodeMark.Parse(shown) is { } mark && mark.Run != run;
        return !isAnothers && node is { MarkedAt: not null, Mark: { } last } ? last : shown;
    }

    /// <summary>Whether the mark tells of this run all there is: one of an attempt before it, or from before it took over, does not.</summary>
    private static bool IsOurs(NodeMark? mark, string run, Observation seen) => mark?.Run == run && mark.TookOverAt == seen.Predecessors.TookOverAt;

    /// <summary>What may live and cannot be told that it is taken over from would go on beside this run; null when nobody is there.</summary>
    private static Decision? CannotTell(ClusterUpdate state, string run, Observation seen)
    {
        var shown = seen.Instances.Values.Select(instance => NodeMark.Parse(instance.Mark)?.Run).OfType<string>().Where(other => other != run);
        var others = string.Join(" and ", seen.Predecessors.Runs.Keys.Union(shown));
        return others.Length == 0 ? null : new Decision(
            state, null, new Act.EndForNow(FailureReason.Locked),
            $"Instances cannot be marked, so {others}, which may live, would not see that it is taken over from. No node was touched. "
            + "Make sure that it has ended, take its tag off by hand, and run again; or let this run create tags.");
    }

    /// <summary>Whether nothing but a mark is concerned: the next run would mark again, so a step that went no further would not get on.</summary>
    public static bool IsAll(Decision decision) => decision.Act is Act.MarkInstance or Act.UnmarkInstance || decision.Rule is MarkIsSeen or MarkIsGone or TakeOverIsSeen;

    private static Decision Mark(Decision decision, ClusterUpdate state, string run, Instance instance, NodeMark? found, Observation seen)
    {
        var node = state.Current(decision.Node!);
        var mark = new NodeMark(run)
        {
            Node = node.Endpoint,
            OriginalType = node.OriginalInstanceType ?? instance.Type,
            OriginalPriority = node.OriginalNodePriority,
            Target = state.TargetOf(node),
            At = seen.At,
            TookOverAt = seen.Predecessors.TookOverAt,
        };
        var phase = IsFirst(decision.Act) ? NodePhase.Waiting : decision.Node!.Phase;
        var isOverAnothers = node.MarkedBy == run && found is not null && found.Run != run;
        return Step.Do(state, node, phase, new Act.MarkInstance(mark.ToString(), isOverAnothers), seen, $"marking {instance.Id}, so that other runs keep away");
    }

    /// <summary>Whether something that is running as it was is touched, or capacity held for it. A node that is down is brought back whatever its mark says.</summary>
    private static bool IsFirst(Act act) => act is Act.StopInstance or Act.SetPriority or Act.Resign or Act.ReserveCapacity;

    /// <summary>A node that was marked and then not touched, when the update ends: there is nothing that its mark could tell.</summary>
    private static bool IsUntouched(NodeUpdate node, string run, Observation seen) =>
        node is { StopRequestedAt: null, ChangeRequestedAt: null }
        && seen.InstanceOf(node) is { State: InstanceState.Running } instance
        && !IsTakenOff(node, instance, seen)
        && NodeMark.Parse(instance.Mark)?.Run == run
        && instance.Type == node.OriginalInstanceType
        && seen.Cluster.Own(node.Endpoint) is { State: NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica };

    /// <summary>
    /// Whether a read shows the mark that was taken off, or an older read one that the same run had made before. When no read can be that
    /// old, the last mark was never made, and the one before it is still there.
    /// </summary>
    private static bool IsTakenOff(NodeUpdate node, Instance instance, Observation seen) => node.UnmarkedAt is not null
        && (instance.Mark == node.Mark
            || (Pace.IsRecent(node.UnmarkedAt, Pace.ReadsMayBeStale, seen.At)
                && NodeMark.Parse(instance.Mark) is { } shown && NodeMark.Parse(node.Mark) is { } off && shown.Run == off.Run && shown.At <= off.At));

    /// <summary>
    /// The mark of a node that failed stays: it tells what the node was before. So does one of a run that this one gives way to. One that
    /// was made a moment ago may not show yet.
    /// </summary>
    private static bool IsLeftOn(NodeUpdate node, string run, Observation seen) =>
        (node.NodeUpdateStatus == UpdateStatus.Success || (node.IsDone && node.Phase == NodePhase.RolledBack))
        && (node.MarkedAt is not null
            || (seen.InstanceOf(node) is { Mark: not null } instance && !IsTakenOff(node, instance, seen)))
        && !(NodeMark.Parse(seen.InstanceOf(node)?.Mark) is { } mark && seen.Predecessors.GiveWayTo(mark, run));
}
