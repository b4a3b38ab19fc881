using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What would happen to each node, in this order.</summary>
internal static class PlanTable
{
    private const string Head =
        """
        |  | Node | Role | Instance | Instance type | What would happen |
        |---:|---|---|---|---|---|

        """;

    /// <summary>How many nodes would be changed.</summary>
    public static int Changes(RunReport report) => report.Nodes.Count - report.Updated;

    public static string Render(RunReport report, int mostRows)
    {
        var rows = report.Nodes.Take(mostRows).Select((node, index) => Row(node, index + 1, report));
        var more = report.Nodes.Count - mostRows;
        var leftOut = more > 0 ? $"\n{more} more nodes are not shown, for want of room.\n" : "";
        return Head + string.Concat(rows) + leftOut;
    }

    private static string Row(NodeUpdate node, int number, RunReport report) => Markdown.Row(
        $"{number}",
        Markdown.Name(report.Label(node)),
        NodeTable.Role(node),
        Markdown.Name(node.Ec2InstanceId),
        Markdown.Name(node.CurrentInstanceType ?? node.OriginalInstanceType),
        Outlook(node, report.State!));

    private static string Outlook(NodeUpdate node, ClusterUpdate state)
    {
        var target = state.TargetOf(node);
        var change = (state.UpdateStrategy, state.TargetVersion) switch
        {
            (_, Ec2InstanceRestart.Rebooted) => "reboot, catch up",
            (_, Ec2InstanceRestart.Restarted) => "stop, start, catch up",
            (ServerVersionUpdate.StrategyName, { } version) => $"upgrade to {Markdown.Name(version)}, catch up",
            (SsmCommandUpdate.StrategyName, { } command) => $"run {Markdown.Name(command)}, catch up",
            _ => $"stop, change to {Markdown.Name(target ?? "its new type")}, start, catch up",
        };
        return node switch
        {
            { NodeUpdateStatus: UpdateStatus.Success } => "nothing, it is as wanted",
            { Version: { } version } when version == target => $"already {state.TargetVersion ?? "changed"}; start if needed, catch up",
            { NodeType: NodeType.Leader } => $"hand over leadership, then {change}",
            _ => change,
        };
    }
}
