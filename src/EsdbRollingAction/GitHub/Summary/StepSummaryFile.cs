namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The file that <c>GITHUB_STEP_SUMMARY</c> names; nothing without it.</summary>
/// <param name="path">The file, or null.</param>
/// <param name="notice">Told when it cannot be written: a summary is no reason to fail a roll.</param>
internal sealed class StepSummaryFile(string? path, Action<string> notice)
{
    public void Append(string summary)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            File.AppendAllText(path, summary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            notice($"The job summary could not be written: {exception.Message}");
        }
    }
}
