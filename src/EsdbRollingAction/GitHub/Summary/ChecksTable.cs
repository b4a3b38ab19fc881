using System.Text;
using EsdbRollingAction.Core.Checks;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What was checked before the first act.</summary>
internal static class ChecksTable
{
    private const int MostRows = 100;

    public static string Render(RunReport report)
    {
        if (report.Checks.Count == 0)
        {
            return "";
        }

        var table = new StringBuilder(Markdown.Row("Check", "What was found", "Verdict")).Append("|---|---|---|\n");
        foreach (var check in report.Checks.OrderByDescending(check => check.Outcome).Take(MostRows))
        {
            table.Append(Markdown.Row(Markdown.Text(check.Name), Markdown.Text(check.Text), VerdictOf(check.Outcome)));
        }

        return $"### Checks\n\n{table}\n";
    }

    private static string VerdictOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "✅ passed",
        CheckOutcome.Note => "ℹ️ note",
        CheckOutcome.Warning => "⚠️ warning",
        _ => "❌ refused",
    };
}
