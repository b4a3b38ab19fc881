using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What would happen to each node, in this order. Of many nodes those that are as wanted are folded.</summary>
internal static class PlanTable
{
    private static readonly string[] Heads = ["", "Node", "Instance", "Type", "What would happen", "Role and turn"];
    private static readonly string[] Rules = ["---:", "---", "---", "---", "---", "---"];

    /// <summary>How many nodes would be changed.</summary>
    public static int Changes(RunReport report) => report.Nodes.Count - report.Updated;

    public static string Render(RunReport report, int mostRows)
    {
        var rows = report.Nodes.Select((node, index) => (Node: node, Cells: Row(node, index + 1, report))).Take(mostRows).ToList();
        var folded = report.Nodes.Count > NodeTable.MostUnfolded ? rows.FindAll(row => row.Node.IsDone) : [];
        var more = report.Nodes.Count - mostRows;
        var leftOut = more > 0 ? $"{more} more nodes are not shown, for want of room.\n\n" : "";
        var asWanted = Markdown.Folded($"{folded.Count} nodes are as wanted", Table(folded));
        return Table(rows.Except(folded)) + asWanted + leftOut + Expectation(report);
    }

    private static string Table(IEnumerable<(NodeUpdate Node, string[] Cells)> rows) =>
        Markdown.Table(Heads, Rules, rows.Select(row => row.Cells));

    private static string[] Row(NodeUpdate node, int number, RunReport report) =>
    [
        $"{number}",
        Markdown.Name(report.Label(node)),
        Markdown.Name(node.Ec2InstanceId),
        Markdown.Name(node.CurrentInstanceType ?? node.OriginalInstanceType),
        Outlook(node, report.State!),
        Place(node),
    ];

    private static string Place(NodeUpdate node) => node switch
    {
        { NodeUpdateStatus: UpdateStatus.Success } => DisplayName.Of(node.NodeType).ToLowerInvariant(),
        { OutOfService.WriterCheckpoint: null } => "serves nobody: first",
        { NodeType: NodeType.ReadOnlyReplica } => "replica: first",
        { NodeType: NodeType.Leader } => "leader: last",
        _ => "follower: next",
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
            ? $"{TimeText.About(RollEstimate.OfANode(state, report.BakeTime))} each, by what nodes took before"
            : $"assuming {RollEstimate.Assumed.TotalMinutes:0} min for each node, {Bake(report)}and no wait";
        var leader = state.EventStoreNodeUpdates.Any(node => node is { NodeType: NodeType.Leader, IsDone: false })
            ? " Leadership is handed over once: clients have no leader for about 1 to 3 s then."
            : " No leadership is handed over.";
        return $"The roll takes {whole}, {from}.{leader}\n\n";
    }

    private static string Bake(RunReport report) =>
        report.BakeTime > TimeSpan.Zero ? $"{TimeText.Duration(report.BakeTime)} of baking, " : "";

    private static string Outlook(NodeUpdate node, ClusterUpdate state)
    {
        var target = state.TargetOf(node);
        var words = StrategyCatalogue.WordsOf(state).Change(state.TargetVersion ?? target ?? "its new type");
        var change = $"{Markdown.Text(words)}, catch up";
        return node switch
        {
            { NodeUpdateStatus: UpdateStatus.Success } => "nothing, it is as wanted",
            { Version: { } version } when version == target => $"already {state.TargetVersion ?? "changed"}; start if needed, catch up",
            { NodeType: NodeType.Leader } => $"hand over leadership, then {change}",
            _ => change,
        };
    }
}
