using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Planning;

/// <summary>Which instance each node runs on.</summary>
/// <param name="Found">The instances that the filters let through.</param>
/// <param name="Nodes">The nodes, each with all its addresses.</param>
/// <param name="Matches">The instance of every node for which that is certain.</param>
/// <param name="Check">Whether it is certain for all of them.</param>
internal sealed record NodeMatches(
    IReadOnlyList<Instance> Found, IReadOnlyList<NodeToMatch> Nodes, IReadOnlyDictionary<NodeEndpoint, Instance> Matches, Check Check)
{
    /// <summary>Dead members that are on no instance and that nobody misses.</summary>
    public IReadOnlyList<NodeToMatch> Ghosts { get; init; } = [];

    /// <summary>Stopped instances that may be nodes too, without proof.</summary>
    public IReadOnlyList<Instance> Doubtful { get; init; } = [];

    public IEnumerable<Check> Checks => [Check, Planning.Ghosts.GossipIsCurrent(Ghosts), .. NoNodeIsLeftOut()];

    public bool AreComplete => Check.Outcome is not CheckOutcome.Refused;

    /// <summary>The instance that the plan gives the node, or null when EC2 did not show it.</summary>
    public Instance? InstanceOf(NodeUpdate node) => Found.FirstOrDefault(instance => instance.Id == node.Ec2InstanceId);

    private IReadOnlyList<Check> NoNodeIsLeftOut()
    {
        var names = string.Join(", ", Doubtful.Select(instance => $"{instance.Id} ({instance.NameTag ?? "no name"})"));
        return Doubtful.Count == 0 ? [] :
        [
            Warning(
                $"{names}: stopped, and no node names it",
                "If a read-only replica is on it, start it first;"
                + " if it left the cluster, take it out of instance-filters or the connection string"),
        ];
    }
}

/// <summary>Looks for the instances of the cluster's nodes.</summary>
internal sealed class NodeMatching(IInstances instances, ResolveHost resolve, RollSettings settings, TimeProvider time)
{
    /// <summary>The instances that are at the addresses of the connection string, whether somebody answers there or not.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    public async Task<IReadOnlyList<(NodeEndpoint Seed, Instance Instance)>> InstancesBySeedAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        var seeds = await HostsAsync(settings.Seeds, cancellationToken);
        return
        [
            .. from seed in seeds
               from instance in found
               where InstanceMatcher.Identifies(instance, seed)
               select (seed.Endpoint, instance),
        ];
    }

    /// <exception cref="InstanceException">EC2 does not answer, or the credentials have expired, or there are none.</exception>
    public async Task<NodeMatches> MatchAsync(ClusterObserver cluster, FirstLook first, CancellationToken cancellationToken)
    {
        var nodes = await NodesAsync(cluster, first.Look, cancellationToken);
        try
        {
            var found = await FindAsync(cancellationToken);
            var ghosts = Ghosts.Find(nodes, found, first, settings.MaxReplicationLagBytes);
            foreach (var ghost in ghosts)
            {
                cluster.Forget(ghost.Endpoint);
                nodes.Remove(ghost);
            }

            return await MatchAsync(nodes, found, first, cancellationToken) with { Ghosts = ghosts };
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials && exception.Kind is not InstanceErrorKind.Transient)
        {
            return new NodeMatches([], nodes, new Dictionary<NodeEndpoint, Instance>(), EachNodeHasOneInstance(exception));
        }
    }

    /// <summary>The node with the addresses of its name.</summary>
    public async Task<NodeToMatch> WithAddressesAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        new(node, await AddressesAsync(node, cancellationToken));

    /// <summary>The IP addresses that the node's name resolves to.</summary>
    private async Task<IReadOnlyList<string>> AddressesAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        [.. (await resolve(node.Host, cancellationToken)).Select(address => address.ToString())];

    private async Task<NodeMatches> MatchAsync(
        IReadOnlyList<NodeToMatch> nodes, IReadOnlyList<Instance> found, FirstLook first, CancellationToken cancellationToken)
    {
        try
        {
            var named = InstanceMatcher.Match(nodes, found);
            var hosts = await HostsAsync(settings.Seeds, cancellationToken);
            var missing = new MissingMembers(found, named, hosts, settings.InstanceFilters.Any(IsTheClusters));
            var matches = missing.Find(first.ClusterSize - first.Voters.Intersect(nodes.Select(node => node.Endpoint)).Count());
            return new NodeMatches(found, nodes, matches, EachNodeHasOneInstance([.. matches.Values])) { Doubtful = missing.Doubtful() };
        }
        catch (RollingUpdateException exception)
        {
            return new NodeMatches(found, nodes, InstanceMatcher.MatchCertain(nodes, found), EachNodeHasOneInstance(exception));
        }
    }

    /// <summary>Whether a filter names the cluster's own instances.</summary>
    private static bool IsTheClusters(InstanceFilter filter) =>
        filter.Name == "instance-id" || filter.Name.StartsWith("tag:", StringComparison.Ordinal);

    private static Check EachNodeHasOneInstance(IReadOnlyCollection<Instance> instances) =>
        Passed($"{instances.Count} nodes on {instances.Count} instances{MatchRefusal.AccountOf(instances)}");

    private static Check EachNodeHasOneInstance(Exception problem) => Refused(problem.Message);

    private Task<IReadOnlyList<Instance>> FindAsync(CancellationToken cancellationToken) =>
        Patiently.AskAsync(() => instances.FindAsync(settings.InstanceFilters, cancellationToken), time, cancellationToken);

    private Task<NodeToMatch[]> HostsAsync(IEnumerable<NodeEndpoint> hosts, CancellationToken cancellationToken) =>
        Task.WhenAll(hosts.Select(host => WithAddressesAsync(host, cancellationToken)));

    private async Task<List<NodeToMatch>> NodesAsync(ClusterObserver cluster, ClusterLook look, CancellationToken cancellationToken)
    {
        var nodes = new List<NodeToMatch>();
        foreach (var node in cluster.Members)
        {
            var entries = look.Nodes.Values
                .SelectMany(answer => answer.Answer?.Members ?? [])
                .Where(member => member.Endpoint == node)
                .ToList();
            var living = entries.FindAll(member => member.IsAlive);
            var named = (living.Count > 0 ? living : entries).SelectMany(member => member.InternalAddresses);
            var resolved = await AddressesAsync(node, cancellationToken);
            nodes.Add(new NodeToMatch(node, [.. named.Concat(resolved).Distinct(StringComparer.OrdinalIgnoreCase)])
            {
                Resolved = resolved,
                IsDead = living.Count == 0,
            });
        }

        return nodes;
    }
}
