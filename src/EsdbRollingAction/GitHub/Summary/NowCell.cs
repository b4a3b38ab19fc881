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
        if (report.Now.FirstOrDefault(seen => seen.Node == node.Endpoint) is { } now)
        {
            return Words(now, Role(node.NodeType));
        }

        var last = new LastLook(report.State?.LastIterationAt, report.At);
        return InstanceOff.Of(node, last)?.How ?? $"{Role(node.NodeType)} when last seen";
    }

    private static string Words(NodeNow now, string role) => now switch
    {
        { Instance: InstanceState.Stopped } => $"**off**, {role}",
        { Instance: InstanceState.Stopping } => $"**stopping**, {role}",
        { Instance: InstanceState.Terminated or InstanceState.ShuttingDown } => $"**terminated**, {role}",
        { Instance: InstanceState.Pending, Role: null } => $"**starting**, {role}",
        { Role: null } => $"**does not answer**, {role}",
        { Leads: true } => now.IsLevel ? "**leader**, level" : "**leader**",
        { Role: NodeState.Leader } => "says that it leads",
        { Role: NodeState.Follower or NodeState.ReadOnlyReplica, IsLevel: true } => $"{role}, level",
        { Role: NodeState.Follower or NodeState.ReadOnlyReplica, BytesBehind: null } => $"{role}, not level",
        { Role: NodeState.Follower or NodeState.ReadOnlyReplica } => $"{role}, {Behind(now)}",
        { BytesBehind: not null } => $"{DisplayName.Of(now.Role.Value.ToString())}, {Behind(now)}",
        _ => DisplayName.Of(now.Role.Value.ToString()),
    };

    private static string Behind(NodeNow now) => $"{Bytes.Format(now.BytesBehind!.Value)} behind";

    private static string Role(NodeType role) => DisplayName.Of(role).ToLowerInvariant();
}
