using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>One bar of the gantt.</summary>
internal sealed record GanttBar(string Name, DateTimeOffset Since, DateTimeOffset Until, string Tag)
{
    /// <summary>The node waits.</summary>
    public const string Waiting = "done, ";

    /// <summary>The phase lasts.</summary>
    public const string Lasting = "active, ";

    /// <summary>Here the node failed.</summary>
    public const string Critical = "crit, ";
}

/// <summary>A node's phases as bars: what belongs together is one, and what repeats itself is one.</summary>
internal static class GanttBars
{
    private const int MostPerNode = 20;

    public static IReadOnlyList<GanttBar> Of(NodeUpdate node, RunReport report)
    {
        var failedIn = ReportNodes.FailedIn(node);
        var bars = new List<GanttBar>();
        foreach (var span in node.Phases)
        {
            var bar = new GanttBar(Name(span), span.Since, ReportNodes.End(span, node, report.At), Tag(span, span == failedIn, report));
            if (bars is [.., var last] && last.Name == bar.Name && last.Until >= bar.Since && last.Tag != GanttBar.Critical)
            {
                bars[^1] = last with { Until = bar.Until, Tag = bar.Tag };
            }
            else
            {
                bars.Add(bar);
            }
        }

        return [.. Folded(bars).TakeLast(MostPerNode)];
    }

    /// <summary>Two phases in turn, such as a start that finds no capacity and the pause after it, are one bar from the third time on.</summary>
    private static IEnumerable<GanttBar> Folded(List<GanttBar> bars)
    {
        for (var first = 0; first < bars.Count;)
        {
            var end = first + 1;
            while (end < bars.Count && (end == first + 1 || bars[end].Name == bars[end - 2].Name) && bars[end].Since == bars[end - 1].Until)
            {
                end++;
            }

            var times = (end - first) / 2;
            if (times < 3)
            {
                yield return bars[first++];
                continue;
            }

            var tag = bars[first..end].Any(bar => bar.Tag == GanttBar.Critical) ? GanttBar.Critical : bars[end - 1].Tag == GanttBar.Lasting ? GanttBar.Lasting : "";
            yield return new GanttBar($"{bars[first].Name} and {bars[first + 1].Name}, {times} times", bars[first].Since, bars[end - 1].Until, tag);
            first = end;
        }
    }

    private static string Name(PhaseSpan span) => span.Phase switch
    {
        nameof(NodePhase.LoweringPriority) or nameof(NodePhase.Resigning) => "leadership hand-over",
        nameof(NodePhase.CatchingUp) or nameof(NodePhase.CaughtUp) => "catching up",
        var phase => Words.Of(phase),
    };

    private static string Tag(PhaseSpan span, bool failed, RunReport report) =>
        failed ? GanttBar.Critical
        : span.Until is null && report.End is null ? GanttBar.Lasting
        : span.Phase == nameof(NodePhase.Waiting) ? GanttBar.Waiting
        : "";
}
