using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

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

        // Who approves a plan reads them all; once they have passed, only the others are news.
        var isFolded = RunOutcomes.Of(report) != RunOutcome.Planned;
        var shown = report.Checks.Where(check => !isFolded || check.Outcome != CheckOutcome.Passed).ToList();
        var folded = report.Checks.Except(shown).ToList();
        return $"### Checks\n\n{Table(shown)}{(folded.Count == 0 ? "" : $"<details><summary>{folded.Count} passed</summary>\n\n{Table(folded)}</details>\n\n")}";
    }

    private static string Table(List<Check> checks)
    {
        if (checks.Count == 0)
        {
            return "";
        }

        var table = new StringBuilder(Markdown.Row("Check", "What was found", "Verdict")).Append("|---|---|---|\n");
        foreach (var check in checks.OrderByDescending(check => check.Outcome).Take(MostRows))
        {
            table.Append(Markdown.Row(Markdown.Text(check.Name), Markdown.Text(check.Text), VerdictOf(check.Outcome)));
        }

        return table.Append('\n').ToString();
    }

    private static string VerdictOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "✅ passed",
        CheckOutcome.Note => "ℹ️ note",
        CheckOutcome.Warning => "⚠️ warning",
        _ => "❌ refused",
    };
}
