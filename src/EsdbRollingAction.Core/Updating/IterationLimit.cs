namespace EsdbRollingAction.Core.Updating;

/// <summary>What is said when a node took more iterations than it was given: whether it was slow or stuck.</summary>
internal static class IterationLimit
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(1);

    private const string Raise =
        "Raise max-number-of-iterations-per-node-update (or MaxNumberOfIterationsPerNodeUpdate in the state file) and run again.";

    /// <summary>The message, from what the node was last waiting for.</summary>
    public static string Explain(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        var given = node.IsRollingBack
            ? $"the {RollBack.LimitOf(node, state) - state.MaxIterations} iterations that it is given for going back"
            : $"its {state.MaxIterations} iterations";
        var what = $"{node.NodeName} took more than {given}, last in phase {node.NodeUpdateStatusDetail}"
            + (node.WaitingFor is null ? "." : $": {node.WaitingFor}.");
        return (node.NodeUpdateStatusDetail, node.CheckpointAdvancedAt) switch
        {
            (not nameof(NodePhase.CatchingUp), _) => $"{what} {Raise}",
            (_, null) => $"{what} Its checkpoint has not advanced: it is stuck.",
            (_, { } advanced) when Pace.IsRecent(advanced, Recently, seen.At) =>
                $"{what} Its checkpoint was still advancing: it is slow, not stuck. {Raise}",
            (_, { } advanced) => $"{what} Its checkpoint has not advanced since {advanced:HH:mm:ss}Z: it is stuck.",
        };
    }
}
