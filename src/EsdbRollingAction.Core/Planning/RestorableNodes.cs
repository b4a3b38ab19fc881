using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Planning;

/// <summary>Nodes that are known without the cluster: by the restore points on instances at its addresses, or by a state file.</summary>
internal sealed class RestorableNodes(NodeMatching matching, RollSettings settings)
{
    /// <summary>The state with a node for every instance of the cluster that carries a restore point.</summary>
    /// <exception cref="InstanceException">EC2 could not be asked.</exception>
    public async Task<ClusterUpdate> WithThemAsync(ClusterUpdate state, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var found = await MatchesAsync(cluster, cancellationToken);
        return state with
        {
            EventStoreNodeUpdates =
            [
                .. found.DistinctBy(match => match.Instance.Id)
                    .Select(match => NodeOf(match.Node, match.Instance))
                    .OfType<NodeUpdate>(),
            ],
        };
    }

    /// <summary>
    /// The state, of which no instance is started that only the state file calls a node's: it may be old, or edited, and an instance
    /// that was replaced would be a second database under one identity. A restore point tells, or the node's address or name.
    /// </summary>
    public async Task<ClusterUpdate> WithoutStrangersAsync(
        ClusterUpdate state, IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var nodes = new List<NodeUpdate>();
        foreach (var node in state.EventStoreNodeUpdates)
        {
            var instance = instances.FirstOrDefault(instance => instance.Id == node.Ec2InstanceId);
            nodes.Add(instance is null || await IsItsOwnAsync(node, instance, cancellationToken) ? node : NotStarted(node));
        }

        return state with { EventStoreNodeUpdates = nodes };
    }

    private static NodeUpdate NotStarted(NodeUpdate node) => node with
    {
        LastStartTried = true,
        StartRequestedAt = null,
        WaitingFor = "Nothing but the state file says that it is the node's: it is not started",
    };

    private async Task<List<(NodeEndpoint Node, Instance Instance)>> MatchesAsync(
        ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var atSeeds = await matching.InstancesBySeedAsync(cancellationToken);
        try
        {
            var members = await cluster.DiscoverAsync(settings.Seeds, cancellationToken);
            var first = new FirstLook(members, new Dictionary<NodeEndpoint, NodeOptions>(), Denied: null);
            var matches = await matching.MatchAsync(cluster, first, cancellationToken);
            return [.. matches.Matches.Select(match => (match.Key, match.Value)), .. atSeeds];
        }
        catch (RollingUpdateException)
        {
            return [.. atSeeds];
        }
    }

    private static NodeUpdate? NodeOf(NodeEndpoint endpoint, Instance instance)
    {
        if (RestorePoint.Of(instance) is not { } restore)
        {
            return null;
        }

        var own = restore.Node is { } node && InstanceMatcher.Identifies(instance, new NodeToMatch(node, [])) ? node : endpoint;
        return new NodeUpdate
        {
            NodeName = instance.NameTag ?? own.Host,
            NodeAddress = own.Host,
            NodePort = own.Port,
            Ec2InstanceId = instance.Id,
            NodeType = NodeType.Follower,
            NodeUpdateStatus = UpdateStatus.InProgress,
            OriginalInstanceType = restore.Type,
            OriginalVersion = restore.Version,
            OriginalNodePriority = restore.Priority,
            CurrentInstanceType = instance.Type,
            CurrentInstanceState = instance.State,
        };
    }

    private async Task<bool> IsItsOwnAsync(NodeUpdate node, Instance instance, CancellationToken cancellationToken) =>
        instance.RestorePoint is not null
        || string.Equals(instance.NameTag, node.NodeName, StringComparison.OrdinalIgnoreCase)
        || InstanceMatcher.Identifies(instance, await matching.WithAddressesAsync(node.Endpoint, cancellationToken));
}
