using EsdbRollingAction.Core.Checks;

namespace EsdbRollingAction.GitHub.Summary;

internal static class ChecksTable
{
    private const int MostRows = 100;

    private const string Head =
        """
        | Check | What was found | Verdict |
        |---|---|---|

        """;

    public static string Render(RunReport report, int mostRows)
    {
        if (report.Checks.Count == 0)
        {
            return "";
        }

        // Who approves a plan reads them all; once they have passed, only the others are news.
        var isFolded = report.Outcome != RunOutcome.Planned;
        var folded = report.Checks.Where(check => isFolded && check.Outcome == CheckOutcome.Passed).ToList();
        var shown = Table(report.Checks.Except(folded), mostRows);
        return folded.Count == 0
            ? $"### Checks\n\n{shown}"
            : $"### Checks\n\n{shown}<details><summary>{folded.Count} passed</summary>\n\n{Table(folded, mostRows)}</details>\n\n";
    }

    private static string Table(IEnumerable<Check> checks, int mostRows)
    {
        var rows = checks.OrderByDescending(check => check.Outcome).Take(Math.Min(mostRows, MostRows)).Select(Row).ToList();
        return rows.Count == 0 ? "" : $"{Head}{string.Concat(rows)}\n";
    }

    private static string Row(Check check) =>
        Markdown.Row(Markdown.Text(check.Name), Markdown.Text(check.Text), VerdictOf(check.Outcome));

    private static string VerdictOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "✅ passed",
        CheckOutcome.Note => "ℹ️ note",
        CheckOutcome.Warning => "⚠️ warning",
        _ => "❌ refused",
    };
}
