using System.Text;

namespace EsdbRollingAction.Core.Instances;

/// <summary>What the deciding rule found for a node.</summary>
internal sealed record MatchFinding(
    NodeToMatch Node, IReadOnlyList<NodeAddress> Addresses, IReadOnlyList<Instance> Instances, string Rule);

/// <summary>Tells a person why nodes and instances do not fit, and what to change.</summary>
internal static class MatchRefusal
{
    private const int InstancesShown = 20;

    public static string Describe(IReadOnlyList<MatchFinding> findings, IReadOnlyCollection<Instance> instances)
    {
        var shared = findings.Where(finding => finding.Instances.Count == 1)
            .GroupBy(finding => finding.Instances[0].Id)
            .Where(group => group.Count() > 1)
            .ToDictionary(group => group.Key, group => string.Join(" and ", group.Select(finding => finding.Node.Endpoint)));
        var text = new StringBuilder("Not every node can be matched to exactly one EC2 instance.\nNodes:\n");
        foreach (var finding in findings)
        {
            text.Append("  ").Append(NodeLine(finding, shared)).Append('\n');
        }

        AppendInstances(text, instances);
        AppendAdvice(text, findings, shared.Count > 0);
        return text.ToString();
    }

    private static string NodeLine(MatchFinding finding, Dictionary<string, string> shared)
    {
        var others = finding.Addresses.Select(address => address.Text)
            .Where(text => !text.Equals(finding.Node.Endpoint.Host, StringComparison.OrdinalIgnoreCase));
        var known = string.Join(", ", others);
        var node = known.Length == 0 ? $"{finding.Node.Endpoint}" : $"{finding.Node.Endpoint} (also {known})";
        return finding.Instances switch
        {
            [] when finding.Node.IsDead => $"{node}: dead in the cluster's gossip, and on no instance",
            [] => $"{node}: no instance has this IP address, DNS name or Name tag",
            [var one] when shared.TryGetValue(one.Id, out var nodes) => $"{node}: {one.Id} by its {finding.Rule}, but so are {nodes}",
            [var one] => $"{node}: {one.Id} by its {finding.Rule}",
            var many => $"{node}: {many.Count} instances by their {finding.Rule}: {string.Join(", ", many.Select(instance => instance.Id))}",
        };
    }

    private static void AppendInstances(StringBuilder text, IReadOnlyCollection<Instance> instances)
    {
        text.Append(instances.Count == 0 ? "EC2 instances looked at: none.\n" : $"EC2 instances looked at ({instances.Count}):\n");
        foreach (var instance in instances.Take(InstancesShown))
        {
            var name = instance.NameTag is null ? "no Name tag" : $"Name \"{instance.NameTag}\"";
            var address = instance.PrivateAddresses.Count == 0 ? "no private IP address" : instance.PrivateAddresses[0];
            text.Append(null, $"  {instance.Id}  {name}  {address}  {StateName(instance.State)}\n");
        }

        if (instances.Count > InstancesShown)
        {
            text.Append(null, $"  and {instances.Count - InstancesShown} more\n");
        }
    }

    private static void AppendAdvice(StringBuilder text, IReadOnlyList<MatchFinding> findings, bool isShared)
    {
        text.Append("What to do:");
        if (findings.Any(finding => finding is { Instances.Count: 0, Node.IsDead: true }))
        {
            text.Append(" A dead member without an instance is a node that was replaced or removed, if it is not missed: ")
                .Append("begin when all configured voters are level, or when gossip has forgotten it, after 30 minutes. ")
                .Append("If it is missed, bring it back first.");
        }

        if (findings.Any(finding => finding is { Instances.Count: 0, Node.IsDead: false }))
        {
            text.Append(" For a node without an instance, check that the region, the AWS account and instance-filters are the cluster's, ")
                .Append("or set the instance's Name tag to the node's host name.");
        }

        if (findings.Any(finding => finding.Instances.Count > 1))
        {
            text.Append(" For a node with several instances, narrow instance-filters to the cluster's own (tag:cluster=orders or vpc-id=vpc-0123), ")
                .Append("or correct the Name tags.");
        }

        if (isShared)
        {
            text.Append(" Nodes that share an instance cannot be updated one at a time; if they do not share it, correct the Name tags ")
                .Append("or the addresses that the nodes advertise.");
        }
    }

    private static string StateName(InstanceState state) => state switch
    {
        InstanceState.Pending => "pending",
        InstanceState.Running => "running",
        InstanceState.ShuttingDown => "shutting-down",
        InstanceState.Terminated => "terminated",
        InstanceState.Stopping => "stopping",
        InstanceState.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
