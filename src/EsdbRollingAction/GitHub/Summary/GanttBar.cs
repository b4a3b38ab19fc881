using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>One bar of the gantt: a phase of a node, or several that belong together.</summary>
internal sealed record GanttBar(string Name, DateTimeOffset Since, DateTimeOffset Until, string Tag)
{
    private const string Waiting = "done, ";
    private const string Lasting = "active, ";
    private const string Failed = "crit, ";
    private const int MostPerNode = 15;

    public bool IsFailed => Tag == Failed;

    public static IReadOnlyList<GanttBar> Of(NodeUpdate node, RunReport report)
    {
        var failedIn = NodePhases.FailedIn(node);
        var bars = new List<GanttBar>();
        foreach (var span in node.Phases)
        {
            var tag = span == failedIn ? Failed : TagOf(span, report);
            var bar = new GanttBar(NameOf(span), span.Since, NodePhases.End(span, node, report.At), tag);
            if (bars is [.., var last] && bar.GoesOnWith(last))
            {
                bars[^1] = bar with { Since = last.Since };
            }
            else
            {
                bars.Add(bar);
            }
        }

        return [.. bars.TakeLast(MostPerNode)];
    }

    private bool GoesOnWith(GanttBar last) => Name == last.Name && Since <= last.Until && !last.IsFailed;

    private static string NameOf(PhaseSpan span) => span.Phase switch
    {
        nameof(NodePhase.LoweringPriority) or nameof(NodePhase.Resigning) => "leadership hand-over",
        nameof(NodePhase.CatchingUp) or nameof(NodePhase.CaughtUp) => "catching up",
        var phase => DisplayName.Of(phase),
    };

    private static string TagOf(PhaseSpan span, RunReport report) => span switch
    {
        { Until: null } when report.End is null => Lasting,
        { Phase: nameof(NodePhase.Waiting) } => Waiting,
        _ => "",
    };
}
