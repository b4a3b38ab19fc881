namespace EsdbRollingAction.Tests.Log;

/// <summary>
/// A line of output as the runner reads it: a command when it begins with <c>::</c> after white space, or has the old form
/// <c>##[…]</c> anywhere. The runner searches by culture and so may skip what is not ASCII; here it always does.
/// </summary>
/// <param name="Command">The command's name, or null when the line is text.</param>
/// <param name="Properties">As they are written, escaped.</param>
/// <param name="Data">The message, unescaped.</param>
internal sealed record RunnerLine(string? Command, string Properties, string Data)
{
    public static RunnerLine Read(string line)
    {
        var ascii = string.Concat(line.Where(char.IsAscii)).TrimStart();
        return ascii.StartsWith("::", StringComparison.Ordinal) && ascii.IndexOf("::", 2, StringComparison.Ordinal) is > 0 and var end
            ? New(ascii[2..end], Unescaped(line.TrimStart()[(end + 2)..]))
            : ascii.IndexOf("##[", StringComparison.Ordinal) is >= 0 and var old
                ? new RunnerLine("##[", ascii[old..], "")
                : new RunnerLine(null, "", line);
    }

    /// <summary>All lines; the runner reads them as .NET does.</summary>
    public static IReadOnlyList<RunnerLine> ReadAll(string output)
    {
        using var reader = new StringReader(output);
        var lines = new List<RunnerLine>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(Read(line));
        }

        return lines;
    }

    private static RunnerLine New(string info, string data) =>
        info.Split(' ', 2) is [var command, var properties] ? new RunnerLine(command, properties, data) : new RunnerLine(info, "", data);

    private static string Unescaped(string text) => text
        .Replace("%0D", "\r", StringComparison.Ordinal)
        .Replace("%0A", "\n", StringComparison.Ordinal)
        .Replace("%25", "%", StringComparison.Ordinal);
}
