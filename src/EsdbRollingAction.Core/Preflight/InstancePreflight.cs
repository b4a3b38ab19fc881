using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Checks the instances that will be changed, what they shall become, and what the roll may do to them.</summary>
internal sealed class InstancePreflight(PreflightEdges edges, IUpdateStrategy strategy, RollSettings settings)
{
    /// <returns>The checks, and the state with what must be known of the instances to roll the change back.</returns>
    /// <exception cref="InstanceException">The credentials have expired or there are none.</exception>
    public async Task<(ClusterUpdate State, IReadOnlyList<Check> Checks)> CheckAsync(
        PlannedCluster plan, CancellationToken cancellationToken)
    {
        var (planned, matches) = (plan.State, plan.Matches);

        // A plan that is refused already: what is known is checked all the same, so that everything is said at once.
        List<CheckedNode> nodes = [.. matches.AreComplete ? ToChange(plan) : Certain(planned, matches)];
        if (nodes.Count == 0)
        {
            return (planned, []);
        }

        var facts = await edges.InstanceFacts.AskAsync(
            [.. nodes.Select(node => node.Instance)],
            [.. nodes.Select(node => node.TargetType).OfType<string>().Distinct(StringComparer.Ordinal)],
            cancellationToken);
        IEnumerable<Check> dryRuns = matches.AreComplete ? await TryPermissionsAsync(nodes, cancellationToken) : [];
        var ofTheChange = await strategy.CheckAsync(nodes, facts, cancellationToken);
        return (strategy.Planned(WithCpuOptions(planned, nodes, facts), ofTheChange),
        [
            .. CheckRows.Of(nodes, node => strategy.Calls.TakesDown
                ? InstanceChecks.Of(node, facts, settings)
                : InstanceChecks.OfOneThatStaysOn(node, facts)),
            .. ofTheChange.Rows,
            .. dryRuns,
        ]);
    }

    private async Task<IReadOnlyList<Check>> TryPermissionsAsync(List<CheckedNode> nodes, CancellationToken cancellationToken)
    {
        var targets = nodes.ToDictionary(node => node.Instance.Id, node => node.TargetType ?? node.Instance.Type);
        List<Instance> running = [.. nodes.Select(node => node.Instance).Where(instance => instance.State is InstanceState.Running)];
        return running.Count > 0
            ? await edges.Instances.TryPermissionsAsync(running, instance => targets[instance.Id], strategy.Calls, cancellationToken)
            : [];
    }

    /// <summary>CPU options that somebody had set are remembered before the first change: EC2 forgets them with it.</summary>
    private static ClusterUpdate WithCpuOptions(ClusterUpdate planned, List<CheckedNode> nodes, InstanceFacts facts)
    {
        var options = nodes.ToDictionary(node => node.Instance.Id, node => OptionsOf(node.Instance, facts));
        return planned with
        {
            EventStoreNodeUpdates =
            [
                .. planned.EventStoreNodeUpdates.Select(node => node with
                {
                    OriginalCpuOptions = node.OriginalCpuOptions ?? options.GetValueOrDefault(node.Ec2InstanceId ?? ""),
                }),
            ],
        };
    }

    private static CpuOptionsBefore? OptionsOf(Instance instance, InstanceFacts facts) =>
        instance.Details.Cpu is { } set && facts.TypeOf(instance.Type)?.DefaultCpu is { } usual && set != usual
            ? new CpuOptionsBefore(instance.Type, set.Cores, set.ThreadsPerCore)
            : null;

    private IEnumerable<CheckedNode> ToChange(PlannedCluster plan) =>
        from node in plan.State.EventStoreNodeUpdates
        where !node.IsDone
        let instance = plan.Matches.InstanceOf(node)
        where instance is not null && !strategy.IsAsWanted(node)
        select new CheckedNode(node.NodeName, instance, StartedAs(plan.State, node), AddressesOf(node.Endpoint, plan.Matches))
        {
            Options = plan.First.Options.GetValueOrDefault(node.Endpoint)?.All,
            Version = node.Version,
        };

    /// <summary>A machine that only reboots gives its capacity up for nobody.</summary>
    private string? StartedAs(ClusterUpdate planned, NodeUpdate node) => strategy.Calls.StopsInstances ? planned.TypeStartedAs(node) : null;

    private IEnumerable<CheckedNode> Certain(ClusterUpdate planned, NodeMatches matches) =>
        from match in matches.Matches
        let name = match.Value.NameTag ?? match.Key.ToString()
        select new CheckedNode(name, match.Value, planned.TargetInstanceType, AddressesOf(match.Key, matches));

    private CheckedAddresses AddressesOf(NodeEndpoint node, NodeMatches matches)
    {
        var matched = matches.Nodes.FirstOrDefault(other => other.Endpoint == node);
        return new CheckedAddresses(node.Host)
        {
            Resolved = matched?.Resolved ?? [],
            Others = [.. matched?.Addresses ?? [], .. settings.Seeds.Select(seed => seed.Host)],
        };
    }
}
