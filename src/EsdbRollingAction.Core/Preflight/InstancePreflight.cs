using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Checks the instances that will be changed, what they shall become, and what the roll may do to them.</summary>
internal sealed class InstancePreflight(IInstances instances, IUpdateStrategy strategy, IInstanceFacts facts, RollSettings settings)
{
    /// <exception cref="InstanceException">The credentials have expired or there are none.</exception>
    public async Task<CheckedInstances> CheckAsync(ClusterUpdate planned, NodeMatches matches, CancellationToken cancellationToken)
    {
        var nodes = (matches.AreComplete ? ToChange(planned, matches) : Certain(planned, matches)).ToList();
        if (nodes.Count == 0)
        {
            return new CheckedInstances(planned, []);
        }

        var told = await facts.AskAsync(
            [.. nodes.Select(node => node.Instance)],
            [.. nodes.Select(node => node.TargetType).OfType<string>().Distinct(StringComparer.Ordinal)],
            cancellationToken);
        var running = nodes.Select(node => node.Instance).Where(instance => instance.State is InstanceState.Running).ToList();
        var targets = nodes.ToDictionary(node => node.Instance.Id, node => node.TargetType ?? node.Instance.Type);
        var dryRuns = matches.AreComplete && running.Count > 0
            ? await instances.TryPermissionsAsync(running, instance => targets[instance.Id], cancellationToken)
            : [];
        return new CheckedInstances(
            WithCpuOptions(planned, nodes, told),
            [
                .. CheckRows.Of(nodes, node => node.Name, node => InstanceChecks.Of(node, told, settings)),
                .. CheckRows.Of(nodes, node => node.Name, node => strategy.Check(node, told)),
                .. PermissionChecks.Of(dryRuns),
            ]);
    }

    /// <summary>CPU options that somebody had set are remembered before the first change: EC2 forgets them with it.</summary>
    private static ClusterUpdate WithCpuOptions(ClusterUpdate planned, List<CheckedNode> nodes, InstanceFacts told) => planned with
    {
        EventStoreNodeUpdates = [.. planned.EventStoreNodeUpdates.Select(node =>
            nodes.Find(other => other.Instance.Id == node.Ec2InstanceId)?.Instance is { } instance
            && OptionsOf(instance, told) is { } options
                ? node with { OriginalCpuOptions = node.OriginalCpuOptions ?? options }
                : node)],
    };

    private static CpuOptionsBefore? OptionsOf(Instance instance, InstanceFacts told) =>
        instance.Details.Cpu is { } set && told.TypeOf(instance.Type)?.DefaultCpu is { } usual && set != usual
            ? new CpuOptionsBefore(instance.Type, set.Cores, set.ThreadsPerCore)
            : null;

    private IEnumerable<CheckedNode> ToChange(ClusterUpdate planned, NodeMatches matches) =>
        from node in planned.EventStoreNodeUpdates
        where !node.IsDone
        let instance = matches.InstanceOf(node)
        where instance is not null && strategy.TargetOf(node) is { } target && target != strategy.VersionOf(instance)
        select new CheckedNode(node.NodeName, instance, planned.TargetOf(node), AddressesOf(node.Endpoint, matches));

    /// <summary>The plan is refused already; what is known is checked all the same, so that everything is said at once.</summary>
    private IEnumerable<CheckedNode> Certain(ClusterUpdate planned, NodeMatches matches) => matches.Matches.Select(match => new CheckedNode(
        match.Value.NameTag ?? match.Key.ToString(), match.Value, planned.TargetInstanceType, AddressesOf(match.Key, matches)));

    private CheckedAddresses AddressesOf(Cluster.NodeEndpoint node, NodeMatches matches)
    {
        var matched = matches.Nodes.FirstOrDefault(other => other.Endpoint == node);
        return new CheckedAddresses(node.Host)
        {
            Resolved = matched?.Resolved ?? [],
            Others = [.. matched?.Addresses ?? [], .. settings.Seeds.Select(seed => seed.Host)],
        };
    }
}

/// <summary>What came of the checks of the instances.</summary>
/// <param name="State">The state with what must be known of the instances to take the change back.</param>
/// <param name="Checks">What was checked.</param>
internal sealed record CheckedInstances(ClusterUpdate State, IReadOnlyList<Check> Checks);
