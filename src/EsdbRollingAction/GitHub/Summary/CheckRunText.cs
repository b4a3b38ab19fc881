using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.RunOutcome;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The check run's title and summary. GitHub refuses an output that is too long.</summary>
internal static class CheckRunText
{
    private const int LongestTitle = 120;
    private const int MostBytesOfSummary = 65_535;

    public static CheckRunOutput Of(RunReport report) => new(Title(report), Summary(report));

    /// <summary>One line of plain text, such as <c>2/4 nodes · test-node2 catching up, 3.0 MiB behind</c>.</summary>
    public static string Title(RunReport report)
    {
        var left = report.TimeLeft is { } time ? $", {time} left" : "";
        var count = report.Nodes.Count > 0 ? $"{report.Updated}/{report.Nodes.Count} nodes{left} · " : "";
        return PlainText.Line(count + Verdict(report), LongestTitle);
    }

    public static string Summary(RunReport report) => JobSummary.Render(report, MostBytesOfSummary);

    private static string Verdict(RunReport report)
    {
        var reason = report.Reason;
        return report.Outcome switch
        {
            Running => Current(report),
            Done => DoneIn(report.State!),
            StepTaken => "step taken",
            Paused => report.State!.PausedBecause is PauseReason.Leader ? "paused before the leader" : "paused (max-nodes)",
            Recovered => "no node is left off",
            Planned => $"planned, {PlanTable.Changes(report)} would be changed",
            RunAgain => $"to be run again: {reason}",
            Cancelled when report.Current is { } node => $"cancelled at {Name(node, report)}, {DisplayName.Of(node)}",
            Cancelled => "cancelled",
            Failed when report.Failed is { } node => $"failed at {Name(node, report)}: {reason}",
            Failed => $"failed: {reason}",
            _ when report.HasActed => $"refused: {reason}",
            _ => $"nothing was changed: {reason}",
        };
    }

    private static string DoneIn(ClusterUpdate state) =>
        state.FinishedAt - state.StartedAt is { } took ? $"done in {TimeText.Duration(took)}" : "done";

    private static string Current(RunReport report)
    {
        if (report.Current is not { } node)
        {
            return report.Nodes.Count == 0 ? "checking the cluster" : "the next node is chosen";
        }

        var name = Name(node, report);
        return node.Phase switch
        {
            NodePhase.CatchingUp when report.BytesBehind is { } bytes => $"{name} catching up, {Bytes.Format(bytes)} behind",
            NodePhase.Waiting when node.WaitingFor is { } awaited => $"{name} waiting: {awaited}",
            _ => $"{name} {DisplayName.Of(node)}",
        };
    }

    private static string Name(NodeUpdate node, RunReport report) => PlainText.Line(report.Label(node), LongestTitle / 2);
}
