using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Looks which nodes an update that was cut off had begun with, and how they are.</summary>
internal sealed class RecoveryLook(RecoveryEdges edges, RollSettings settings, TimeProvider time)
{
    private readonly NodeMatching matching = new(edges.Control.Instances, edges.Resolve, settings, time);

    /// <summary>Why EC2 could not be read at the last look, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The nodes with which the update had begun, and those that are off and marked by it.</summary>
    /// <exception cref="InstanceException">The AWS credentials have expired or there are none.</exception>
    public async Task<List<RecoveryView>> AtAsync(ClusterUpdate state, RecoveryMemory memory, CancellationToken cancellationToken)
    {
        var nodes = state.EventStoreNodeUpdates.Where(node => node.Ec2InstanceId is not null).ToList();
        var instances = await DescribeAsync([.. nodes.Select(node => node.Ec2InstanceId!)], cancellationToken);
        var views = new List<RecoveryView>();
        foreach (var node in nodes)
        {
            var instance = instances.FirstOrDefault(instance => instance.Id == node.Ec2InstanceId);
            var isMarkedAndOff = instance is { State: not InstanceState.Running, Mark: not null };
            if (RecoveryNode.WasBegun(node) || isMarkedAndOff)
            {
                views.Add(WithRefusal(await ViewAsync(node, instance, memory.LastAct, cancellationToken), memory));
            }
        }

        return views;
    }

    private RecoveryView WithRefusal(RecoveryView view, RecoveryMemory memory) => view switch
    {
        { Instance: null } when Problem is not null => view with { Why = $"{view.Why} {Problem}" },
        { Need: RecoveryNeed.Start, Instance.StateReason: { } reason } when memory.Started.Contains(view.Node.Ec2InstanceId!) => view with
        {
            Need = view.Node.StartRequests >= UndoneStart.MostStarts(reason) ? RecoveryNeed.Person : RecoveryNeed.Start,
            Why = $"{view.Why} It was started and is off again. {UndoneStart.Told(reason)}",
        },
        { Need: RecoveryNeed.Start } when memory.Refusals.GetValueOrDefault(view.Node.Ec2InstanceId!) is { } refusal => view with
        {
            Need = RecoveryNode.IsForGood(refusal) ? RecoveryNeed.Person : RecoveryNeed.Start,
            Why = $"{view.Why} {refusal.Message}",
        },
        _ => view,
    };

    /// <summary>The state with what the marks tell: without a state file nothing else does.</summary>
    /// <exception cref="InstanceException">EC2 could not be asked.</exception>
    public async Task<ClusterUpdate> MarkedAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var cluster = new ClusterObserver(edges.Nodes, settings.MaxReplicationLagBytes, time);
        var matches = await MatchAsync(cluster, cancellationToken);
        var marked = matches.Where(match => match.Instance.Mark is not null).DistinctBy(match => match.Instance.Id);
        return state with { EventStoreNodeUpdates = [.. marked.Select(match => NodeOf(match.Node, match.Instance))] };
    }

    private async Task<List<(NodeEndpoint Node, Instance Instance)>> MatchAsync(
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
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.ClusterUnreachable or FailureReason.PreflightRefused)
        {
            return [.. atSeeds];
        }
    }

    private static NodeUpdate NodeOf(NodeEndpoint endpoint, Instance instance) => new()
    {
        NodeName = instance.NameTag ?? endpoint.Host,
        NodeAddress = endpoint.Host,
        NodePort = endpoint.Port,
        Ec2InstanceId = instance.Id,
        NodeUpdateStatus = UpdateStatus.InProgress,
        OriginalInstanceType = NodeMark.Parse(instance.Mark)?.OriginalType,
        CurrentInstanceType = instance.Type,
        CurrentInstanceState = instance.State,
    };

    private async Task<RecoveryView> ViewAsync(
        NodeUpdate node, Instance? instance, DateTimeOffset? lastAct, CancellationToken cancellationToken)
    {
        var own = instance is { State: InstanceState.Running }
            ? RecoveryAnswer.Of((await edges.Nodes.GossipAsync(node.Endpoint, cancellationToken)).Answer, node.Endpoint)
            : RecoveryAnswer.None;
        var view = RecoveryNode.View(node, instance, own, new RecoveryMoment(time.GetUtcNow(), lastAct));
        if (view.Need is RecoveryNeed.Start && !await IsItsOwnAsync(node, instance!, cancellationToken))
        {
            return view with { Need = RecoveryNeed.Person, Why = $"{view.Why} Nothing but the state file says that it is the node's: it is not started." };
        }

        var mark = settings.TakeOver || view.Need is RecoveryNeed.None ? null : NodeMark.Parse(instance?.Mark);
        return mark is null || mark.Run == settings.Run ? view : await UnlessAnothersAsync(view, mark, cancellationToken);
    }

    /// <summary>
    /// A state may be old, or edited: an instance that was replaced would be a second database under one identity. The update's own mark
    /// tells, or the node's address or name.
    /// </summary>
    private async Task<bool> IsItsOwnAsync(NodeUpdate node, Instance instance, CancellationToken cancellationToken) =>
        instance.Mark is not null
        || InstanceMatcher.Identifies(instance, new NodeToMatch(node.Endpoint, [node.NodeAddress]))
        || string.Equals(instance.NameTag, node.NodeName, StringComparison.OrdinalIgnoreCase)
        || InstanceMatcher.Identifies(
            instance,
            new NodeToMatch(node.Endpoint, [.. (await edges.Resolve(node.NodeAddress, cancellationToken)).Select(address => address.ToString())]));

    private async Task<RecoveryView> UnlessAnothersAsync(RecoveryView view, NodeMark mark, CancellationToken cancellationToken)
    {
        var what = $"{RecoveryNode.Label(view.Node)} is {view.Instance!.State} and marked by {mark.Run}";
        return await RunLock.HasEndedAsync(mark, edges.Control.OtherRuns, time.GetUtcNow(), cancellationToken) switch
        {
            true => view,
            false => view with { Need = RecoveryNeed.OtherRun, Why = $"{what}, which still runs: it is left to that run." },
            null => view with { Need = RecoveryNeed.Wait, Why = $"{what}; it is not known whether that run still works on it." },
        };
    }

    private async Task<IReadOnlyList<Instance>> DescribeAsync(List<string> ids, CancellationToken cancellationToken)
    {
        try
        {
            Problem = null;
            return ids.Count == 0 ? [] : await edges.Control.Instances.DescribeAsync(ids, cancellationToken);
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            Problem = exception.Message;
            return [];
        }
    }
}
