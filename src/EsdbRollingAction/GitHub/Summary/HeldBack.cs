using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What held a node back, the longest wait first.</summary>
internal static class HeldBack
{
    private const int Most = 2;
    private const int LongestReason = 160;

    /// <summary>What lasted no longer is in the details only.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    public static string Cell(NodeUpdate node, DateTimeOffset now)
    {
        var waits = Longest(node, now).Select(wait => $"{TimeText.Duration(wait.Total)} {Reason(wait.Last)}");
        return string.Join("; ", waits);
    }

    private static List<Wait> Longest(NodeUpdate node, DateTimeOffset now) =>
    [
        .. node.Phases
            .Where(span => span.Rule is not null || span.Phase == nameof(NodePhase.Waiting))
            .GroupBy(span => span.Rule ?? Printable.WithoutNumbers(span.WaitingFor ?? ""))
            .Select(spans => new Wait(spans.Last(), PhaseSpan.Sum(spans, node.FinishedAt ?? now)))
            .Where(wait => wait.Total >= Shortest)
            .OrderByDescending(wait => wait.Total)
            .Take(Most),
    ];

    private static string Reason(PhaseSpan span)
    {
        string?[] parts = [span.Rule, span.WaitingFor];
        return string.Join(", ", parts.OfType<string>().DefaultIfEmpty("waiting").Select(Text));
    }

    private static string Text(string text) => Markdown.Text(text, LongestReason);

    private sealed record Wait(PhaseSpan Last, TimeSpan Total);
}
