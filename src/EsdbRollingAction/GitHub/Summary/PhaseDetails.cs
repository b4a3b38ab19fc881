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

/// <summary>Every phase of every node with its times, folded.</summary>
internal static class PhaseDetails
{
    public static string Render(RunReport report)
    {
        var nodes = ReportNodes.Of(report).Where(node => node.Phases.Count > 0).ToList();
        return nodes.Count == 0
            ? ""
            : $"<details>\n<summary>Every phase of every node</summary>\n\n{string.Concat(nodes.Select(node => OfNode(node, report)))}</details>\n\n";
    }

    private static string OfNode(NodeUpdate node, RunReport report)
    {
        var table = new StringBuilder()
            .Append($"Node {Markdown.Text(ReportNodes.Label(node, report), ReportNodes.LongestName)}")
            .Append($" at {Markdown.Text(node.Endpoint.ToString(), ReportNodes.LongestName)}")
            .Append($" on {Markdown.Text(node.Ec2InstanceId ?? "an unknown instance", ReportNodes.LongestName)}\n\n")
            .Append(Markdown.Row("Phase", "From", "Lasted", "Waited for")).Append("|---|---|---:|---|\n");
        foreach (var span in node.Phases)
        {
            table.Append(Markdown.Row(
                Markdown.Text(Words.Of(span.Phase)),
                Words.DateAndClock(span.Since),
                Words.Of(ReportNodes.End(span, node, report.At) - span.Since),
                string.Join(", ", new[] { span.Rule, span.WaitingFor }.OfType<string>().Select(text => Markdown.Text(text)))));
        }

        return table.Append('\n').ToString();
    }
}
