using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>One row per node, in update order.</summary>
internal static class NodeTable
{
    private const int LongestType = 40;

    private const string Head =
        """
        | Node | Role | Instance type | Status | Phase | Iterations | Duration | What held it back |
        |---|---|---|---|---|---:|---:|---|

        """;

    /// <summary>The table; with fewer rows than nodes, those that need somebody's eye stay.</summary>
    public static string Render(RunReport report, int mostRows)
    {
        var leftOut = report.Nodes.OrderBy(NeedsNobody).Skip(mostRows).ToHashSet();
        var rows = report.Nodes.Where(node => !leftOut.Contains(node)).Select(node => Row(node, report));
        return Head + string.Concat(rows) + LeftOut(leftOut);
    }

    public static string Role(NodeUpdate node)
    {
        var now = DisplayName.Of(node.NodeType);
        return node.OriginalNodeType is { } before && before != node.NodeType ? $"{DisplayName.Of(before)} → {now}" : now;
    }

    private static string Row(NodeUpdate node, RunReport report) => Markdown.Row(
        Markdown.Name(report.Label(node)),
        Role(node),
        InstanceType(node),
        Status(node),
        Phase(node),
        $"{node.UpdateIterations}",
        node.Phases.Count > 0 ? TimeText.Duration(node.Worked(report.At)) : "–",
        HeldBack.Cell(node, report.At));

    private static string InstanceType(NodeUpdate node)
    {
        string?[] types = [node.OriginalInstanceType, node.CurrentInstanceType];
        return string.Join(" → ", types.OfType<string>().Distinct().Select(type => Markdown.Text(type, LongestType)));
    }

    private static string Status(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Success => "✅ Success",
        UpdateStatus.Failed => "❌ Failed",
        UpdateStatus.InProgress => "🔄 In progress",
        _ => "⚪ Pending",
    };

    private static string Phase(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Failed when NodePhases.FailedIn(node) is { } span => FailedIn(span, node),
        UpdateStatus.InProgress => Name(node.NodeUpdateStatusDetail),
        UpdateStatus.Success when node is { WasTakenDown: false, Phases: [] } => "nothing to do",
        _ => "–",
    };

    private static string FailedIn(PhaseSpan span, NodeUpdate node)
    {
        var failed = $"failed while {Name(span.Phase)}";
        return node.Phase == NodePhase.RolledBack ? $"{failed}, rolled back" : failed;
    }

    private static string Name(string? phase) => Markdown.Text(DisplayName.Of(phase ?? ""));

    private static int NeedsNobody(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.Failed => 0,
        UpdateStatus.InProgress => 1,
        _ => 2,
    };

    private static string LeftOut(HashSet<NodeUpdate> nodes)
    {
        var statuses = nodes.GroupBy(node => node.NodeUpdateStatus).Select(group => $"{group.Count()} {group.Key}");
        return nodes.Count == 0
            ? ""
            : $"\n{nodes.Count} more nodes are not shown, for want of room: {string.Join(", ", statuses)}.\n";
    }
}
