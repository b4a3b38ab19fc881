using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The nodes of a report, and what the reader looks for among them.</summary>
internal static class ReportNodes
{
    /// <summary>Longer names are cut.</summary>
    public const int LongestName = 80;

    public static IReadOnlyList<NodeUpdate> Of(RunReport report) => report.State?.EventStoreNodeUpdates ?? [];

    public static int Updated(RunReport report) => Of(report).Count(node => node.NodeUpdateStatus == UpdateStatus.Success);

    /// <summary>The node that failed, or null.</summary>
    public static NodeUpdate? Failed(RunReport report) => Of(report).FirstOrDefault(node => node.NodeUpdateStatus == UpdateStatus.Failed);

    /// <summary>The node that is being worked on, or null.</summary>
    public static NodeUpdate? Current(RunReport report) => Of(report).FirstOrDefault(node => node.NodeUpdateStatus == UpdateStatus.InProgress);

    /// <summary>What people call it; with its endpoint when another node has the same name, or it has none.</summary>
    public static string Label(NodeUpdate node, RunReport report) =>
        node.NodeName.Length == 0 ? node.Endpoint.ToString()
        : Of(report).Count(other => other.NodeName == node.NodeName) > 1 ? $"{node.NodeName} {node.Endpoint}"
        : node.NodeName;

    /// <summary>When the phase ended, or until when it is known to have lasted.</summary>
    public static DateTimeOffset End(PhaseSpan span, NodeUpdate node, DateTimeOffset at) =>
        (span.Until ?? node.FinishedAt ?? at) is var end && end > span.Since ? end : span.Since;

    /// <summary>The phase in which the node failed, or null. After a failure the last change puts the old type back.</summary>
    public static PhaseSpan? FailedIn(NodeUpdate node)
    {
        if (node.NodeUpdateStatus != UpdateStatus.Failed || node.Phases.Count == 0)
        {
            return null;
        }

        var wayBack = !node.IsRollingBack ? -1 : node.Phases.Select((span, index) => span.Phase == nameof(NodePhase.Changing) ? index : -1).Max();
        return wayBack > 0 && node.Phases[wayBack - 1].Phase != nameof(NodePhase.Stopping) ? node.Phases[wayBack - 1] : node.Phases[^1];
    }
}
