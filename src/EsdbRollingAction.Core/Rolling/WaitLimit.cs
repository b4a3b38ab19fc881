using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// When a wait ends if what is waited for does not come: by the limit that is in force. An iteration may be over sooner than it must, so
/// the time is about that.
/// </summary>
internal static class WaitLimit
{
    /// <summary>Nobody plans with a limit that is further away.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(100);

    /// <summary>When the wait is given up, or null where nothing ends it.</summary>
    public static DateTimeOffset? Of(Decision wait, ClusterSnapshot cluster) => wait switch
    {
        { Act: not Act.Wait } or { Node: null } or { Rule: EndOfRun.NoNodeMayBeGoingDown } => null,
        { GivesUpAt: { } ownTime } => ownTime,
        _ when cluster.IsEnding => cluster.GivesUpAt,
        { CountsNoIteration: true } => null,
        { Rule: nameof(AlarmRule.AlarmsAreQuiet) } => OfAlarms(wait.Node, cluster),
        { SparesTheLimit: true } => null,
        { Node.NoCapacitySince: { } since } => Timings.After(since, cluster.Settings.CapacityRetry),
        { Node: var node } when node.IsToBeFinished(cluster.At) => OfIterations(node, cluster),
        _ => Earlier(OfIterations(wait.Node, cluster), OperatorRules.LatestBeginning(cluster)),
    };

    private static DateTimeOffset? OfIterations(NodeUpdate node, ClusterSnapshot cluster) =>
        After(Limits.LimitOf(node, cluster.State) - node.TowardsLimit, cluster);

    private static DateTimeOffset? OfAlarms(NodeUpdate node, ClusterSnapshot cluster)
    {
        var iterations = After(cluster.State.MaxIterations - node.AlarmIterations, cluster);
        return Earlier(iterations, node.IsToBeFinished(cluster.At) ? cluster.Settings.Deadline : OperatorRules.LatestBeginning(cluster));
    }

    private static DateTimeOffset? After(long iterations, ClusterSnapshot cluster)
    {
        var seconds = Math.Max(0, iterations) * cluster.Settings.IterationInterval.TotalSeconds;
        return seconds <= Furthest.TotalSeconds ? cluster.At + TimeSpan.FromSeconds(seconds) : null;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => (one < other ? one : other) ?? one ?? other;
}
