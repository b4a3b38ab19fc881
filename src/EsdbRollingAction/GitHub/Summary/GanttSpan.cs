namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The time that a gantt shows, on about 700 pixels: how it is ticked, and what can be seen in it.</summary>
internal sealed class GanttSpan
{
    /// <summary>So that no label of a tick runs into the next one.</summary>
    private const int MostTicks = 8;

    /// <summary>Four pixels; what is shorter looks like a stray dot.</summary>
    private const double ShortestDrawn = 1 / 180.0;

    private static readonly Tick[] Ticks =
    [
        .. Each("second", TimeSpan.FromSeconds(1), "%H:%M:%S", 1, 2, 5, 10, 15, 30),
        .. Each("minute", TimeSpan.FromMinutes(1), "%H:%M", 1, 2, 5, 10, 15, 30),
        .. Each("hour", TimeSpan.FromHours(1), "%m-%d %H:%M", 1, 2, 3, 6, 12),
        .. Each("day", TimeSpan.FromDays(1), "%m-%d", 1, 2, 7, 30),
    ];

    private readonly TimeSpan whole;

    public GanttSpan(IEnumerable<GanttBar> bars)
    {
        var all = bars.ToList();
        Since = all.Min(bar => bar.Since);
        whole = all.Max(bar => bar.Until) - Since;
    }

    public DateTimeOffset Since { get; }

    /// <summary>The lines of the diagram that say how the axis is ticked.</summary>
    public string Axis
    {
        get
        {
            var ticks = Ticks.FirstOrDefault(tick => whole / tick.Every <= MostTicks, Ticks[^1]);
            return $"  axisFormat {ticks.Format}\n  tickInterval {ticks.Name}\n";
        }
    }

    private TimeSpan Shortest => whole * ShortestDrawn;

    /// <summary>The bars that can be seen. Where a node failed, and what lasts, is made visible however short it was.</summary>
    public IReadOnlyList<GanttBar> Drawn(IReadOnlyList<GanttBar> bars) =>
    [
        .. bars
            .Where(bar => bar.Duration >= Shortest || bar.Kind is GanttBarKind.Failed or GanttBarKind.Lasting)
            .Select(bar => bar.Duration >= Shortest ? bar : bar with { DrawnUntil = Later(bar.Since) }),
    ];

    private DateTimeOffset Later(DateTimeOffset since) => Shortest < DateTimeOffset.MaxValue - since ? since + Shortest : since;

    private static IEnumerable<Tick> Each(string unit, TimeSpan one, string format, params IEnumerable<int> counts) =>
        counts.Select(count => new Tick(one * count, $"{count}{unit}", format));

    private sealed record Tick(TimeSpan Every, string Name, string Format);
}
