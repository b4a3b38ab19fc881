using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The check run's title and summary, while the update lasts and at its end.</summary>
internal static class CheckRunText
{
    private const int LongestTitle = 120;

    /// <summary>GitHub refuses longer ones.</summary>
    private const int MostBytes = 65_535;

    /// <summary>One line of plain text, such as <c>2/4 nodes · test-node2 catching up, 3.0 MiB behind</c>.</summary>
    public static string Title(RunReport report)
    {
        var nodes = ReportNodes.Of(report).Count;
        var count = nodes > 0 ? $"{ReportNodes.Updated(report)}/{nodes} nodes · " : "";
        return PlainText.Line(count + What(report), LongestTitle);
    }

    /// <summary>The same text as the job summary, made to fit.</summary>
    public static string Summary(RunReport report) => SummaryText.Render(report, MostBytes);

    private static string What(RunReport report) => RunOutcomes.Of(report) switch
    {
        RunOutcome.Running => Current(report),
        RunOutcome.Done => report.State is { StartedAt: { } started, FinishedAt: { } finished } ? $"done in {Words.Of(finished - started)}" : "done",
        RunOutcome.StepTaken => "step taken",
        RunOutcome.Recovered => "no node is left off",
        RunOutcome.Planned => $"planned, {PlanTable.Changes(report)} would be changed",
        RunOutcome.RunAgain => $"to be run again: {Reason(report)}",
        RunOutcome.Cancelled => ReportNodes.Current(report) is { } node ? $"cancelled at {Name(node, report)}, {Words.Of(node.Phase.ToString())}" : "cancelled",
        RunOutcome.Failed => ReportNodes.Failed(report) is { } node ? $"failed at {Name(node, report)}: {Reason(report)}" : $"failed: {Reason(report)}",
        _ => $"nothing was changed: {Reason(report)}",
    };

    private static string Current(RunReport report) => ReportNodes.Current(report) switch
    {
        null => ReportNodes.Of(report).Count == 0 ? "checking the cluster" : "the next node is chosen",
        { Phase: NodePhase.CatchingUp } node when report.BytesBehind is { } behind => $"{Name(node, report)} catching up, {Bytes.Format(behind)} behind",
        { Phase: NodePhase.Waiting, WaitingFor: { } awaited } node => $"{Name(node, report)} waiting: {awaited}",
        var node => $"{Name(node, report)} {Words.Of(node.Phase.ToString())}",
    };

    private static string Name(NodeUpdate node, RunReport report) => PlainText.Line(ReportNodes.Label(node, report), LongestTitle / 2);

    private static string Reason(RunReport report) => report.End?.Reason is { } reason ? ExitCode.NameOf(reason) : $"exit code {report.End?.ExitCode}";
}
