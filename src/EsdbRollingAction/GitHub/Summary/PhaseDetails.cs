using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>Every phase of every node with its times, folded.</summary>
internal static class PhaseDetails
{
    private static readonly string[] Heads = ["Phase", "From", "Lasted", "Waited for"];
    private static readonly string[] Rules = ["---", "---", "---:", "---"];

    public static string Render(RunReport report)
    {
        var nodes = report.Nodes.Where(node => node.Phases.Count > 0).Select(node => OfNode(node, report));
        return Markdown.Folded("Every phase of every node", string.Concat(nodes));
    }

    private static string OfNode(NodeUpdate node, RunReport report)
    {
        var name = Markdown.Name(report.Label(node));
        var endpoint = Markdown.Name(node.Endpoint.ToString());
        var instance = Markdown.Name(node.Ec2InstanceId ?? "an unknown instance");
        var rows = node.Phases.Select(span => Row(span, node, report.At));
        return $"Node {name} at {endpoint} on {instance}\n\n{Markdown.Table(Heads, Rules, rows)}";
    }

    private static string[] Row(PhaseSpan span, NodeUpdate node, DateTimeOffset now)
    {
        string?[] awaited = [span.Rule, span.WaitingFor];
        return
        [
            Markdown.Text(DisplayName.Of(span.Phase)),
            TimeText.DateAndClock(span.Since),
            TimeText.Duration(span.Lasted(node.FinishedAt ?? now)),
            string.Join(", ", awaited.OfType<string>().Select(text => Markdown.Text(text))),
        ];
    }
}
