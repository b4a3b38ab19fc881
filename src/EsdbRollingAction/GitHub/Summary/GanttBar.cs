using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>One bar: a phase of a node, or several that belong together.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it ended, or until when it has lasted.</param>
/// <param name="Kind">How it is drawn.</param>
internal sealed record GanttBar(string Name, DateTimeOffset Since, DateTimeOffset Until, GanttBarKind Kind)
{
    private const int MostPerNode = 15;

    public TimeSpan Duration => Until - Since;

    /// <summary>Until when it is drawn: what must be seen is drawn longer than it lasted.</summary>
    public DateTimeOffset DrawnUntil { get; init; } = Until;

    public static IReadOnlyList<GanttBar> Of(NodeUpdate node, RunReport report)
    {
        var failedIn = NodePhases.FailedIn(node);
        var bars = new List<GanttBar>();
        foreach (var span in node.Phases)
        {
            var isFailed = span == failedIn || (node.Phase is NodePhase.Failed && span == node.Phases[^1]);
            var kind = isFailed ? GanttBarKind.Failed : KindOf(span, report);
            var bar = new GanttBar(NameOf(span), span.Since, span.EndOr(node.FinishedAt ?? report.At), kind);
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

    /// <summary>All that was done for a node as one bar.</summary>
    public static GanttBar Whole(IReadOnlyList<GanttBar> bars) => new("done", bars[0].Since, bars.Max(bar => bar.Until), GanttBarKind.Work);

    /// <summary>The line of the diagram.</summary>
    public override string ToString()
    {
        var soFar = Kind is GanttBarKind.Lasting ? " so far" : "";
        var tag = Kind switch
        {
            GanttBarKind.Failed => "crit, ",
            GanttBarKind.Wait => "done, ",
            _ => "",
        };
        return $"  {Name}, {TimeText.Duration(Duration)}{soFar} :{tag}{Time(Since)}, {Time(DrawnUntil)}\n";
    }

    private bool GoesOnWith(GanttBar last) => Name == last.Name && Since <= last.Until && last.Kind is not GanttBarKind.Failed;

    private static string NameOf(PhaseSpan span) => span.Phase switch
    {
        nameof(NodePhase.LoweringPriority) or nameof(NodePhase.Resigning) => "leadership hand-over",
        nameof(NodePhase.CatchingUp) or nameof(NodePhase.CaughtUp) => "catching up",
        var phase => DisplayName.Of(phase),
    };

    private static GanttBarKind KindOf(PhaseSpan span, RunReport report) => span switch
    {
        { Until: null } when report.End is null => GanttBarKind.Lasting,
        { Phase: nameof(NodePhase.Waiting) } => GanttBarKind.Wait,
        _ => GanttBarKind.Work,
    };

    /// <summary>Without a zone: the viewer's browser then shows what is written, UTC.</summary>
    private static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}";
}

internal enum GanttBarKind
{
    Work,
    Wait,
    Lasting,
    Failed,
}
