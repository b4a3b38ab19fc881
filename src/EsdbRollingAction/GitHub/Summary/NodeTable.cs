using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>One row per node, in update order. Of many nodes those that are not done come first, and the others are folded.</summary>
internal static class NodeTable
{
    /// <summary>More do not fit on a screen.</summary>
    public const int MostUnfolded = 8;

    private const int LongestType = 40;

    /// <summary>The table; with fewer rows than nodes, those that need somebody's eye stay.</summary>
    public static string Render(RunReport report, int mostRows)
    {
        var leftOut = report.Nodes.OrderBy(NeedsNobody).Skip(mostRows).ToHashSet();
        var shown = report.Nodes.Where(node => !leftOut.Contains(node)).ToList();
        var folded = report.Nodes.Count > MostUnfolded ? shown.FindAll(IsDone) : [];
        var open = shown.Except(folded).OrderBy(node => report.Nodes.Count > MostUnfolded ? NeedsNobody(node) : 0).ToList();
        return Table(open, report) + Folded(folded, report) + LeftOut(leftOut);
    }

    private static string Folded(List<NodeUpdate> done, RunReport report)
    {
        var byName = done.OrderBy(node => NaturalOrder.Key(report.Label(node)), StringComparer.OrdinalIgnoreCase).ToList();
        return Markdown.Folded($"{done.Count} nodes are done", Table(byName, report));
    }

    /// <summary>Where nothing held a node back, the column for that would only take room.</summary>
    private static string Table(List<NodeUpdate> nodes, RunReport report)
    {
        string[] heads = ["Node", "Now", VersionName(report), "Status", "Duration", "What held it back"];
        string[] rules = ["---", "---", "---", "---", "---:", "---"];
        var rows = nodes.Select(node => Row(node, report)).ToList();
        var columns = rows.Exists(row => row[^1].Length > 0) ? heads.Length : heads.Length - 1;
        return Markdown.Table(heads.Take(columns), rules.Take(columns), rows.Select(row => row.Take(columns)));
    }

    private static string[] Row(NodeUpdate node, RunReport report) =>
    [
        Markdown.Name(report.Label(node)),
        NowCell.Of(node, report),
        Version(node, report),
        Status(node),
        node.Phases.Count > 0 ? Unbroken(TimeText.Duration(node.Worked(report.At))) : "–",
        HeldBack.Cell(node, report.At),
    ];

    private static bool IsUpgrade(RunReport report) => StrategyCatalogue.WordsOf(report.State).IsOfTheServer;

    private static string VersionName(RunReport report) => IsUpgrade(report) ? "Version" : "Instance type";

    private static string Version(NodeUpdate node, RunReport report)
    {
        string?[] versions = IsUpgrade(report)
            ? [node.OriginalVersion, node.CurrentVersion]
            : [node.OriginalInstanceType, node.CurrentInstanceType];
        return string.Join(" → ", versions.OfType<string>().Distinct().Select(version => Markdown.Text(version, LongestType)));
    }

    private static string Status(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Success when node is { WasTakenDown: false, Phases: [] } => "✅ nothing to do",
        UpdateStatus.Success => "✅ done",
        UpdateStatus.Failed => $"❌ {Failed(node)}",
        UpdateStatus.InProgress => $"🔄 {Name(node.NodeUpdateStatusDetail)}",
        _ => "⚪ pending",
    };

    private static string Failed(NodeUpdate node)
    {
        var failed = NodePhases.FailedIn(node) is { } span ? $"failed while {Name(span.Phase)}" : "failed";
        return node.Phase == NodePhase.RolledBack ? $"{failed}, rolled back" : failed;
    }

    private static string Name(string? phase) => Markdown.Text(DisplayName.Of(phase ?? ""));

    /// <summary>A column of durations is read at a glance only while each is on one line.</summary>
    private static string Unbroken(string text) => text.Replace(' ', '\u00a0');

    private static bool IsDone(NodeUpdate node) => node.NodeUpdateStatus is UpdateStatus.Success;

    private static int NeedsNobody(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Failed => 0,
        UpdateStatus.InProgress => 1,
        UpdateStatus.Pending => 2,
        _ => 3,
    };

    private static string LeftOut(HashSet<NodeUpdate> nodes)
    {
        var statuses = nodes.GroupBy(node => node.NodeUpdateStatus).Select(group => $"{group.Count()} {group.Key}");
        return nodes.Count == 0
            ? ""
            : $"{nodes.Count} more nodes are not shown, for want of room: {string.Join(", ", statuses)}.\n\n";
    }
}
