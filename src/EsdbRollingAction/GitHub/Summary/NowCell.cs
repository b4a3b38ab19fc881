using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What a node is now, such as <c>leader, level</c>, <c>follower, 3.0 MiB behind</c> or <c>off, follower</c>.</summary>
internal static class NowCell
{
    public static string Of(NodeUpdate node, RunReport report)
    {
        var was = node.OriginalNodeType is { } before && before != node.NodeType ? $" (was {Role(before)})" : "";
        return Seen(node, report) + was;
    }

    private static string Seen(NodeUpdate node, RunReport report)
    {
        if (report.Now.FirstOrDefault(seen => seen.Entry.Endpoint == node.Endpoint) is { } now)
        {
            return Words(now, Role(node.NodeType));
        }

        var last = new LastLook(report.State?.LastIterationAt, report.At);
        return InstanceOff.Of(node, last)?.How ?? $"{Role(node.NodeType)} when last seen";
    }

    private static string Words(NodeView now, string role) => now switch
    {
        { Instance.State: InstanceState.Stopped } => $"**off**, {role}",
        { Instance.State: InstanceState.Stopping } => $"**stopping**, {role}",
        { Instance.State: InstanceState.Terminated or InstanceState.ShuttingDown } => $"**terminated**, {role}",
        { Instance.State: InstanceState.Pending, Own: null } => $"**starting**, {role}",
        { Own: null } => $"**does not answer**, {role}",
        { Leads: true } => IsLevel(now) ? "**leader**, level" : "**leader**",
        { Own.State: NodeState.Leader } => "says that it leads",
        { Own.State: NodeState.Follower or NodeState.ReadOnlyReplica } when IsLevel(now) => $"{role}, level",
        { Own.State: NodeState.Follower or NodeState.ReadOnlyReplica } => $"{role}, {Behind(now) ?? "not level"}",
        { Own.State: var state } => string.Join(", ", new[] { DisplayName.Of(state.ToString()), Behind(now) }.OfType<string>()),
    };

    /// <summary>One look is enough for people: nothing is decided by it.</summary>
    private static bool IsLevel(NodeView now) => now.Level.Holds || now.IsUnconfirmed;

    private static string? Behind(NodeView now) => now.BytesBehind is { } bytes ? $"{Bytes.Format(bytes)} behind" : null;

    private static string Role(NodeType role) => DisplayName.Of(role).ToLowerInvariant();
}
