using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;

namespace EsdbRollingAction.Core.Planning;

/// <summary>
/// Members that gossip no longer names: it forgets the dead after 30 minutes, and a run whose state is lost has nobody else to
/// name them. An instance is taken for one only on proof, since what is found here is started.
/// </summary>
/// <param name="found">The instances that the filters let through.</param>
/// <param name="matches">The instance of every member that is named.</param>
/// <param name="hosts">The other hosts of the connection string, each with the addresses of its name.</param>
/// <param name="isNarrowed">Whether somebody wrote down which instances belong to the cluster.</param>
internal sealed class MissingMembers(
    IReadOnlyList<Instance> found, IReadOnlyDictionary<NodeEndpoint, Instance> matches, IReadOnlyList<NodeToMatch> hosts, bool isNarrowed)
{
    private readonly Dictionary<NodeEndpoint, Instance> all = new(matches);

    private readonly List<Instance> free = [.. found.Where(instance => !matches.Values.Any(taken => taken.Id == instance.Id))];

    /// <summary>Every member with its instance, the missing ones among them.</summary>
    /// <param name="missingVoters">How many of the configured voters nobody names.</param>
    public IReadOnlyDictionary<NodeEndpoint, Instance> Find(int missingVoters)
    {
        var wanted = matches.Count + missingVoters;
        AddByRestorePoint();
        AddByHost(wanted);
        AddAllThatAreStopped(wanted);
        return all;
    }

    /// <summary>
    /// Stopped instances that may be members, without proof: nobody knows how many read-only replicas there are, and a host of the
    /// connection string may have left the cluster. They are shown, not started.
    /// </summary>
    public IReadOnlyList<Instance> Doubtful() =>
    [
        .. free.Where(instance => instance.State is InstanceState.Stopped)
            .Where(instance => !all.ContainsValue(instance))
            .Where(instance => isNarrowed || hosts.Any(host => InstanceMatcher.Identifies(instance, host))),
    ];

    /// <summary>A tag can say anything: the address in it must be the instance's own.</summary>
    private void AddByRestorePoint()
    {
        foreach (var instance in free)
        {
            if (RestorePoint.Of(instance)?.Node is { } node && InstanceMatcher.Identifies(instance, new NodeToMatch(node, [])))
            {
                all.TryAdd(node, instance);
            }
        }
    }

    private void AddByHost(int wanted)
    {
        foreach (var host in hosts.Where(host => all.Count < wanted))
        {
            if (free.FindAll(instance => InstanceMatcher.Identifies(instance, host)) is [var only] && !all.ContainsValue(only))
            {
                all.TryAdd(host.Endpoint, only);
            }
        }
    }

    /// <summary>As many as are missing, among instances that are all the cluster's: they are the missing ones.</summary>
    private void AddAllThatAreStopped(int wanted)
    {
        var stopped = free.FindAll(instance =>
            instance is { State: InstanceState.Stopped, PrivateAddresses.Count: > 0 } && !all.ContainsValue(instance));
        if (isNarrowed && stopped.Count == wanted - all.Count && matches.Keys.FirstOrDefault() is { } known)
        {
            stopped.ForEach(instance => all.TryAdd(known with { Host = instance.PrivateAddresses[0] }, instance));
        }
    }
}
