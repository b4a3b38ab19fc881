namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What went otherwise than it should: annotations are shown elsewhere, and only the first ten of them.</summary>
internal static class WarningList
{
    private const int Most = 10;
    private const int LongestWarning = 500;

    public static string Render(RunReport report)
    {
        var warnings = report.Warnings.Distinct().ToList();
        if (warnings.Count == 0)
        {
            return "";
        }

        var shown = warnings.Take(Most).Select(text => $"- {Markdown.Text(text, LongestWarning)}\n");
        var more = warnings.Count > Most ? $"\n{warnings.Count - Most} more are in the log.\n" : "";
        return $"### Warnings\n\n{string.Concat(shown)}{more}\n";
    }
}
