using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>What is said of a run that ended between two nodes, as it was asked to.</summary>
internal static class PausedRoll
{
    /// <summary>How far it is, and why it paused: sentences.</summary>
    public static string What(RunReport report)
    {
        var left = string.Join(", ", report.Nodes.Where(node => !node.IsDone).Select(report.Label));
        var why = report.State!.PausedBecause is PauseReason.Leader
            ? $"The leader {left} is left to a run without pause-before-leader."
            : $"This run has updated {report.State.NodesUpdatedInRun}, as many as max-nodes lets it; {left} {Are(report)} left.";
        return $"Paused: {report.Updated} of {report.Nodes.Count} nodes are updated. {why}";
    }

    /// <summary>How it goes on: a sentence.</summary>
    public static string Next(RunReport report)
    {
        var inputs = report.State!.PausedBecause is PauseReason.Leader ? "without pause-before-leader" : "with the same inputs";
        return report.WorkflowRun is { Id: var id }
            ? $"To go on, approve the next job where one waits, or start another run {inputs} and with resume-run-id {id}."
            : $"To go on, run again {inputs} and the state file {report.StateFile}.";
    }

    private static string Are(RunReport report) => report.Remaining == 1 ? "is" : "are";
}
