using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

internal static class NodePhases
{
    /// <summary>When the phase ended, or until when it is known to have lasted.</summary>
    public static DateTimeOffset End(PhaseSpan span, NodeUpdate node, DateTimeOffset now)
    {
        var end = span.Until ?? node.FinishedAt ?? now;
        return end > span.Since ? end : span.Since;
    }

    public static TimeSpan Duration(PhaseSpan span, NodeUpdate node, DateTimeOffset now) => End(span, node, now) - span.Since;

    /// <summary>The phase in which the node failed, or null: before a rollback's own change, if there was a rollback.</summary>
    public static PhaseSpan? FailedIn(NodeUpdate node)
    {
        if (node.NodeUpdateStatus != UpdateStatus.Failed || node.Phases.Count == 0)
        {
            return null;
        }

        var beforeLastChange = node.Phases.Zip(node.Phases.Skip(1))
            .LastOrDefault(pair => pair.Second.Phase == nameof(NodePhase.Changing))
            .First;
        return node.IsRollingBack && beforeLastChange is { Phase: not nameof(NodePhase.Stopping) }
            ? beforeLastChange
            : node.Phases[^1];
    }
}
