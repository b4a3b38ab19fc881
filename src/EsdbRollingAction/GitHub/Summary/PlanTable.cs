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

/// <summary>What would happen to each node, in this order.</summary>
internal static class PlanTable
{
    /// <summary>How many nodes would be changed.</summary>
    public static int Changes(RunReport report) => ReportNodes.Of(report).Count(node => node.NodeUpdateStatus != UpdateStatus.Success);

    public static string Render(RunReport report, int mostRows)
    {
        var nodes = ReportNodes.Of(report);
        var table = new StringBuilder(Markdown.Row("", "Node", "Role", "Instance", "Instance type", "What would happen")).Append("|---:|---|---|---|---|---|\n");
        foreach (var (node, index) in nodes.Take(mostRows).Select((node, index) => (node, index)))
        {
            table.Append(Markdown.Row(
                (index + 1).ToString(CultureInfo.InvariantCulture),
                Markdown.Text(ReportNodes.Label(node, report), ReportNodes.LongestName),
                NodeTable.Role(node),
                Markdown.Text(node.Ec2InstanceId ?? "", ReportNodes.LongestName),
                Markdown.Text(node.CurrentInstanceType ?? node.OriginalInstanceType ?? "", ReportNodes.LongestName),
                Outlook(node, report)));
        }

        return nodes.Count > mostRows ? $"{table}\n{nodes.Count - mostRows} more nodes are not shown, for want of room.\n" : table.ToString();
    }

    private static string Outlook(NodeUpdate node, RunReport report)
    {
        var target = Markdown.Text(report.State?.TargetOf(node) ?? "its new type", ReportNodes.LongestName);
        return node switch
        {
            { NodeUpdateStatus: UpdateStatus.Success } => "nothing, it is as wanted",
            _ when node.CurrentInstanceType is { } type && type == report.State?.TargetOf(node) => "already changed; start if needed, catch up",
            { NodeType: NodeType.Leader } => $"hand over leadership, then stop, change to {target}, start, catch up",
            _ => $"stop, change to {target}, start, catch up",
        };
    }
}
