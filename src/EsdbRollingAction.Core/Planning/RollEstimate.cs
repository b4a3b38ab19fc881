using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Planning;

/// <summary>
/// How long a roll takes: what a node took in this update, or in the one before it, says what the others will. Time in which a node
/// waited for a rule, and between two runs, tells nothing.
/// </summary>
public static class RollEstimate
{
    /// <summary>Assumed until a node tells: a stop, a boot and catching up, of a node that was not far behind.</summary>
    public static readonly TimeSpan Assumed = TimeSpan.FromMinutes(3);

    /// <summary>Whether a node has told how long one takes.</summary>
    public static bool IsMeasured(ClusterUpdate state) => Told(state).Count > 0;

    /// <summary>How long one node takes, the bake after it included.</summary>
    /// <param name="state">The update.</param>
    /// <param name="bakeTime">How long a node bakes.</param>
    public static TimeSpan OfANode(ClusterUpdate state, TimeSpan bakeTime)
    {
        var told = Told(state);
        var work = told.Count == 0 ? Assumed : told[told.Count / 2];
        return work + bakeTime;
    }

    /// <summary>How long the nodes that are left take, one after the other.</summary>
    /// <param name="state">The update.</param>
    /// <param name="bakeTime">How long a node bakes.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan Left(ClusterUpdate state, TimeSpan bakeTime, DateTimeOffset now)
    {
        var each = OfANode(state, bakeTime);
        var ofEach = state.EventStoreNodeUpdates
            .Where(node => !node.IsDone)
            .Select(node => Math.Max(0, (each - node.Busy(now) - Baked(node, now)).Ticks));
        return TimeSpan.FromTicks(ofEach.Sum());
    }

    /// <summary>The times that nodes took which are done, shortest first.</summary>
    private static List<TimeSpan> Told(ClusterUpdate state)
    {
        var now = Of(state.EventStoreNodeUpdates);
        return now.Count > 0 ? now : Of(state.EarlierNodes);
    }

    private static List<TimeSpan> Of(IReadOnlyList<NodeUpdate> nodes) =>
    [
        .. nodes
            .Where(node => node is { NodeUpdateStatus: UpdateStatus.Success, WasTakenDown: true, FinishedAt: not null })
            .Select(node => node.Busy(node.FinishedAt!.Value))
            .Order(),
    ];

    private static TimeSpan Baked(NodeUpdate node, DateTimeOffset now) => now - node.Bake?.Since ?? TimeSpan.Zero;
}
