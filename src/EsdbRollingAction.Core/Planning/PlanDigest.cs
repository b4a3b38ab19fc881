using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Planning;

/// <summary>
/// What a person approves, as one word: the change, the nodes, their instances and what these are like. Who leads is not part
/// of it: leadership moves by itself, and the order is made anew in every iteration.
/// </summary>
public static class PlanDigest
{
    /// <summary>The digest, such as <c>sha256:9f86…</c>. It stays the same while its update is under way.</summary>
    public static string Of(ClusterUpdate state, int clusterSize)
    {
        var target = string.Join(' ', new[] { state.Target, state.CommandDigest, state.DocumentVersion }.OfType<string>());
        var change = string.Create(CultureInfo.InvariantCulture, $"{state.UpdateStrategy}\n{target}\n{clusterSize}");
        var nodes = state.EventStoreNodeUpdates.Select(node => Line(node, state)).Order(StringComparer.Ordinal);
        var plan = string.Concat(nodes.Prepend(change).Select(line => $"{line}\n"));
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plan)))}";
    }

    /// <summary>What is not as it was planned, in words.</summary>
    public static string Differences(ClusterUpdate planned, ClusterUpdate now)
    {
        var before = planned.EventStoreNodeUpdates.Select(node => Line(node, planned)).ToList();
        var after = now.EventStoreNodeUpdates.Select(node => Line(node, now)).ToList();
        return string.Join("; ", before.Except(after).Select(node => $"planned and not there: {node}")
            .Concat(after.Except(before).Select(node => $"there and not planned: {node}")));
    }

    private static string Line(NodeUpdate node, ClusterUpdate state) =>
        $"{node.Endpoint} {node.Ec2InstanceId} {VersionBefore(node, state)}";

    /// <summary>A node that this update has begun counts as what it was before.</summary>
    private static string? VersionBefore(NodeUpdate node, ClusterUpdate state) =>
        node.NodeUpdateStatus != UpdateStatus.Pending || node.Version == state.TargetOf(node)
            ? node.VersionBefore
            : node.Version;
}
