using System.Globalization;

namespace EsdbRollingAction.Sandbox;

/// <summary>
/// What a failing test shows of a long text: its end, and the file that holds all of it. Nobody reads five thousand lines in a test's message.
/// </summary>
public static class Story
{
    private const int LinesShown = 25;
    private static int number;

    /// <summary>The text itself when it is short.</summary>
    /// <param name="name">What it is about; names the file.</param>
    /// <param name="text">All of it.</param>
    public static string Of(string name, string text)
    {
        var lines = text.TrimEnd().Split('\n');
        if (lines.Length <= LinesShown)
        {
            return text;
        }

        var file = Keep(name, text);
        return string.Join('\n', [$"… {lines.Length - LinesShown} lines before these: {file}", .. lines[^LinesShown..]]);
    }

    /// <summary>Writes the text to a file beside the tests and returns its path.</summary>
    /// <param name="name">What it is about; names the file.</param>
    /// <param name="text">All of it.</param>
    public static string Keep(string name, string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "failures")).FullName;
        var unique = string.Create(CultureInfo.InvariantCulture, $"{name}-{Environment.ProcessId}-{Interlocked.Increment(ref number)}.log");
        var file = Path.Combine(folder, unique);
        File.WriteAllText(file, text);
        return file;
    }
}
