using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction;

/// <summary>How a cluster stands, for people: one table and what is to be said of it, in log and job summary; and the end.</summary>
internal static class StatusTable
{
    private const int LongestCell = 60;
    private const int LongestFinding = 1000;
    private const int MostNodes = 200;
    private const string Unknown = "–";

    private static readonly string[] Columns = ["", "Node", "Role", "Level", "Version", "Instance", "Type", "State"];

    /// <summary>The end of a run that only looked: exit 0 when nobody has to do anything.</summary>
    public static RunEnd End(ClusterStatus status)
    {
        var code = status.Reason is { } reason ? ExitCode.Of(reason) : ExitCode.Done;
        return new RunEnd(code, status.Reason, Sentence.Join([status.Headline, .. status.Findings]));
    }

    /// <summary>The log's lines.</summary>
    public static IEnumerable<string> Lines(ClusterStatus status)
    {
        List<string[]> rows = [Columns, .. status.Nodes.Select(node => Cells(node, Word))];
        var widths = Enumerable.Range(0, Columns.Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        var table = rows.Select(row => string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
        var findings = WorstFirst(status).Select(check => $"{Word(check.Outcome),-4}  {check.Name}: {check.Text}");
        return [.. status.Nodes.Count > 0 ? table : [], .. findings];
    }

    /// <summary>The job summary.</summary>
    public static string Summary(RunReport report)
    {
        var status = report.Status!;
        var sign = status.Reason is null ? "✅" : "❌";
        var run = status.Run switch
        {
            null => "",
            var page when page.StartsWith("https://", StringComparison.Ordinal) =>
                $" · {Markdown.Link("the run that holds the lease", page)}",
            var owner => $" · the lease is that of {Markdown.Text(owner)}",
        };
        var others = WorstFirst(status).TakeWhile(check => check.Outcome is not CheckOutcome.Passed).Select(Finding);
        var passed = status.Checks.Where(check => check.Outcome is CheckOutcome.Passed).Select(Finding).ToList();
        return string.Concat(
        [
            $"## {sign} {Markdown.Text(status.Headline)}\n\n",
            $"Cluster {Markdown.Name(report.ClusterName)} · {TimeText.DateAndClock(report.At)}{run}\n\n",
            Table(status.Nodes),
            .. others,
            "\n",
            Markdown.Folded($"{passed.Count} checks passed", string.Concat(passed.Append("\n"))),
        ]);
    }

    private static string Table(IReadOnlyList<StatusNode> nodes)
    {
        var shown = nodes.OrderByDescending(node => node.Outcome).Take(MostNodes).ToHashSet();
        var rows = nodes.Where(shown.Contains).Select(node => Cells(node, Sign).Select(cell => Markdown.Text(cell)));
        var more = nodes.Count > MostNodes ? $"{nodes.Count - MostNodes} more nodes are not shown, for want of room.\n\n" : "";
        return Markdown.Table(Columns, Columns.Select(_ => "---"), rows) + more;
    }

    private static string Finding(Check check) =>
        $"- {Sign(check.Outcome)} {Markdown.Text(check.Name)}: {Markdown.Text(check.Text, LongestFinding)}\n";

    private static IEnumerable<Check> WorstFirst(ClusterStatus status) => status.Checks.OrderByDescending(check => check.Outcome);

    private static string[] Cells(StatusNode node, Func<CheckOutcome, string> mark) =>
    [
        mark(node.Outcome),
        .. ((string?[])
            [node.Name, node.Role, node.Level, node.Own?.Version, node.Instance?.Id, node.Instance?.Type, node.InstanceState])
            .Select(cell => PlainText.Line(cell ?? Unknown, LongestCell)),
    ];

    private static string Word(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "well",
        CheckOutcome.Refused => "LOOK",
        _ => "note",
    };

    private static string Sign(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "✅",
        CheckOutcome.Refused => "❌",
        _ => "ℹ️",
    };
}
