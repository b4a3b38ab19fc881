namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>A file such as <c>GITHUB_OUTPUT</c>: <c>name=value</c>, or <c>name&lt;&lt;end</c>, lines, <c>end</c>.</summary>
internal static class CommandFile
{
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var lines = new Queue<string>(File.ReadAllLines(path));
        while (lines.TryDequeue(out var line))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var heredoc = line.IndexOf("<<", StringComparison.Ordinal);
            if (equals > 0 && (heredoc < 0 || equals < heredoc))
            {
                values[line[..equals]] = line[(equals + 1)..];
            }
            else if (heredoc > 0)
            {
                values[line[..heredoc]] = string.Join('\n', UpTo(line[(heredoc + 2)..], lines));
            }
            else if (line.Length > 0)
            {
                throw new FormatException($"The runner refuses the line '{line}'.");
            }
        }

        return values;
    }

    private static IEnumerable<string> UpTo(string end, Queue<string> lines)
    {
        while (true)
        {
            var line = lines.TryDequeue(out var next) ? next : throw new FormatException($"The line '{end}' is missing.");
            if (line == end)
            {
                yield break;
            }

            yield return line;
        }
    }
}
