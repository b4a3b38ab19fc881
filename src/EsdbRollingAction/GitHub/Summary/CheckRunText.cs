using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;

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
        var title = report.End is null ? count + Current(report) : Endings.Title.Of(report).Headline;
        return PlainText.Line(title, LongestTitle);
    }

    public static string Summary(RunReport report) => JobSummary.Render(report, MostBytesOfSummary);

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
