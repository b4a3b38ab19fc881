namespace EsdbRollingAction.Core.Updating;

/// <summary>What is said when a node took more iterations than it was given: whether it was slow or stuck.</summary>
internal static class IterationLimit
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(1);

    private const string Raise =
        "Raise max-number-of-iterations-per-node-update (or MaxNumberOfIterationsPerNodeUpdate in the state file) and run again.";

    /// <summary>The message, from what the node was last waiting for.</summary>
    public static string Explain(NodeUpdate node, Observation seen)
    {
        var what = $"{node.NodeName} took more than its {node.UpdateIterations} iterations, last in phase {node.NodeUpdateStatusDetail}"
            + (node.WaitingFor is null ? "." : $": {node.WaitingFor}.");
        return node.NodeUpdateStatusDetail != nameof(NodePhase.CatchingUp)
            ? $"{what} {Raise}"
            : Pace.IsRecent(node.CheckpointAdvancedAt, Recently, seen.At)
                ? $"{what} Its checkpoint was still advancing: it is slow, not stuck. {Raise}"
                : $"{what} Its checkpoint has not advanced since {node.CheckpointAdvancedAt:HH:mm:ss}: it is stuck.";
    }
}
