using System.Globalization;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// An updated node must stay level, and its database process the same, for a while before the next one is begun. What breaks that
/// begins its time again. It counts no iterations: nothing is tried.
/// </summary>
internal static class Baking
{
    /// <summary>Whether the node has stayed level for long enough, or need not: one that was only looked at, or is put back.</summary>
    public static bool IsOver(NodeView node, ClusterSnapshot cluster) => cluster.Settings.BakeTime <= TimeSpan.Zero
        || !node.WasBegun
        || node.Goal is not NodeGoal.Target
        || (cluster.At - node.Entry.Bake?.Since >= cluster.Settings.BakeTime
            && Broken(node) is null
            && AlarmRule.NoneIsInAlarm(cluster).Holds);

    /// <summary>What has broken the time of a node, or null. One look that it does not answer, or is not level in, tells nothing.</summary>
    public static string? Broken(NodeView node) => node switch
    {
        { Entry.Bake: null } or { Own: null } or { Goal: not NodeGoal.Target } => null,
        { Own.InstanceId: var process } when process != node.Entry.Bake.Process => $"{node.Name} has restarted",
        { IsNotLevelTwice: true } => Sentence.Of(node.Name, node.Level.Reason),
        _ => null,
    };

    /// <summary>The node has its whole time before it again.</summary>
    public static Decision BeginAgain(NodeView node, ClusterSnapshot cluster, string broken)
    {
        var entry = node.Entry with { Bake = null };
        var why = $"{broken}, while it baked: its {Minutes(cluster.Settings.BakeTime)} begin again once it is level";
        return Decision.Wait(node with { Entry = entry }, cluster, node.Phase, new(Awaited.Node, why));
    }

    /// <summary>The node has some time left, or an alarm holds it.</summary>
    public static Decision GoOn(NodeView node, ClusterSnapshot cluster)
    {
        if (AlarmRule.NoneIsInAlarm(cluster) is { Holds: false, Reason: var alarm })
        {
            return HeldByAlarm(node, cluster, alarm);
        }

        var bake = node.Entry.Bake ?? new Bake(cluster.At, node.Own!.InstanceId);
        var left = cluster.Settings.BakeTime - (cluster.At - bake.Since);
        var until = cluster.At + left;
        var why = $"{node.Name} bakes until {until.UtcDateTime:HH:mm:ss}Z ({Minutes(left)} left)";
        var wait = Decision.Wait(
            node with { Entry = node.Entry with { Bake = bake } }, cluster, NodePhase.Baking, new(Awaited.Node, why));
        return wait with { CountsNoIteration = true };
    }

    /// <summary>
    /// Time in which nobody looked does not count, whichever machine's clock wrote when it began: the bake, and the time that an alarm is
    /// given, go on where the last look left them.
    /// </summary>
    public static NodeUpdate Observed(NodeUpdate node, DateTimeOffset? lastLook, RollSettings settings, DateTimeOffset now)
    {
        var gap = now - lastLook ?? TimeSpan.Zero;
        var isSeen = gap.Duration() <= Timings.RestartsByItself + (2 * settings.IterationInterval);
        return isSeen || node.Phase is not NodePhase.Baking ? node : node with
        {
            Bake = node.Bake is { } bake && lastLook >= bake.Since ? bake with { Since = bake.Since + gap } : null,
            PhaseSince = lastLook >= node.PhaseSince ? node.PhaseSince + gap : now,
        };
    }

    /// <summary>How long until the next look: nothing is due before the time is over, unless the node is silent then.</summary>
    public static TimeSpan LookAgainIn(NodeUpdate node, RollSettings settings, DateTimeOffset now) =>
        ProbeSchedule.Within(settings.BakeTime - (now - node.Bake?.Since) ?? settings.IterationInterval);

    /// <summary>
    /// An alarm that the node's own restart has raised has as long to become quiet as a node bakes. One that is raised in that time, or
    /// stays, speaks against the change.
    /// </summary>
    private static Decision HeldByAlarm(NodeView node, ClusterSnapshot cluster, string alarm)
    {
        var isInAlarm = cluster.Seen.Alarms.InAlarm.Count > 0;
        var isOld = cluster.At - (node.Entry.PhaseSince ?? cluster.At) >= cluster.Settings.BakeTime && node.Entry.Phase is NodePhase.Baking;
        var speaksAgainstIt = isInAlarm && (node.Entry.Bake is not null || isOld);
        var why = $"{node.Name} bakes: {alarm}";
        if (speaksAgainstIt && Limits.RollBack(node, cluster, FailureReason.Alarm, why) is { } back)
        {
            return back;
        }

        if (AlarmRule.IsOver(node, cluster))
        {
            return EndOfRun.ForAnAlarm(node, cluster, new(nameof(AlarmRule.AlarmsAreQuiet), alarm));
        }

        var waiting = AlarmRule.Waiting(node);
        var entry = isInAlarm ? waiting.Entry with { Bake = null } : waiting.Entry;
        return Decision.Wait(
            node with { Entry = entry }, cluster, NodePhase.Baking, new(Awaited.Cluster, why, nameof(AlarmRule.AlarmsAreQuiet))) with
        {
            SparesTheLimit = true,
        };
    }

    private static string Minutes(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalMinutes):0.0} min");
}
