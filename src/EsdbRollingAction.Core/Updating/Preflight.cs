using System.Net;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// Everything that is checked before the first act: the cluster answers, the credentials may administer it, it can spare
/// a node, the change can be asked for, and every node is matched with one instance.
/// </summary>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="instances">EC2.</param>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="resolve">Resolves a host name; an empty answer when it cannot.</param>
/// <param name="settings">What the roll is told besides its state.</param>
/// <param name="time">The clock.</param>
public sealed class Preflight(
    IClusterNodes nodes,
    IInstances instances,
    IUpdateStrategy strategy,
    Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>> resolve,
    RollSettings settings,
    TimeProvider time)
{
    private const int Looks = 3;

    /// <summary>Makes every check and gives the state its nodes.</summary>
    /// <returns>The state with every node of the cluster, and what was checked.</returns>
    /// <exception cref="RollingUpdateException">The cluster or its instances cannot be made out; nothing was changed.</exception>
    public async Task<PreflightReport> CheckAsync(
        ClusterUpdate state, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var look = await DiscoverAsync(cluster, cancellationToken);
        var options = await OptionsAsync(look, cancellationToken);
        var clusterSize = ClusterSize(options);
        await strategy.CheckAsync(cancellationToken);
        var found = await instances.FindAsync(settings.InstanceFilters, cancellationToken);
        var matches = InstanceMatcher.Match(await NodesToMatchAsync(cluster, look, cancellationToken), found);
        var planned = new NodePlan(state, look, options, found, strategy, time.GetUtcNow())
            .Make(await WithMissingAsync(look, matches, found, clusterSize, cancellationToken));
        foreach (var node in planned.EventStoreNodeUpdates)
        {
            cluster.Remember(node.Endpoint);
        }

        return new PreflightReport(planned, clusterSize, await PermissionsAsync(planned, found, cancellationToken));
    }

    private async Task<IReadOnlyDictionary<NodeEndpoint, Instance>> WithMissingAsync(
        ClusterLook look,
        IReadOnlyDictionary<NodeEndpoint, Instance> matches,
        IReadOnlyList<Instance> found,
        int clusterSize,
        CancellationToken cancellationToken)
    {
        var voters = look.Nodes.Values
            .SelectMany(node => node.Answer?.Members ?? [])
            .Where(member => member is { IsReadOnlyReplica: false, State: not NodeState.Manager })
            .Select(member => member.Endpoint)
            .Distinct()
            .Count();
        var hosts = new List<NodeToMatch>();
        foreach (var seed in settings.Seeds.Where(seed => !matches.ContainsKey(seed)))
        {
            hosts.Add(new NodeToMatch(seed, await AddressesAsync(seed, cancellationToken)));
        }

        var missing = MissingMembers.Find(found, matches, hosts, clusterSize - voters, settings.InstanceFilters.Count > 0);
        return missing.Count == 0 ? matches : matches.Concat(missing).ToDictionary();
    }

    private async Task<IReadOnlyList<string>> AddressesAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        IPAddress.TryParse(node.Host, out _) ? [] : [.. (await resolve(node.Host, cancellationToken)).Select(address => address.ToString())];

    /// <summary>Once a roll has begun, what it may do has been proven.</summary>
    private async Task<IReadOnlyList<Verdict>> PermissionsAsync(
        ClusterUpdate planned, IReadOnlyList<Instance> found, CancellationToken cancellationToken)
    {
        var pending = planned.EventStoreNodeUpdates.Where(node => !node.IsDone).ToList();
        var running = found
            .Where(instance => instance.State == InstanceState.Running)
            .Where(instance => pending.Exists(node => node.Ec2InstanceId == instance.Id && !strategy.IsAsWanted(node, instance)))
            .ToList();
        return planned.StartedAt is null && running.Count > 0 ? await instances.TryPermissionsAsync(running, cancellationToken) : [];
    }

    private async Task<ClusterLook> DiscoverAsync(ClusterObserver cluster, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                return await cluster.DiscoverAsync(settings.Seeds, cancellationToken);
            }
            catch (RollingUpdateException exception) when (exception.Reason == FailureReason.ClusterUnreachable && look < Looks)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private async Task<Dictionary<NodeEndpoint, NodeOptions>> OptionsAsync(ClusterLook look, CancellationToken cancellationToken)
    {
        var options = new Dictionary<NodeEndpoint, NodeOptions>();
        var problems = new List<string>();
        foreach (var node in look.Nodes.Where(node => node.Value.Own is not null).Select(node => node.Key))
        {
            try
            {
                options[node] = await nodes.OptionsAsync(node, cancellationToken);
            }
            catch (NodeUnreachableException exception)
            {
                problems.Add(exception.Message);
            }
            catch (RollingUpdateException exception) when (exception.Reason == FailureReason.AdministrationDenied)
            {
                throw new RollingUpdateException(FailureReason.PreflightRefused, $"{exception.Message} Nothing was changed.", exception);
            }
        }

        return options.Count > 0
            ? options
            : throw new RollingUpdateException(
                FailureReason.ClusterUnreachable,
                $"No node tells its options. {string.Join("; ", problems.Concat(Silent(look)))}. Nothing was changed.");
    }

    private static IEnumerable<string> Silent(ClusterLook look) =>
        look.Nodes.Where(node => node.Value.Own is null).Select(node => $"{node.Key}: {node.Value.Problem}");

    /// <summary>Nodes that disagree are counted by the largest: the majority that is surely one.</summary>
    private static int ClusterSize(Dictionary<NodeEndpoint, NodeOptions> options)
    {
        var size = options.Values.Max(node => node.ClusterSize);
        return size - 1 >= ClusterView.Majority(size)
            ? size
            : throw new RollingUpdateException(
                FailureReason.PreflightRefused,
                $"A cluster of {size} configured voter(s) cannot spare one: a majority is {ClusterView.Majority(size)}. Nothing was changed.");
    }

    private async Task<List<NodeToMatch>> NodesToMatchAsync(ClusterObserver cluster, ClusterLook look, CancellationToken cancellationToken)
    {
        var nodes = new List<NodeToMatch>();
        foreach (var node in cluster.Members)
        {
            var named = look.Nodes.Values.SelectMany(answer => answer.Answer?.Members ?? [])
                .Where(member => member.Endpoint == node).SelectMany(member => member.InternalAddresses);
            var resolved = await AddressesAsync(node, cancellationToken);
            nodes.Add(new NodeToMatch(node, [.. named.Concat(resolved).Distinct(StringComparer.OrdinalIgnoreCase)]));
        }

        return nodes;
    }
}
