using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What would happen to each node, in this order.</summary>
internal static class PlanTable
{
    private const string Head =
        """
        |  | Node | Role | Instance | Instance type | What would happen | Why then | Takes |
        |---:|---|---|---|---|---|---|---|

        """;

    /// <summary>How many nodes would be changed.</summary>
    public static int Changes(RunReport report) => report.Nodes.Count - report.Updated;

    public static string Render(RunReport report, int mostRows)
    {
        var rows = report.Nodes.Take(mostRows).Select((node, index) => Row(node, index + 1, report));
        var more = report.Nodes.Count - mostRows;
        var leftOut = more > 0 ? $"\n{more} more nodes are not shown, for want of room.\n" : "";
        return Head + string.Concat(rows) + leftOut + Expectation(report);
    }

    private static string Row(NodeUpdate node, int number, RunReport report) => Markdown.Row(
        $"{number}",
        Markdown.Name(report.Label(node)),
        NodeTable.Role(node),
        Markdown.Name(node.Ec2InstanceId),
        Markdown.Name(node.CurrentInstanceType ?? node.OriginalInstanceType),
        Outlook(node, report.State!),
        Place(node),
        node.IsDone ? "–" : TimeText.About(RollEstimate.OfANode(report.State!, report.BakeTime)));

    private static string Place(NodeUpdate node) => node switch
    {
        { NodeUpdateStatus: UpdateStatus.Success } => "–",
        { OutOfService.WriterCheckpoint: null } => "it serves nobody as it is",
        { NodeType: NodeType.ReadOnlyReplica } => "it does not vote: first",
        { NodeType: NodeType.Leader } => "it leads: last",
        _ => "it follows: after the read-only replicas",
    };

    /// <summary>What the whole roll would be like, and from what that is known.</summary>
    private static string Expectation(RunReport report)
    {
        var state = report.State!;
        if (Changes(report) == 0)
        {
            return "";
        }

        var whole = TimeText.About(RollEstimate.Left(state, report.BakeTime, report.At));
        var from = RollEstimate.IsMeasured(state)
            ? "by what nodes took before"
            : $"assuming {RollEstimate.Assumed.TotalMinutes:0} min for each node, {Bake(report)}and no wait";
        var leader = state.EventStoreNodeUpdates.Any(node => node is { NodeType: NodeType.Leader, IsDone: false })
            ? " Leadership is handed over once: clients have no leader for about 1 to 3 s then."
            : " No leadership is handed over.";
        return $"\nThe roll takes {whole}, {from}.{leader}\n";
    }

    private static string Bake(RunReport report) =>
        report.BakeTime > TimeSpan.Zero ? $"{TimeText.Duration(report.BakeTime)} of baking, " : "";

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
