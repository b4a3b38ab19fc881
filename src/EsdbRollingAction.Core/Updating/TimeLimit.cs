namespace EsdbRollingAction.Core.Updating;

/// <summary>A job that is cut off in the middle of a node leaves the node so: better not to begin it.</summary>
internal static class TimeLimit
{
    /// <summary>Whether this node can be expected to be done in time. One that has been begun is finished in any case.</summary>
    public static Verdict LeavesRoomFor(NodeUpdate node, ClusterUpdate state, DateTimeOffset? deadline, DateTimeOffset now)
    {
        if (deadline is not { } end || HasBegun(node))
        {
            return Verdict.Yes(nameof(TimeLimit), "the time is not limited, or the node has been begun");
        }

        var left = end - now;
        var slowest = Slowest(state, now);
        return left > slowest
            ? Verdict.Yes(nameof(TimeLimit), $"{left.TotalMinutes:0.0} min are left")
            : Verdict.No(nameof(TimeLimit), slowest > TimeSpan.Zero
                ? $"{node.NodeName} is not begun: {Math.Max(0, left.TotalMinutes):0.0} min of the time limit are left, and the slowest node so far took {slowest.TotalMinutes:0.0} min."
                : $"{node.NodeName} is not begun: the time limit is over.");
    }

    /// <summary>Whether something was done to the node that is not left so.</summary>
    public static bool HasBegun(NodeUpdate node) =>
        node.IsRollingBack || node.StopRequestedAt is not null || node.ResignRequestedAt is not null
        || node.CurrentNodePriority < node.OriginalNodePriority
        || (node.NodeUpdateStatus == UpdateStatus.InProgress && node.Phase is not (NodePhase.Pending or NodePhase.Waiting));

    /// <summary>Nodes that were done without a restart tell nothing.</summary>
    private static TimeSpan Slowest(ClusterUpdate state, DateTimeOffset now) => state.EventStoreNodeUpdates
        .Where(node => node.NodeUpdateStatus == UpdateStatus.Success && node.ChangeRequestedAt is not null)
        .Select(node => node.Worked(now))
        .DefaultIfEmpty(TimeSpan.Zero)
        .Max();
}
