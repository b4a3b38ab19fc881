namespace EsdbRollingAction.Core.Updating;

/// <summary>The way back: a node that cannot be what it shall be becomes again what it was.</summary>
internal static class RollBack
{
    /// <summary>Begun when the limit is reached, the way back needs iterations of its own: what a stop, a start and catching up take.</summary>
    private const int LeastIterations = 200;

    /// <summary>Whether it is known what the node was, and it is not on its way back already.</summary>
    public static bool IsPossible(NodeUpdate node) => !node.IsRollingBack && node.OriginalInstanceType is not null;

    /// <summary>Whether there is something to take back: its instance was stopped, or is not what it was.</summary>
    public static bool IsCalledFor(NodeUpdate node) =>
        node.StopRequestedAt is not null || (node.CurrentInstanceType is { } current && current != node.OriginalInstanceType);

    /// <summary>The node on its way back. What EC2 accepted of the way there says nothing about it.</summary>
    public static NodeUpdate Begin(NodeUpdate node, FailureReason reason, string why) => node with
    {
        RollBackReason = why,
        FailureReason = reason,
        NoCapacitySince = null,
        StartRequests = 0,
        ChangeRequestedAt = null,
        StartRequestedAt = null,
        WriterCheckpoint = null,
        CheckpointAdvancedAt = null,
    };

    /// <summary>How many iterations the node may take in all.</summary>
    public static long LimitOf(NodeUpdate node, ClusterUpdate state) =>
        node.IsRollingBack ? state.MaxIterations + (long)Math.Max(state.MaxIterations, LeastIterations) : state.MaxIterations;
}
