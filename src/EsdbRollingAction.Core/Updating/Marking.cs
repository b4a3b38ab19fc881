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

    /// <summary>The rule that gives a run that was taken over from, and still lives, the time to notice it: both could stop a node.</summary>
    public const string TakeOverIsSeen = nameof(TakeOverIsSeen);

    /// <summary>How often a mark says that its run still lives.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(1);

    /// <summary>A read may be old, and whoever it tells may be at an act whose answer is slow.</summary>
    private static readonly TimeSpan TakeOverShowsAfter = 2 * Pace.ReadsMayBeStale;

    /// <summary>The decision, or what has to be done to a mark before it.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="state">The state that it was decided from.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="settings">Says which run this is.</param>
    public static Decision Around(Decision decision, ClusterUpdate state, Observation seen, RollSettings settings)
    {
        if (settings.Run is not { } run || !seen.MayMark || decision.Act is Act.EndForNow)
        {
            return decision;
        }

        if (decision.Act is not (Act.StartInstance or Act.ChangeInstance) && state.EventStoreNodeUpdates.FirstOrDefault(node => IsLeftOn(node, seen) || (decision.Act is Act.Finish && IsUntouched(node, run, seen))) is { } done)
        {
            return new Decision(state, done, new Act.UnmarkInstance(), $"{done.NodeName} is {(done.IsDone ? "done" : "as it was")}: taking the mark off {done.Ec2InstanceId}");
        }

        if (decision.Node is not { IsDone: false } node || seen.InstanceOf(node) is not { } instance || IsGivingUp(decision.State))
        {
            return decision;
        }

        var mark = NodeMark.Parse(instance.Mark);
        var isOurs = mark?.Run == run;
        var wasAsked = node.MarkedBy == run && node.MarkedAt is not null;
        if (IsFirst(decision.Act) || decision.Act is Act.ChangeInstance)
        {
            return (isOurs, wasAsked) switch
            {
                (true, _) when IsFirst(decision.Act) && seen.Predecessors.TookOverAt is not null && Pace.IsRecent(seen.FirstMarkedAt ?? mark!.At, TakeOverShowsAfter, seen.At) => Step.Wait(
                    state, state.Current(node), NodePhase.Waiting, Awaited.Instance, seen, $"the run that is taken over from is given {TakeOverShowsAfter.TotalSeconds:0} s to see the mark on {instance.Id} and to end", TakeOverIsSeen),
                (true, _) => decision,
                (_, false) => Mark(decision, state, run, instance, seen),
                _ when IsFirst(decision.Act) && Pace.IsRecent(node.MarkedAt, Pace.ReadsMayBeStale, seen.At) =>
                    Step.Wait(state, state.Current(node), NodePhase.Waiting, Awaited.Instance, seen, $"{instance.Id} was marked and does not show it yet", MarkIsSeen),
                _ => decision,
            };
        }

        return isOurs && decision.Act is Act.Wait && !Pace.IsRecent(mark!.At, RefreshAfter, seen.At) && !Pace.IsRecent(node.MarkedAt, RefreshAfter, seen.At)
            ? Mark(decision, state, run, instance, seen)
            : decision;
    }

    /// <summary>Whether nothing but a mark is concerned: the next run would mark again, so a step that went no further would not get on.</summary>
    public static bool IsAll(Decision decision) => decision.Act is Act.MarkInstance or Act.UnmarkInstance || decision.Rule is MarkIsSeen or TakeOverIsSeen;

    private static Decision Mark(Decision decision, ClusterUpdate state, string run, Instance instance, Observation seen)
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
        return Step.Do(state, node, phase, new Act.MarkInstance(mark.ToString()), seen, $"marking {instance.Id}, so that other runs keep away");
    }

    private static bool IsGivingUp(ClusterUpdate state) => state.EventStoreNodeUpdates.Any(node => node.NodeUpdateStatus == UpdateStatus.Failed);

    /// <summary>Whether something that is running as it was is touched. A node that is down is brought back whatever its mark says.</summary>
    private static bool IsFirst(Act act) => act is Act.StopInstance or Act.SetPriority or Act.Resign;

    /// <summary>A node that was marked and then not touched, when the update ends: there is nothing that its mark could tell.</summary>
    private static bool IsUntouched(NodeUpdate node, string run, Observation seen) =>
        node is { StopRequestedAt: null, ChangeRequestedAt: null }
        && !Pace.IsRecent(node.UnmarkedAt, Pace.ReadsMayBeStale, seen.At)
        && seen.InstanceOf(node) is { State: InstanceState.Running } instance
        && NodeMark.Parse(instance.Mark)?.Run == run
        && instance.Type == node.OriginalInstanceType
        && seen.Cluster.Own(node.Endpoint) is { State: NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica };

    /// <summary>
    /// The mark of a node that failed stays: it tells what the node was before. One that was made a moment ago may not show yet.
    /// </summary>
    private static bool IsLeftOn(NodeUpdate node, Observation seen) =>
        (node.NodeUpdateStatus == UpdateStatus.Success || (node.IsDone && node.Phase == NodePhase.RolledBack))
        && (node.MarkedAt is not null
            || (seen.InstanceOf(node) is { Mark: not null } && !Pace.IsRecent(node.UnmarkedAt, Pace.ReadsMayBeStale, seen.At)));
}
