using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;

namespace EsdbRollingAction.Core.Planning;

/// <summary>
/// Members that gossip no longer names: it forgets the dead after 30 minutes, and a run whose state is lost has nobody else to
/// name them. An instance is taken for one only on proof, since what is found here is started.
/// </summary>
internal static class MissingMembers
{
    /// <summary>The missing members, each with its instance.</summary>
    /// <param name="found">The instances that the filters let through.</param>
    /// <param name="matches">The instance of every member that is named.</param>
    /// <param name="hosts">The hosts of the connection string, each with the addresses of its name.</param>
    /// <param name="missingVoters">How many of the configured voters nobody names.</param>
    /// <param name="isNarrowed">Whether somebody wrote down which instances belong to the cluster.</param>
    public static IReadOnlyDictionary<NodeEndpoint, Instance> Find(
        IReadOnlyList<Instance> found,
        IReadOnlyDictionary<NodeEndpoint, Instance> matches,
        IReadOnlyList<NodeToMatch> hosts,
        int missingVoters,
        bool isNarrowed)
    {
        var taken = matches.Values.Select(instance => instance.Id).ToHashSet(StringComparer.Ordinal);
        var free = found.Where(instance => !taken.Contains(instance.Id) && instance.State is not (InstanceState.ShuttingDown or InstanceState.Terminated)).ToList();
        var missing = new Dictionary<NodeEndpoint, Instance>();
        foreach (var (endpoint, instance) in free.Select(instance => (RestorePoint.Of(instance)?.Node, instance)))
        {
            // A tag can say anything: the address in it must be the instance's own.
            if (endpoint is { } node && !matches.ContainsKey(node) && InstanceMatcher.Identifies(instance, new NodeToMatch(node, [])))
            {
                missing.TryAdd(node, instance);
            }
        }

        foreach (var host in hosts.Where(host => missing.Count < missingVoters && !matches.ContainsKey(host.Endpoint) && !missing.ContainsKey(host.Endpoint)))
        {
            if (free.FindAll(instance => InstanceMatcher.Identifies(instance, host)) is [var only] && !missing.ContainsValue(only))
            {
                missing.Add(host.Endpoint, only);
            }
        }

        var stopped = free.FindAll(instance => instance is { State: InstanceState.Stopped, PrivateAddresses.Count: > 0 } && !missing.ContainsValue(instance));
        if (isNarrowed && stopped.Count > 0 && stopped.Count == missingVoters - missing.Count && matches.Count > 0)
        {
            var port = matches.Keys.First().Port;
            stopped.ForEach(instance => missing.TryAdd(new NodeEndpoint(instance.PrivateAddresses[0], port), instance));
        }

        return missing;
    }

    /// <summary>
    /// Stopped instances that may be members, without proof: nobody knows how many read-only replicas there are, and a host of the
    /// connection string may have left the cluster. They are told of, not started.
    /// </summary>
    /// <param name="found">The instances that the filters let through.</param>
    /// <param name="matches">The instance of every member, the missing ones among them.</param>
    /// <param name="hosts">The hosts of the connection string, each with the addresses of its name.</param>
    /// <param name="isNarrowed">Whether somebody wrote down which instances belong to the cluster.</param>
    public static IReadOnlyList<Instance> Doubtful(
        IReadOnlyList<Instance> found, IReadOnlyDictionary<NodeEndpoint, Instance> matches, IReadOnlyList<NodeToMatch> hosts, bool isNarrowed) =>
        [.. found.Where(instance => instance.State is InstanceState.Stopped or InstanceState.Stopping
            && !matches.Values.Contains(instance)
            && (isNarrowed || hosts.Any(host => InstanceMatcher.Identifies(instance, host))))];
}
