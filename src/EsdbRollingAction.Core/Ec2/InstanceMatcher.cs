using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Finds the one instance each node runs on. Stopping the wrong instance is the worst this program could do,
/// so anything but exactly one instance for every node is refused.
/// </summary>
public static class InstanceMatcher
{
    // The first of these that finds anything decides. Tags come last: people forget them, networks do not.
    private static readonly (string Name, Func<Instance, NodeAddress, bool> Matches)[] Tiers =
    [
        ("private IP address", HasPrivateAddress),
        ("DNS name or public IP address", HasDnsNameOrPublicAddress),
        ("Name tag", HasNameTag),
    ];

    /// <summary>Matches every node, or none.</summary>
    /// <param name="nodes">All nodes of the cluster, each once.</param>
    /// <param name="instances">The instances that may be theirs.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.PreflightRefused"/>, with both lists and what to do.</exception>
    public static IReadOnlyDictionary<NodeEndpoint, Instance> Match(
        IReadOnlyCollection<NodeToMatch> nodes, IReadOnlyCollection<Instance> instances)
    {
        var findings = FindAll(nodes, instances);
        var certain = Certain(findings);
        return certain.Count == findings.Count
            ? certain
            : throw new RollingUpdateException(FailureReason.PreflightRefused, MatchRefusal.Describe(findings, instances));
    }

    /// <summary>Matches those for which it is certain.</summary>
    public static IReadOnlyDictionary<NodeEndpoint, Instance> MatchCertain(
        IReadOnlyCollection<NodeToMatch> nodes, IReadOnlyCollection<Instance> instances) => Certain(FindAll(nodes, instances));

    /// <summary>Whether the instance is one that the node could run on.</summary>
    public static bool Identifies(Instance instance, NodeToMatch node) => Find(node, [instance]).Instances.Count > 0;

    private static List<MatchFinding> FindAll(IReadOnlyCollection<NodeToMatch> nodes, IReadOnlyCollection<Instance> instances) =>
        [.. nodes.Select(node => Find(node, [.. instances]))];

    /// <summary>One instance only, and nobody else's.</summary>
    private static Dictionary<NodeEndpoint, Instance> Certain(List<MatchFinding> findings)
    {
        var claims = findings.Where(finding => finding.Instances.Count == 1).ToLookup(finding => finding.Instances[0].Id);
        return claims
            .Where(claim => claim.Count() == 1)
            .Select(claim => claim.Single())
            .ToDictionary(finding => finding.Node.Endpoint, finding => finding.Instances[0]);
    }

    private static MatchFinding Find(NodeToMatch node, List<Instance> candidates)
    {
        var texts = node.Addresses.Prepend(node.Endpoint.Host).Where(text => !string.IsNullOrWhiteSpace(text));
        var addresses = texts.Select(NodeAddress.Parse).Distinct().ToList();
        foreach (var (name, matches) in Tiers)
        {
            var found = candidates.FindAll(instance => addresses.Exists(address => matches(instance, address)));
            if (found.Count > 0)
            {
                return new MatchFinding(node, addresses, found, name);
            }
        }

        return new MatchFinding(node, addresses, [], string.Empty);
    }

    private static bool HasPrivateAddress(Instance instance, NodeAddress address) =>
        address.Ip is { } ip && instance.PrivateAddresses.Any(text => ip.Equals(NodeAddress.ParseIp(text)));

    private static bool HasDnsNameOrPublicAddress(Instance instance, NodeAddress address) => address.Ip is { } ip
        ? ip.Equals(NodeAddress.ParseIp(instance.PublicAddress))
        : instance.DnsNames.Any(name => IsSameName(name.TrimEnd('.'), address.Text));

    private static bool HasNameTag(Instance instance, NodeAddress address) =>
        IsSameName(instance.NameTag, address.Text) || IsSameName(instance.NameTag, address.FirstLabel);

    private static bool IsSameName(string? left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
