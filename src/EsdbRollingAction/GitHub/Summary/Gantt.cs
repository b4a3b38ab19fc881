using System.Globalization;
using System.Text.RegularExpressions;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>
/// The roll as a mermaid gantt: a section per node, a bar per phase. Mermaid refuses texts of more than 50,000 characters, so nodes,
/// bars of a node and letters of a name are limited.
/// </summary>
internal static partial class Gantt
{
    private const int MostNodes = 15;
    private const int LongestName = 24;

    private const string Head =
        """
        ```mermaid
        %%{init: {"gantt": {"leftPadding": 160, "barHeight": 18, "fontSize": 12, "sectionFontSize": 12}}}%%
        gantt
          dateFormat YYYY-MM-DD HH:mm:ss.SSS
          axisFormat %H:%M:%S
          todayMarker off

        """;

    private static readonly TimeSpan LongBreak = TimeSpan.FromMinutes(10);

    /// <summary>Mermaid keeps sections in an object and stumbles over one that is named like what every object has.</summary>
    private static readonly string[] ObjectMembers =
    [
        "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf", "__proto__",
        "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
    ];

    public static string Render(RunReport report)
    {
        var all = report.Nodes.Select(node => new Section(node, GanttBar.Of(node, report))).ToList();
        if (all.TrueForAll(section => section.Bars.Count == 0))
        {
            return "";
        }

        var since = SinceLastBreak(all.SelectMany(section => section.Bars));
        var recent = all.Select(section => section.From(since)).Where(section => section.Bars.Count > 0).ToList();
        var shown = MostTelling(recent, report.At);
        var taken = ObjectMembers.ToHashSet();
        var diagram = shown.Select(section => $"  section {Name(section.Node, report, taken)}\n{string.Concat(section.Bars)}");
        var leftOut = shown.Count < recent.Count
            ? $" Shown are {shown.Count} of the {recent.Count} nodes that were worked on: those not done, then those that took longest."
            : "";
        var notes = $"Times are UTC, from {TimeText.DateAndClock(since)}; what was done before a long break is in the details.{leftOut}";
        return $"### When it happened\n\n{Head}{string.Concat(diagram)}```\n\n{notes}\n\n";
    }

    /// <summary>An update that was resumed the next day would be two dots on a long line.</summary>
    private static DateTimeOffset SinceLastBreak(IEnumerable<GanttBar> bars)
    {
        var inOrder = bars.OrderBy(bar => bar.Since).ToList();
        var afterBreak = inOrder.Zip(inOrder.Skip(1)).LastOrDefault(pair => pair.Second.Since - pair.First.Until > LongBreak).Second;
        return (afterBreak ?? inOrder[0]).Since;
    }

    private static List<Section> MostTelling(List<Section> sections, DateTimeOffset now)
    {
        var chosen = sections
            .OrderBy(section => section.Node.NodeUpdateStatus == UpdateStatus.Success)
            .ThenByDescending(section => section.Node.Worked(now))
            .Take(MostNodes);
        return [.. sections.Intersect(chosen)];
    }

    /// <summary>Mermaid makes one section of those that have the same name. What it could read as syntax shows as <c>?</c>.</summary>
    private static string Name(NodeUpdate node, RunReport report, HashSet<string> taken)
    {
        var safe = UnsafeCharacter().Replace(PlainText.Line(report.Label(node), LongestName), "?");
        var name = safe.Length == 0 ? "?" : safe;
        return Enumerable.Range(2, MostNodes).Select(number => $"{name} ({number})").Prepend(name).First(taken.Add);
    }

    [GeneratedRegex(@"[^ _.:/()+,…\p{L}\p{Nd}\p{Mn}\p{Mc}-]")]
    private static partial Regex UnsafeCharacter();

    private sealed record Section(NodeUpdate Node, IReadOnlyList<GanttBar> Bars)
    {
        public Section From(DateTimeOffset since) => this with { Bars = [.. Bars.Where(bar => bar.Since >= since)] };
    }
}

/// <summary>One bar: a phase of a node, or several that belong together.</summary>
internal sealed record GanttBar(string Name, DateTimeOffset Since, DateTimeOffset Until, string Tag)
{
    private const string Waiting = "done, ";
    private const string Lasting = "active, ";
    private const string Failed = "crit, ";
    private const int MostPerNode = 15;

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

    /// <summary>The line of the diagram.</summary>
    public override string ToString() => $"  {Name}, {TimeText.Duration(Until - Since)} :{Tag}{Time(Since)}, {Time(Until)}\n";

    private bool GoesOnWith(GanttBar last) => Name == last.Name && Since <= last.Until && last.Tag != Failed;

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

    /// <summary>Without a zone: the viewer's browser then shows what is written, UTC.</summary>
    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
