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

/// <summary>One row per node, in update order.</summary>
internal static class NodeTable
{
    private const int LongestType = 40;

    /// <summary>The table; with fewer rows than nodes, those that need somebody's eye stay.</summary>
    public static string Render(RunReport report, int mostRows)
    {
        var nodes = ReportNodes.Of(report);
        var shown = nodes.OrderBy(Unimportance).Take(mostRows).ToHashSet();
        var table = new StringBuilder(Markdown.Row("Node", "Role", "Instance type", "Status", "Phase", "Iterations", "Duration", "What held it back"))
            .Append("|---|---|---|---|---|---:|---:|---|\n");
        foreach (var node in nodes.Where(shown.Contains))
        {
            table.Append(Row(node, report));
        }

        return nodes.Count > shown.Count ? $"{table}\n{LeftOut(nodes, shown)}\n" : table.ToString();
    }

    /// <summary>The role; before and after when it changed.</summary>
    public static string Role(NodeUpdate node) =>
        node.OriginalNodeType is { } before && before != node.NodeType ? $"{Words.Of(before)} → {Words.Of(node.NodeType)}" : Words.Of(node.NodeType);

    /// <summary>The instance type; before and after when it changed.</summary>
    public static string InstanceType(NodeUpdate node) => string.Join(
        " → ",
        new[] { node.OriginalInstanceType, node.CurrentInstanceType }.OfType<string>().Distinct().Select(type => Markdown.Text(type, LongestType)));

    private static string Row(NodeUpdate node, RunReport report) => Markdown.Row(
        Markdown.Text(ReportNodes.Label(node, report), ReportNodes.LongestName),
        Role(node),
        InstanceType(node),
        Status(node),
        Phase(node),
        node.UpdateIterations.ToString(CultureInfo.InvariantCulture),
        node.Phases.Count > 0 ? Words.Of(node.Worked(report.At)) : "–",
        HeldBack.Cell(node, report.At));

    private static string Status(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Success => "✅ Success",
        UpdateStatus.Failed => "❌ Failed",
        UpdateStatus.InProgress => "🔄 In progress",
        _ => "⚪ Pending",
    };

    private static string Phase(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Failed => (ReportNodes.FailedIn(node), node.Phase) switch
        {
            (null, _) => "–",
            ({ } span, NodePhase.RolledBack) => $"failed while {Name(span.Phase)}, rolled back",
            ({ } span, _) => $"failed while {Name(span.Phase)}",
        },
        UpdateStatus.InProgress => Name(node.NodeUpdateStatusDetail),
        UpdateStatus.Success when node.ChangeRequestedAt is null && node.Phases.Count == 0 => "nothing to do",
        _ => "–",
    };

    private static string Name(string? phase) => Markdown.Text(Words.Of(phase ?? ""));

    private static int Unimportance(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Failed => 0,
        UpdateStatus.InProgress => 1,
        _ => 2,
    };

    private static string LeftOut(IReadOnlyList<NodeUpdate> nodes, HashSet<NodeUpdate> shown)
    {
        var rest = nodes.Where(node => !shown.Contains(node)).ToList();
        var statuses = rest.GroupBy(node => node.NodeUpdateStatus).Select(group => $"{group.Count()} {group.Key}");
        return $"{rest.Count} more nodes are not shown, for want of room: {string.Join(", ", statuses)}.";
    }
}
