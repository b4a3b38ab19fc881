using System.Globalization;
using System.Text.RegularExpressions;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>
/// The roll as a mermaid gantt: a section per node, a bar per phase. Mermaid refuses texts of more than 50,000 characters, so nodes,
/// bars of a node and letters of a name are limited.
/// </summary>
internal static partial class Gantt
{
    private const int MostNodes = 40;
    private const int MostNodesWithNamedBars = 8;
    private const int LongestName = 24;

    private static readonly TimeSpan LongBreak = TimeSpan.FromMinutes(10);

    /// <summary>Mermaid keeps sections in an object and stumbles over one that is named like what every object has.</summary>
    private static readonly string[] ObjectMembers =
    [
        "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf", "__proto__",
        "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
    ];

    public static string Render(RunReport report)
    {
        var begun = report.Nodes
            .Select(node => new Section(node, GanttBar.Of(node, report)))
            .Where(section => section.Bars.Count > 0)
            .ToList();
        if (begun.Count == 0)
        {
            return "";
        }

        var since = SinceLastBreak(begun.SelectMany(section => section.Bars));
        var recent = begun.Select(section => section.From(since)).Where(section => section.Bars.Count > 0).ToList();
        var shown = MostTelling(recent, report);
        var isCompact = shown.Count > MostNodesWithNamedBars;
        var notes = new List<string> { $"Times are UTC, from {TimeText.DateAndClock(since)}." };
        if (shown.Count < recent.Count)
        {
            var all = $"the {recent.Count} nodes that were worked on";
            notes.Add($"Shown are {shown.Count} of {all}: those not done, then those that took longest.");
        }

        if (begun.Exists(section => section.Bars[0].Since < since))
        {
            notes.Add("What was done before the last long break is in the details.");
        }

        if (isCompact)
        {
            notes.Add("A row is a node: waiting is grey, the phase in which it failed is red.");
        }

        return $"### When it happened\n\n{Diagram(shown, report, isCompact)}\n{string.Join(' ', notes)}\n\n";
    }

    /// <summary>An update that was resumed the next day would be two dots on a long line.</summary>
    private static DateTimeOffset SinceLastBreak(IEnumerable<GanttBar> bars)
    {
        var inOrder = bars.OrderBy(bar => bar.Since).ToList();
        return inOrder.Zip(inOrder.Skip(1))
            .Where(pair => pair.Second.Since - pair.First.Until > LongBreak)
            .Select(pair => pair.Second.Since)
            .Prepend(inOrder[0].Since)
            .Last();
    }

    private static List<Section> MostTelling(List<Section> sections, RunReport report)
    {
        var chosen = sections
            .OrderBy(section => section.Node.NodeUpdateStatus == UpdateStatus.Success)
            .ThenByDescending(section => section.Node.Worked(report.At))
            .Take(MostNodes)
            .ToHashSet();
        return [.. sections.Where(chosen.Contains)];
    }

    private static string Diagram(List<Section> sections, RunReport report, bool isCompact)
    {
        var taken = ObjectMembers.ToHashSet();
        var lines = sections.SelectMany(section => section.Bars
            .Select(bar => Line(bar, isCompact))
            .Prepend($"  section {Unique(Name(section.Node, report), taken)}\n"));
        var displayMode = isCompact ? ", \"displayMode\": \"compact\"" : "";
        return $$$$"""
            ```mermaid
            %%{init: {"gantt": {"leftPadding": 160, "barHeight": 18, "fontSize": 12, "sectionFontSize": 12{{{{displayMode}}}}}}}%%
            gantt
              dateFormat YYYY-MM-DD HH:mm:ss.SSS
              axisFormat %H:%M:%S
              todayMarker off
            {{{{string.Concat(lines)}}}}```

            """;
    }

    private static string Line(GanttBar bar, bool isCompact)
    {
        var name = isCompact && !bar.IsFailed ? "·" : $"{bar.Name}, {TimeText.Duration(bar.Until - bar.Since)}";
        return $"  {name} :{bar.Tag}{Time(bar.Since)}, {Time(bar.Until)}\n";
    }

    /// <summary>Mermaid makes one section of those that have the same name.</summary>
    private static string Unique(string name, HashSet<string> taken) =>
        Enumerable.Range(2, MostNodes).Select(number => $"{name} ({number})").Prepend(name).First(taken.Add);

    /// <summary>The name without what mermaid or the fence around it could read as syntax; such characters show as <c>?</c>.</summary>
    private static string Name(NodeUpdate node, RunReport report) =>
        UnsafeCharacter().Replace(PlainText.Line(report.Label(node), LongestName), "?") is { Length: > 0 } name ? name : "?";

    /// <summary>Without a zone: the viewer's browser then shows what is written, UTC.</summary>
    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[^ _.:/()+,…\p{L}\p{Nd}\p{Mn}\p{Mc}-]")]
    private static partial Regex UnsafeCharacter();

    private sealed record Section(NodeUpdate Node, IReadOnlyList<GanttBar> Bars)
    {
        public Section From(DateTimeOffset since) => this with { Bars = [.. Bars.Where(bar => bar.Since >= since)] };
    }
}
