using System.Collections.Concurrent;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>What a person reads of a job: without the lines that mask a value, and without the values they mask.</summary>
internal sealed class JobLog
{
    private const string AddMask = "::add-mask::";
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentQueue<string> masks = new();

    public IReadOnlyCollection<string> Masks => masks;

    public void Write(string line)
    {
        if (line.TrimStart().StartsWith(AddMask, StringComparison.Ordinal))
        {
            masks.Enqueue(Unescaped(line.TrimStart()[AddMask.Length..]));
            return;
        }

        lines.Enqueue(masks
            .SelectMany(mask => mask.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Aggregate(line, (text, mask) => text.Replace(mask, "***", StringComparison.Ordinal)));
    }

    public override string ToString() => string.Join('\n', lines);

    private static string Unescaped(string text) => text
        .Replace("%0D", "\r", StringComparison.OrdinalIgnoreCase)
        .Replace("%0A", "\n", StringComparison.OrdinalIgnoreCase)
        .Replace("%25", "%", StringComparison.Ordinal);
}
