using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The check run's title and summary, while the update lasts and at its end. GitHub refuses an output that is too long.</summary>
internal static class CheckRunText
{
    private const int LongestTitle = 120;
    private const int MostBytesOfSummary = 65_535;

    public static CheckRunOutput Of(RunReport report) => new(Title(report), Summary(report));

    /// <summary>One line of plain text, such as <c>2/4 nodes · test-node2 catching up, 3.0 MiB behind</c>.</summary>
    public static string Title(RunReport report)
    {
        var count = report.Nodes.Count > 0 ? $"{report.Updated}/{report.Nodes.Count} nodes · " : "";
        return PlainText.Line(count + Verdict(report), LongestTitle);
    }

    public static string Summary(RunReport report) => JobSummary.Render(report, MostBytesOfSummary);

    private static string Verdict(RunReport report) => report.Outcome switch
    {
        RunOutcome.Running => Current(report),
        RunOutcome.Done => Done(report.State!),
        RunOutcome.StepTaken => "step taken",
        RunOutcome.Recovered => "no node is left off",
        RunOutcome.Planned => $"planned, {PlanTable.Changes(report)} would be changed",
        RunOutcome.RunAgain => $"to be run again: {report.Reason}",
        RunOutcome.Cancelled => report.Current is { } node ? $"cancelled at {Name(node, report)}, {Phase(node)}" : "cancelled",
        RunOutcome.Failed => report.Failed is { } node ? $"failed at {Name(node, report)}: {report.Reason}" : $"failed: {report.Reason}",
        _ => $"nothing was changed: {report.Reason}",
    };

    private static string Done(ClusterUpdate state) =>
        state.FinishedAt - state.StartedAt is { } took ? $"done in {TimeText.Duration(took)}" : "done";

    private static string Current(RunReport report) => report.Current switch
    {
        null when report.Nodes.Count == 0 => "checking the cluster",
        null => "the next node is chosen",
        { Phase: NodePhase.CatchingUp } node when report.BytesBehind is { } bytes => $"{Name(node, report)} catching up, {Bytes.Format(bytes)} behind",
        { Phase: NodePhase.Waiting, WaitingFor: { } awaited } node => $"{Name(node, report)} waiting: {awaited}",
        var node => $"{Name(node, report)} {Phase(node)}",
    };

    private static string Name(NodeUpdate node, RunReport report) => PlainText.Line(report.Label(node), LongestTitle / 2);

    private static string Phase(NodeUpdate node) => DisplayName.Of(node.Phase.ToString());
}
