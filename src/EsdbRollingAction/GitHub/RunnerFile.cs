namespace EsdbRollingAction.GitHub;

/// <summary>A file that the runner reads when the step has ended; it names none outside of GitHub.</summary>
/// <param name="path">The file, or null.</param>
/// <param name="what">What it holds, such as <c>The outputs</c>.</param>
/// <param name="notice">Gets why it cannot be written: that is no reason to leave a cluster in the middle of a roll.</param>
internal sealed class RunnerFile(string? path, string what, Action<string> notice)
{
    public void Append(string text)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            File.AppendAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            notice($"{what} could not be written: {exception.Message}");
        }
    }
}
