namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the job's page shows when the job has ended.</summary>
internal static class JobSummary
{
    /// <summary>GitHub drops the summary of a step at 1 MiB.</summary>
    private const int MostBytes = 900 * 1024;

    /// <summary>The summary as GitHub Flavoured Markdown.</summary>
    public static string Render(RunReport report) => SummaryText.Render(report, MostBytes);
}
