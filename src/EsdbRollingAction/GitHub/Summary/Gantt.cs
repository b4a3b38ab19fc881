using System.Globalization;
using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The roll as a mermaid gantt: a section per node, a bar per phase.</summary>
internal static class Gantt
{
    private const int MostNodes = 40;
    private const int MostNodesWithALinePerBar = 8;
    private const int LongestName = 24;

    /// <summary>Mermaid refuses texts of more than 50,000 characters.</summary>
    private const int MostCharacters = 40_000;

    /// <summary>Mermaid keeps sections in an object and stumbles over one that is named like what every object has.</summary>
    private static readonly IReadOnlyList<string> ObjectMembers =
    [
        "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf", "__proto__",
        "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
    ];

    private static readonly TimeSpan LongBreak = TimeSpan.FromMinutes(10);

    public static string Render(RunReport report)
    {
        var begun = ReportNodes.Of(report).Select(node => (Node: node, Bars: GanttBars.Of(node, report))).Where(node => node.Bars.Count > 0).ToList();
        var since = SinceLastBreak([.. begun.SelectMany(node => node.Bars)]);
        var recent = begun.Select(node => node with { Bars = [.. node.Bars.Where(bar => bar.Since >= since)] }).Where(node => node.Bars.Count > 0).ToList();
        if (recent.Count == 0)
        {
            return "";
        }

        var chosen = recent.OrderBy(node => node.Node.NodeUpdateStatus == UpdateStatus.Success ? 1 : 0)
            .ThenByDescending(node => node.Node.Worked(report.At)).Take(MostNodes).Select(node => node.Node).ToHashSet();
        var compact = chosen.Count > MostNodesWithALinePerBar;
        var names = ObjectMembers.ToHashSet();
        var sections = Fitting(recent.Where(node => chosen.Contains(node.Node)).Select(node => Section(Name(node.Node, report, names), node.Bars, compact)));
        return $"### When it happened\n\n```mermaid\n{Head(compact)}{string.Concat(sections)}```\n\n{Notes(sections.Count, recent.Count, compact, since, begun)}\n\n";
    }

    private static string Head(bool compact) =>
        "%%{init: {\"gantt\": {\"leftPadding\": 160, \"barHeight\": 18, \"fontSize\": 12, \"sectionFontSize\": 12"
        + (compact ? ", \"displayMode\": \"compact\"" : "")
        + """
            }}}%%
            gantt
              dateFormat YYYY-MM-DD HH:mm:ss.SSS
              axisFormat %H:%M:%S
              todayMarker off

            """;

    /// <summary>Mermaid makes one section of those that have the same name.</summary>
    private static string Name(NodeUpdate node, RunReport report, HashSet<string> taken)
    {
        var name = MermaidText.Name(ReportNodes.Label(node, report), LongestName);
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
        {
            unique = $"{name} ({number})";
        }

        return unique;
    }

    private static string Section(string node, IReadOnlyList<GanttBar> bars, bool compact)
    {
        var section = new StringBuilder($"  section {node}\n");
        foreach (var bar in bars)
        {
            var name = compact && bar.Tag != GanttBar.Critical ? "·" : $"{bar.Name}, {Words.Of(bar.Until - bar.Since)}";
            section.Append(CultureInfo.InvariantCulture, $"  {name} :{bar.Tag}{Time(bar.Since)}, {Time(bar.Until)}\n");
        }

        return section.ToString();
    }

    private static List<string> Fitting(IEnumerable<string> sections)
    {
        var left = MostCharacters;
        return [.. sections.TakeWhile(section => (left -= section.Length) >= 0)];
    }

    private static string Notes(
        int shown, int recent, bool compact, DateTimeOffset since, List<(NodeUpdate Node, IReadOnlyList<GanttBar> Bars)> begun) => string.Join(' ', new[]
        {
            $"Times are UTC, from {Words.DateAndClock(since)}.",
            shown < recent ? $"Shown are {shown} of the {recent} nodes that were worked on: those not done, then those that took longest." : null,
            begun.Any(node => node.Bars[0].Since < since) ? "What was done before the last long break is in the details." : null,
            compact ? "A row is a node: waiting is grey, the phase in which it failed is red." : null,
        }.OfType<string>());

    /// <summary>An update that was resumed the next day would be two dots on a long line.</summary>
    private static DateTimeOffset SinceLastBreak(IReadOnlyList<GanttBar> bars)
    {
        var since = DateTimeOffset.MinValue;
        var until = DateTimeOffset.MaxValue;
        foreach (var bar in bars.OrderBy(bar => bar.Since))
        {
            since = since == DateTimeOffset.MinValue || bar.Since - until > LongBreak ? bar.Since : since;
            until = until == DateTimeOffset.MaxValue || bar.Until > until ? bar.Until : until;
        }

        return since;
    }

    /// <summary>Without a zone: the viewer's browser then shows what is written, UTC.</summary>
    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
