using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Verdict;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// The operator's alarms hold back taking a node down, and the end of a bake. Waiting for them costs no node its iterations: when as many
/// have passed as a node is given, the run ends, and the next one goes on.
/// </summary>
internal static class AlarmRule
{
    /// <summary>Whether no alarm stands against taking the node down.</summary>
    public static Verdict AlarmsAreQuiet(NodeView node, ClusterSnapshot cluster) => IsBroughtBack(node, cluster)
        ? Yes($"{node.Name} is brought back, or has begun to go down")
        : NoneIsInAlarm(cluster);

    /// <summary>Whether none is in ALARM. One that tells nothing is not.</summary>
    public static Verdict NoneIsInAlarm(ClusterSnapshot cluster) => cluster.Seen.Alarms switch
    {
        { Problem: { } problem } => No(problem),
        { Missing: { Count: > 0 } missing } => No($"CloudWatch has no alarm {AlarmText.Names(missing)} any more"),
        { InAlarm: { Count: > 0 } inAlarm } => No(AlarmText.InAlarm(inAlarm)),
        _ => Yes("no alarm is in ALARM"),
    };

    /// <summary>
    /// Whether a node bakes, or may be taken down next. While one is off or starting none may: asking would be for nothing.
    /// </summary>
    public static bool IsToBeRead(ClusterSnapshot cluster)
    {
        List<NodeView> left = [.. cluster.Nodes.Where(node => !node.Entry.IsDone)];
        var isOneBaking = left.Exists(node => node is { Phase: NodePhase.Baking } or { Entry.Bake: not null });
        var isOneOff = left.Exists(node => node.Phase is NodePhase.Stopping or NodePhase.Changing or NodePhase.Starting);
        return isOneBaking || (!isOneOff && left.Exists(node => node.Phase is NodePhase.Waiting));
    }

    /// <summary>The node waits, as long as it may.</summary>
    public static Decision HoldBack(NodeView node, ClusterSnapshot cluster, BrokenRule broken) => IsOver(node, cluster)
        ? EndOfRun.ForAnAlarm(node, cluster, broken)
        : HoldBacks.UntilTheClusterIsReady(Waiting(node), cluster, broken) with { SparesTheLimit = true };

    /// <summary>The node, waiting for one iteration more.</summary>
    public static NodeView Waiting(NodeView node) =>
        node with { Entry = node.Entry with { AlarmIterations = node.Entry.AlarmIterations + 1 } };

    /// <summary>The node that has waited: what it waits for after it was taken down counts anew.</summary>
    public static NodeUpdate Passed(NodeUpdate node) => node with { AlarmIterations = 0 };

    /// <summary>Whether the node has waited for as many iterations as it is given, or for as long as the run may last.</summary>
    public static bool IsOver(NodeView node, ClusterSnapshot cluster) =>
        node.Entry.AlarmIterations >= cluster.State.MaxIterations || cluster.Settings.Deadline <= cluster.At;

    /// <summary>Why the run ends.</summary>
    public static string WhyItEnds(NodeView node, ClusterSnapshot cluster, string why)
    {
        var what = node.Entry.WasTakenDown ? "still bakes" : "is not taken down";
        var isOver = cluster.Settings.Deadline <= cluster.At
            ? "the time limit is over"
            : $"its {cluster.State.MaxIterations} iterations are over";
        return $"{node.Name} {what}, and {isOver}: {why}";
    }

    /// <summary>The node as the next run is to find it: one that was not taken down is not begun, one that was bakes anew.</summary>
    public static NodeUpdate ForTheNextRun(NodeView node) => node.Entry.WasTakenDown
        ? node.Entry with { UpdateIterations = 0, IterationsTowardsLimit = null, AlarmIterations = 0, Bake = null, PhaseSince = null }
        : node.Entry.Fresh();

    /// <summary>An alarm may well be because of what is to be undone.</summary>
    private static bool IsBroughtBack(NodeView node, ClusterSnapshot cluster) =>
        cluster.State.TakesBack || node.Entry.IsInWork;
}
