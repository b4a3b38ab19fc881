using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

internal static class NodePhases
{
    /// <summary>The phase in which the node failed, or null: before what its rollback did, if there was a rollback.</summary>
    public static PhaseSpan? FailedIn(NodeUpdate node)
    {
        if (node.NodeUpdateStatus != UpdateStatus.Failed || node.Phases.Count == 0)
        {
            return null;
        }

        var attempt = node.Phases.Where(span => !(span.Since < node.StartedAt)).ToList();
        var lastChange = attempt.FindLastIndex(span => span.Phase is nameof(NodePhase.Changing));
        return node.IsRollingBack && lastChange >= 0
            ? attempt.Take(lastChange).LastOrDefault(span => !IsBeforeChange(span)) ?? attempt[lastChange]
            : node.Phases[^1];
    }

    /// <summary>Whether a rollback may do this before it changes the node back.</summary>
    private static bool IsBeforeChange(PhaseSpan span) => span.Phase
        is nameof(NodePhase.Waiting)
        or nameof(NodePhase.LoweringPriority)
        or nameof(NodePhase.Resigning)
        or nameof(NodePhase.Stopping)
        or nameof(NodePhase.Changing);
}
