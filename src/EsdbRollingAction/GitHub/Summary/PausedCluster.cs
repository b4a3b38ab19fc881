using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What a cluster is like that stays half updated, and what can be done next.</summary>
internal static class PausedCluster
{
    public static IEnumerable<string> Advice(RunReport report) =>
        ((string?[])[report.Updated == 0 ? null : HowItIs(report.State!), Lowered(report), GoOn(report), GoBack(report)]).OfType<string>();

    private static string HowItIs(ClusterUpdate state) => state.UpdateStrategy switch
    {
        Ec2InstanceTypeUpdate.StrategyName or null =>
            "The cluster has instances of two types now. It can stay so for as long as you like; it bears what the smaller ones bear.",
        ServerVersionUpdate.StrategyName =>
            "The cluster runs servers of two versions now. That is meant for the time of an upgrade only: go on once you have looked.",
        _ => "Every node is whole. The cluster can stay so for as long as you like.",
    };

    private static string? Lowered(RunReport report)
    {
        var lowered = report.Nodes.Where(node => node.CurrentNodePriority < node.OriginalNodePriority).ToList();
        var names = string.Join(", ", lowered.Select(node => Markdown.Name(report.Label(node))));
        return lowered.Count == 0
            ? null
            : $"No upgraded node is to lead while an old voter is left. Lowered priorities: {names}.";
    }

    /// <summary>The job has succeeded: there is nothing to re-run.</summary>
    private static string GoOn(RunReport report)
    {
        var inputs = report.State!.PausedBecause is PauseReason.Leader ? "without `pause-before-leader`" : "with the same inputs";
        return report.WorkflowRun is { } run
            ? $"To go on, approve the next job where one waits; else start the workflow anew {inputs} and with `resume-run-id: {run.Id}`."
            : $"To go on, run again {inputs}: the update goes on from {HowToGoOn.StateFile(report)}.";
    }

    private static string? GoBack(RunReport report)
    {
        var resume = report.WorkflowRun is { } run ? $" and `resume-run-id: {run.Id}`" : "";
        return report is { State: { TargetVersion: null, TakesBack: false }, Updated: > 0 }
            ? $"To go back, run with `mode: rollback`{resume}: the nodes that are done get their old type again."
            : null;
    }
}
