using EsdbRollingAction.Core;

namespace EsdbRollingAction.GitHub.Summary;

internal static class ChecksTable
{
    private const int MostRows = 100;

    private static readonly string[] Heads = ["Check", "What was found", "Verdict"];
    private static readonly string[] Rules = ["---", "---", "---"];

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
        return Markdown.Table(Heads, Rules, worstFirst.Take(Math.Min(mostRows, MostRows)).Select(Row));
    }

    private static string[] Row(Check check) => [Markdown.Text(check.Name), Markdown.Text(check.Text), VerdictOf(check.Outcome)];

    private static string VerdictOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "✅ passed",
        CheckOutcome.Note => "ℹ️ note",
        CheckOutcome.Warning => "⚠️ warning",
        _ => "❌ refused",
    };
}
