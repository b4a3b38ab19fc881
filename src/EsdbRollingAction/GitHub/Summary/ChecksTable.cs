using System.Text;

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

        var table = new StringBuilder(Markdown.Row("", "Check", "What was found")).Append("|---|---|---|\n");
        foreach (var check in report.Checks.OrderBy(check => check.Holds).Take(MostRows))
        {
            table.Append(Markdown.Row(check.Holds ? "✅" : "❌", Markdown.Text(check.Rule), Markdown.Text(check.Reason)));
        }

        return $"### Checks\n\n{table}\n";
    }
}
