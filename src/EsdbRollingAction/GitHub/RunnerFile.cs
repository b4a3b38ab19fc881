namespace EsdbRollingAction.GitHub;

/// <summary>A file that the runner reads when the step has ended; it names none outside of GitHub.</summary>
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
