using System.Text.RegularExpressions;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>
/// The roll as a mermaid gantt: a section per node, a bar per phase. Of many nodes each one that is done is one bar. Mermaid refuses
/// texts of more than 50,000 characters, so nodes, bars of a node and letters of a name are limited.
/// </summary>
internal static partial class Gantt
{
    private const int MostNodes = 30;
    private const int LongestName = 24;

    /// <summary>
    /// Colours that can be read on white and on black, because GitHub draws with the reader's theme. What it has of its own for
    /// <c>active</c> and the text on it is dark on dark: no bar is called that.
    /// </summary>
    private const string Head =
        """
        ```mermaid
        %%{init: {
          "gantt": {"leftPadding": 160, "barHeight": 18, "fontSize": 12, "sectionFontSize": 12},
          "themeCSS": ".grid .tick line { stroke-opacity: 0.25 }",
          "themeVariables": {
            "sectionBkgColor": "#8b949e", "sectionBkgColor2": "#8b949e", "altSectionBkgColor": "transparent",
            "taskBkgColor": "#4a6fd8", "taskBorderColor": "#4a6fd8", "taskTextColor": "#ffffff",
            "doneTaskBkgColor": "transparent", "doneTaskBorderColor": "#7d8590", "taskTextDarkColor": "#7d8590",
            "critBkgColor": "#d1242f", "critBorderColor": "#d1242f"
          }
        }}%%
        gantt
          dateFormat YYYY-MM-DD HH:mm:ss.SSS
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
        var shown = MostTelling(recent);
        var span = new GanttSpan(shown.SelectMany(section => section.Bars));
        var taken = ObjectMembers.ToHashSet();
        var drawn = shown
            .Select(section => section.In(span, report.Nodes.Count > NodeTable.MostUnfolded))
            .Where(section => section.Bars.Count > 0)
            .Select(section => $"  section {Name(section.Node, report, taken)}\n{string.Concat(section.Bars)}");
        var leftOut = shown.Count < recent.Count
            ? $" Shown are {shown.Count} of the {recent.Count} nodes that were worked on: those not done, and the last ones."
            : "";
        var notes = $"Times are UTC, from {TimeText.DateAndClock(span.Since)}. What is too short to be drawn, or was before a long break, "
            + $"is in the details.{leftOut}";
        return $"### When it happened\n\n{Head}{span.Axis}{string.Concat(drawn)}```\n\n{notes}\n\n";
    }

    /// <summary>An update that was resumed the next day would be two dots on a long line.</summary>
    private static DateTimeOffset SinceLastBreak(IEnumerable<GanttBar> bars)
    {
        var inOrder = bars.OrderBy(bar => bar.Since).ToList();
        var afterBreak = inOrder.Zip(inOrder.Skip(1)).LastOrDefault(pair => pair.Second.Since - pair.First.Until > LongBreak).Second;
        return (afterBreak ?? inOrder[0]).Since;
    }

    private static List<Section> MostTelling(List<Section> sections)
    {
        var chosen = sections
            .OrderBy(section => section.IsDone)
            .ThenByDescending(section => section.Bars[^1].Until)
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
        public bool IsDone => Node.NodeUpdateStatus is UpdateStatus.Success;

        public Section From(DateTimeOffset since) => this with { Bars = [.. Bars.Where(bar => bar.Since >= since)] };

        public Section In(GanttSpan span, bool isOneOfMany) => this with
        {
            Bars = span.Drawn(isOneOfMany && IsDone ? [GanttBar.Whole(Bars)] : Bars),
        };
    }
}
