using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// The last acts of a run: a node that may be going down is looked after, priorities that a hand-over lowered are given back, then the
/// run ends. Some safety rules end it, for no later look of this run would find them kept.
/// </summary>
internal static class EndOfRun
{
    /// <summary>The rule that waits until reads must show whether a node was stopped.</summary>
    internal const string NoNodeMayBeGoingDown = nameof(NoNodeMayBeGoingDown);

    /// <summary>Every node is updated.</summary>
    public static Decision Finish(ClusterSnapshot cluster) => cluster.Seen switch
    {
        _ when (Lingering(cluster) ?? GiveBackPriority(cluster)) is { } first => first,
        { Refusal: { } refusal } when cluster.Seen.Unplanned.Except(cluster.Nodes.Select(node => node.Entry.Endpoint)).Any() => Begin(
            cluster, new Act.EndForNow(refusal.Reason), new(nameof(SafetyRules.PreflightHasPassed), refusal.Message)),
        _ => new Decision(
            cluster.State with { ClusterUpdateStatus = UpdateStatus.Success, FinishedAt = cluster.At },
            null, new Act.Finish(), "every node is updated"),
    };

    /// <summary>Nothing is begun any more and nothing is off.</summary>
    public static Decision Next(ClusterSnapshot cluster) => cluster switch
    {
        _ when (Lingering(cluster) ?? GiveBackPriority(cluster)) is { } first => first,
        { Failed: { } failed, Settings.OnlyRecovers: false } => UpdateFailed(failed, cluster),
        { Seen.Lease.LostTo: { } owner } => new Decision(
            cluster.State, null, new Act.EndForNow(FailureReason.TakenOver),
            $"the cluster's lease is held by {owner.Owner} now; this run ends here and leaves the update to that one"),
        _ => new Decision(cluster.State, null, new Act.EndForNow(null), "no instance is off that the update stopped"),
    };

    /// <summary>Preflight refuses to begin a node.</summary>
    public static Decision AsRefused(NodeView node, ClusterSnapshot cluster, BrokenRule broken) =>
        Begin(cluster, new Act.EndForNow(cluster.Seen.Refusal!.Reason), broken);

    /// <summary>The inputs let this run go no further.</summary>
    public static Func<NodeView, ClusterSnapshot, BrokenRule, Decision> With(Act act) =>
        (_, cluster, broken) => Begin(cluster, act, broken);

    /// <summary>An alarm has stayed for too long. The node did nothing wrong: the next run goes on with all of its iterations.</summary>
    public static Decision ForAnAlarm(NodeView node, ClusterSnapshot cluster, BrokenRule broken)
    {
        var over = broken with { Reason = AlarmRule.WhyItEnds(node, cluster, broken.Reason) };
        var end = Begin(cluster, new Act.EndForNow(FailureReason.Alarm), over);
        return end.Act is Act.EndForNow ? end with { State = end.State.With(AlarmRule.ForTheNextRun(node)) } : end;
    }

    private static Decision Begin(ClusterSnapshot cluster, Act act, BrokenRule broken)
    {
        var ended = act is Act.Pause { Because: var because } ? cluster.State with { PausedBecause = because } : cluster.State;
        var next = Lingering(cluster)
            ?? GiveBackPriority(cluster)
            ?? new Decision(ended, null, act, broken.Reason) { Rule = broken.Rule };
        return next with { IsEnding = true };
    }

    /// <summary>The update has failed and nothing is off that could be brought back.</summary>
    internal static Decision UpdateFailed(NodeView failed, ClusterSnapshot cluster)
    {
        var left = cluster.Nodes.Where(node => node == failed || IsOurs(node));
        var how = left.Select(node => FailureText.HowItIsLeft(node, node.Entry.FailureMessage));
        var node = failed.Entry with { FailureMessage = Sentence.Join([failed.Entry.FailureMessage ?? "The update failed.", .. how]) };
        return new Decision(
            cluster.State.With(node) with { ClusterUpdateStatus = UpdateStatus.Failed, FinishedAt = cluster.At },
            node, new Act.Finish(), node.FailureMessage);
    }

    private static bool IsOurs(NodeView node) => node.Goal is NodeGoal.AsIs
        && (node.WasBegun || node.Instance is { State: InstanceState.Stopped or InstanceState.Stopping });

    /// <summary>A node that went down a moment ago may have been stopped, by a run of which nothing else is left.</summary>
    private static Decision? Lingering(ClusterSnapshot cluster)
    {
        var going = cluster.Nodes.FirstOrDefault(node => node.MayBeGoingDown);
        return going is null
            ? null
            : new Decision(
                cluster.State, going.Entry, new Act.Wait(Awaited.Instance),
                $"{going.Name} may be going down; checking whether its instance was stopped before this run ends")
            { Rule = NoNodeMayBeGoingDown };
    }

    /// <summary>Once for each: a node that does not take it back does not hold up the end.</summary>
    private static Decision? GiveBackPriority(ClusterSnapshot cluster)
    {
        var isOurs = cluster.Seen.Lease.LostTo is null && !cluster.Settings.OnlyRecovers;
        var lowered = cluster.Nodes.FirstOrDefault(node =>
            isOurs && node.IsLowered && IsByUs(node, cluster) && !node.Entry.LastPriorityTried && !OldLeader.Keeps(node, cluster));
        return lowered is null
            ? null
            : new Decision(
                cluster.State, lowered.Entry, Act.SetPriority.Back(lowered),
                $"giving {lowered.Name} its priority {lowered.Entry.OriginalNodePriority} back")
            { IsEnding = true };
    }

    /// <summary>A node that is done has its priority back, unless an upgrade keeps it lowered: else its operator lowered it.</summary>
    private static bool IsByUs(NodeView node, ClusterSnapshot cluster) =>
        node.Entry.NodeUpdateStatus is not UpdateStatus.Success || cluster.Strategy.KeepsOldLeader;
}
