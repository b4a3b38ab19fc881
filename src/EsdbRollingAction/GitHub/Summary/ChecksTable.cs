using EsdbRollingAction.Core;

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

        var passed = report.Checks.Where(check => check.Outcome is CheckOutcome.Passed).ToList();
        return "### Checks\n\n"
            + Table(report.Checks.Except(passed), mostRows)
            + Markdown.Folded($"{passed.Count} passed", Table(passed, mostRows));
    }

    private static string Table(IEnumerable<Check> checks, int mostRows)
    {
        var worstFirst = checks.OrderByDescending(check => check.Outcome);
        var rows = string.Concat(worstFirst.Take(Math.Min(mostRows, MostRows)).Select(Row));
        return rows.Length == 0 ? "" : $"{Head}{rows}\n";
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
