using System.Text;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>What the deciding rule found for a node.</summary>
internal sealed record MatchFinding(
    NodeToMatch Node, IReadOnlyList<NodeAddress> Addresses, IReadOnlyList<Instance> Instances, string Rule);

/// <summary>Tells a person why nodes and instances do not fit, and what to change.</summary>
internal static class MatchRefusal
{
    private const int InstancesShown = 20;

    public static string Describe(IReadOnlyList<MatchFinding> findings, IReadOnlyCollection<Instance> instances)
    {
        var owners = findings
            .Where(finding => finding.Instances.Count == 1)
            .ToLookup(finding => finding.Instances[0].Id, finding => finding.Node.Endpoint);
        var text = new StringBuilder("Not every node can be matched to exactly one EC2 instance.\nNodes:\n");
        foreach (var finding in findings)
        {
            text.Append(null, $"  {NodeLine(finding, owners)}\n");
        }

        var looked = $"EC2 instances looked at{AccountOf(instances)}";
        text.Append(instances.Count == 0 ? $"{looked}: none.\n" : $"{looked} ({instances.Count}):\n");
        text.AppendJoin("", instances.Take(InstancesShown).Select(InstanceLine));
        text.Append(instances.Count > InstancesShown ? $"  and {instances.Count - InstancesShown} more\n" : "");
        text.Append("What to do: ").AppendJoin(' ', Advice(findings, owners.Any(owner => owner.Count() > 1)));
        return text.ToString();
    }

    private static string NodeLine(MatchFinding finding, ILookup<string, NodeEndpoint> owners)
    {
        var node = Describe(finding);
        var rule = finding.Rule;
        return finding.Instances switch
        {
            [] when finding.Node.IsDead => $"{node}: dead in the cluster's gossip, and on no instance",
            [] => $"{node}: no instance has this IP address, DNS name or Name tag",
            [var one] when owners[one.Id].Count() > 1 =>
                $"{node}: {one.Id} by its {rule}, but so are {string.Join(" and ", owners[one.Id])}",
            [var one] => $"{node}: {one.Id} by its {rule}",
            var many => $"{node}: {many.Count} instances by their {rule}: {string.Join(", ", many.Select(one => one.Id))}",
        };
    }

    private static string Describe(MatchFinding finding)
    {
        var endpoint = finding.Node.Endpoint;
        var others = finding.Addresses.Select(address => address.Text).Except([endpoint.Host], StringComparer.OrdinalIgnoreCase);
        var known = string.Join(", ", others);
        return known.Length == 0 ? $"{endpoint}" : $"{endpoint} (also {known})";
    }

    private static string InstanceLine(Instance instance)
    {
        var name = instance.NameTag is null ? "no Name tag" : $"Name \"{instance.NameTag}\"";
        var address = instance.PrivateAddresses is [var first, ..] ? first : "no private IP address";
        return $"  {instance.Id}  {name}  {address}  {StateName(instance.State)}\n";
    }

    private static IEnumerable<string> Advice(IReadOnlyList<MatchFinding> findings, bool isShared)
    {
        if (findings.Any(finding => finding is { Instances.Count: 0, Node.IsDead: true }))
        {
            yield return "A dead member without an instance is a node that was replaced or removed, if it is not missed: begin when all "
                + "configured voters are level, or when gossip has forgotten it, after 30 minutes. If it is missed, bring it back first.";
        }

        if (findings.Any(finding => finding is { Instances.Count: 0, Node.IsDead: false }))
        {
            yield return "For a node without an instance, check that the region, the AWS account and instance-filters are the cluster's, "
                + "or set the instance's Name tag to the node's host name.";
        }

        if (findings.Any(finding => finding.Instances.Count > 1))
        {
            yield return "For a node with several instances, narrow instance-filters to the cluster's own (tag:cluster=orders or "
                + "vpc-id=vpc-0123), or correct the Name tags.";
        }

        if (isShared)
        {
            yield return "Nodes that share an instance cannot be updated one at a time; if they do not share it, correct the Name tags "
                + "or the addresses that the nodes advertise.";
        }
    }

    /// <summary>
    /// To which AWS accounts instances belong, such as <c> in account 123456789012</c>: the wrong one is the first thing to look for where
    /// one is not found. Nothing where EC2 does not tell.
    /// </summary>
    public static string AccountOf(IEnumerable<Instance> instances)
    {
        var accounts = string.Join(" and ", instances.Select(instance => instance.Details.Account).OfType<string>().Distinct());
        return accounts.Length == 0 ? "" : $" in account {accounts}";
    }

    /// <summary>As EC2 writes it.</summary>
    public static string StateName(InstanceState state) =>
        state is InstanceState.ShuttingDown ? "shutting-down" : state.ToString().ToLower();
}
