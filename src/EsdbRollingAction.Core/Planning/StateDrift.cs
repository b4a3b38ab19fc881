using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Planning;

/// <summary>What of the state was not so any more when the nodes were observed: instances are replaced, addresses change.</summary>
internal static class StateDrift
{
    /// <summary>Each difference, in words.</summary>
    /// <param name="found">The state as it was found.</param>
    /// <param name="planned">The same with what was observed.</param>
    public static IReadOnlyList<string> Of(ClusterUpdate found, ClusterUpdate planned) =>
        [.. found.EventStoreNodeUpdates.Select(node => Of(node, planned.EventStoreNodeUpdates)).OfType<string>()];

    private static string? Of(NodeUpdate entry, IReadOnlyList<NodeUpdate> planned)
    {
        if (entry.Ec2InstanceId is not { } id)
        {
            return null;
        }

        if (planned.FirstOrDefault(node => node.Ec2InstanceId == id) is { } same)
        {
            return entry.NodeAddress.Length == 0 || same.Endpoint == entry.Endpoint
                ? null
                : $"{same.NodeName} is at {same.Endpoint} now, and was at {entry.Endpoint}";
        }

        return planned.FirstOrDefault(node => node.Endpoint == entry.Endpoint || node.NodeName == entry.NodeName) is { } replaced
            ? $"{replaced.NodeName} is on {replaced.Ec2InstanceId} now, and was on {id}"
            : $"{entry.NodeName} has left the cluster, and its instance {id} is gone";
    }
}
