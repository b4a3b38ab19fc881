using System.Net;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Planning;

/// <summary>Which instance each node runs on.</summary>
/// <param name="Found">The instances that the filters let through.</param>
/// <param name="Nodes">The nodes, each with all its addresses.</param>
/// <param name="Matches">The instance of every node for which that is certain.</param>
/// <param name="Check">Whether it is certain for all of them.</param>
/// <param name="Doubtful">Stopped instances that may be nodes too, without proof.</param>
internal sealed record NodeMatches(
    IReadOnlyList<Instance> Found, IReadOnlyList<NodeToMatch> Nodes, IReadOnlyDictionary<NodeEndpoint, Instance> Matches, Check Check, IReadOnlyList<Instance> Doubtful)
{
    /// <summary>Dead members that are on no instance and that nobody misses.</summary>
    public IReadOnlyList<NodeToMatch> Ghosts { get; init; } = [];

    /// <summary>Every check of it.</summary>
    public IEnumerable<Check> Checks => Doubtful.Count == 0 ? [Check, GhostCheck] :
    [
        Check,
        GhostCheck,
        Check.Warning(
            "NoNodeIsLeftOut",
            $"{string.Join(", ", Doubtful.Select(instance => $"{instance.Id} ({instance.NameTag ?? "no name"})"))} {(Doubtful.Count == 1 ? "is" : "are")} stopped, and no node names it",
            "If a read-only replica is on it, start it first; if it left the cluster, take it out of instance-filters or the connection string"),
    ];

    private Check GhostCheck => Planning.Ghosts.Check(Ghosts);

    public bool AreComplete => Check.Outcome is not CheckOutcome.Refused;

    /// <summary>The instance that the plan gives the node, or null when EC2 did not show it.</summary>
    public Instance? InstanceOf(NodeUpdate node) => Found.FirstOrDefault(instance => instance.Id == node.Ec2InstanceId);
}

/// <summary>Looks for the instances of the cluster's nodes.</summary>
internal sealed class NodeMatching(
    IInstances instances, Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>> resolve, RollSettings settings, TimeProvider time)
{
    private const string CheckName = "EachNodeHasOneInstance";

    /// <summary>The instances that are at the addresses of the connection string, whether somebody answers there or not.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    public async Task<IReadOnlyList<(NodeEndpoint Seed, Instance Instance)>> InstancesBySeedAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        var matches = new List<(NodeEndpoint, Instance)>();
        foreach (var seed in settings.Seeds)
        {
            var node = new NodeToMatch(seed, await AddressesAsync(seed, cancellationToken));
            matches.AddRange(found.Where(instance => InstanceMatcher.Identifies(instance, node)).Select(instance => (seed, instance)));
        }

        return matches;
    }

    /// <exception cref="InstanceException">EC2 does not answer, or the credentials have expired, or there are none.</exception>
    public async Task<NodeMatches> MatchAsync(ClusterObserver cluster, FirstLook first, CancellationToken cancellationToken)
    {
        var nodes = await NodesToMatchAsync(cluster, first.Look, cancellationToken);
        IReadOnlyList<Instance> found;
        try
        {
            found = await FindAsync(cancellationToken);
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials && exception.Kind is not InstanceErrorKind.Transient)
        {
            return new NodeMatches([], nodes, new Dictionary<NodeEndpoint, Instance>(), Check.Refused(CheckName, exception.Message), []);
        }

        var ghosts = Ghosts.Find(nodes, found, first, settings.MaxReplicationLagBytes);
        foreach (var ghost in ghosts)
        {
            cluster.Forget(ghost.Endpoint);
        }

        return await MatchAsync([.. nodes.Except(ghosts)], found, first, cancellationToken) with { Ghosts = ghosts };
    }

    private async Task<NodeMatches> MatchAsync(
        IReadOnlyList<NodeToMatch> nodes, IReadOnlyList<Instance> found, FirstLook first, CancellationToken cancellationToken)
    {
        try
        {
            var matches = InstanceMatcher.Match(nodes, found);
            var hosts = await UnnamedHostsAsync(matches, cancellationToken);
            var isNarrowed = settings.InstanceFilters.Any(filter => filter.Name.StartsWith("tag:", StringComparison.Ordinal) || filter.Name == "instance-id");
            var missing = MissingMembers.Find(found, matches, hosts, first.ClusterSize - VotersAmong(nodes, first), isNarrowed);
            var all = missing.Count == 0 ? matches : matches.Concat(missing).ToDictionary();
            return new NodeMatches(
                found, nodes, all, Check.Passed(CheckName, $"{all.Count} nodes on {all.Count} instances"), MissingMembers.Doubtful(found, all, hosts, isNarrowed));
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.PreflightRefused)
        {
            return new NodeMatches(found, nodes, InstanceMatcher.MatchCertain(nodes, found), Check.Refused(CheckName, exception.Message), []);
        }
    }

    private static int VotersAmong(IReadOnlyList<NodeToMatch> nodes, FirstLook first) =>
        first.Voters.Intersect(nodes.Select(node => node.Endpoint)).Count();

    private Task<IReadOnlyList<Instance>> FindAsync(CancellationToken cancellationToken) =>
        Patiently.AskAsync(() => instances.FindAsync(settings.InstanceFilters, cancellationToken), time, cancellationToken);

    private async Task<List<NodeToMatch>> UnnamedHostsAsync(IReadOnlyDictionary<NodeEndpoint, Instance> matches, CancellationToken cancellationToken)
    {
        var hosts = new List<NodeToMatch>();
        foreach (var seed in settings.Seeds.Where(seed => !matches.ContainsKey(seed)))
        {
            hosts.Add(new NodeToMatch(seed, await AddressesAsync(seed, cancellationToken)));
        }

        return hosts;
    }

    private async Task<List<NodeToMatch>> NodesToMatchAsync(ClusterObserver cluster, ClusterLook look, CancellationToken cancellationToken)
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
                IsDead = entries.Count > 0 && living.Count == 0 && look.Nodes.GetValueOrDefault(node)?.Answer is null,
            });
        }

        return nodes;
    }

    private async Task<IReadOnlyList<string>> AddressesAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        IPAddress.TryParse(node.Host, out _) ? [] : [.. (await resolve(node.Host, cancellationToken)).Select(address => address.ToString())];
}
