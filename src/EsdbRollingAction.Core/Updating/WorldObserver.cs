using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// Looks at the cluster and the instances, and keeps the look before: being level must be seen twice in a row.
/// A probe looks at no more than what is awaited.
/// </summary>
internal sealed class WorldObserver(ClusterObserver cluster, IInstances instances, KnownCapacity capacity, RollSettings settings, TimeProvider time)
{
    /// <summary>How often gossip is probed while something is awaited of it.</summary>
    public static readonly TimeSpan GossipProbe = TimeSpan.FromMilliseconds(250);

    /// <summary>How often EC2 is probed while something is awaited of it.</summary>
    public static readonly TimeSpan InstanceProbe = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a node is asked that does not answer yet: it has a while to go after its first answer.</summary>
    public static readonly TimeSpan StartingProbe = TimeSpan.FromSeconds(1);

    /// <summary>How often a node is asked that has not begun to follow: it becomes a clone first.</summary>
    public static readonly TimeSpan CatchingUpProbe = TimeSpan.FromMilliseconds(500);

    /// <summary>How soon a look follows that is to confirm another.</summary>
    public static readonly TimeSpan ConfirmingProbe = TimeSpan.FromMilliseconds(100);

    /// <summary>A throttled or silent EC2 does not hold an iteration longer.</summary>
    private static readonly TimeSpan DescribePatience = TimeSpan.FromSeconds(10);

    private readonly LeaderWatch leaderWatch = new();
    private readonly SinceWatch silent = new(node => node.Own is null);
    private readonly SinceWatch goingDown = new(node => node.Own is null or { State: NodeState.ShuttingDown or NodeState.Shutdown });
    private readonly TakerWatch takers = new(settings.Run);
    private ClusterView? view;
    private Dictionary<string, Instance> seenInstances = [];
    private string? instancesProblem;
    private DateTimeOffset? firstMarkedAt;

    /// <summary>The configured number of voters.</summary>
    public required int ClusterSize { get; set; }

    /// <summary>How many times longer than it should the world takes to be looked at: a slow runner, or a simulated one.</summary>
    public double Slowness { get; init; } = 1;

    /// <summary>Why no node may be begun with, or null.</summary>
    public RollingUpdateException? Refusal { get; set; }

    /// <summary>The runs that this one follows.</summary>
    public Predecessors Predecessors
    {
        get;
        set
        {
            firstMarkedAt = value.TookOverAt == field.TookOverAt ? firstMarkedAt : null;
            field = value;
        }
    }
    = Predecessors.None;

    /// <summary>Whether EC2 lets instances be marked.</summary>
    public bool MayMark { get; set; } = true;

    /// <summary>Whether EC2 does not let this program hold capacity at all.</summary>
    public bool MayNotReserve { get; set; }

    /// <summary>EC2 accepted a mark of this run. What was marked over by another in between has told nobody.</summary>
    public void Marked(bool isOverAnothers) => firstMarkedAt = isOverAnothers ? time.GetUtcNow() : firstMarkedAt ?? time.GetUtcNow();

    /// <summary>EC2 does not take the reservation back: it is no longer tried.</summary>
    public void CannotRelease(string id) => capacity.Abandon(id);

    /// <summary>Whether the cluster itself names the node.</summary>
    public bool IsNamed(NodeEndpoint node) => cluster.IsNamed(node);

    /// <summary>The plan was made again, or may not be: with another size of the cluster what is level is looked at anew.</summary>
    public void Planned(Begun begun)
    {
        (ClusterSize, Refusal) = (begun.ClusterSize, begun.Refusal);
        view = null;
    }

    /// <summary>Looks at everything, at the nodes last: what they say decides who may be stopped. The first time it looks twice.</summary>
    public async Task<Observation> ObserveAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        if (view is null)
        {
            Push(await cluster.LookAsync(cancellationToken));
            await Task.Delay(GossipProbe, time, cancellationToken);
        }

        await DescribeAsync(Ids(state.EventStoreNodeUpdates), cancellationToken);
        await capacity.LookAsync(Ids(state.EventStoreNodeUpdates), cancellationToken);
        Push(await LookAsync(state, cancellationToken));
        return Current(state);
    }

    /// <summary>Waits one probe interval, then looks at what is awaited of the node.</summary>
    public async Task<Observation> ProbeAsync(
        ClusterUpdate state, NodeUpdate node, Awaited awaited, TimeSpan longest, CancellationToken cancellationToken)
    {
        var interval = IntervalOf(node, awaited) * Slowness;
        await Task.Delay(interval < longest ? interval : longest, time, cancellationToken);
        switch (awaited)
        {
            case Awaited.Node:
                await ProbeNodeAsync(state, node.Endpoint, cancellationToken);
                break;
            case Awaited.Cluster:
                Push(await LookAsync(state, cancellationToken));
                break;
            default:
                await DescribeAsync(Ids([node]), cancellationToken);
                await capacity.LookAsync(Ids(state.EventStoreNodeUpdates), cancellationToken);
                break;
        }

        return Current(state);
    }

    private TimeSpan IntervalOf(NodeUpdate node, Awaited awaited) => awaited switch
    {
        Awaited.Instance => InstanceProbe,
        _ when view!.Now.Nodes.Keys.Any(view.IsLevelUnconfirmed) => ConfirmingProbe,
        Awaited.Node when view.Own(node.Endpoint) is null => StartingProbe,
        Awaited.Node when view.Own(node.Endpoint) is { State: not (NodeState.Clone or NodeState.Follower or NodeState.ReadOnlyReplica) } => CatchingUpProbe,
        _ => GossipProbe,
    };

    /// <summary>Once the node may be level everybody is looked at: what follows depends on all of them.</summary>
    private async Task ProbeNodeAsync(ClusterUpdate state, NodeEndpoint node, CancellationToken cancellationToken)
    {
        var look = view!.Now.With(await cluster.LookAsync([node], AwaitedNodeOf(node), cancellationToken));
        Push(look.Nodes[node].IsLive ? await LookAsync(state, cancellationToken) : look);
    }

    private Task<ClusterLook> LookAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var underWay = state.EventStoreNodeUpdates.FirstOrDefault(node => node.IsOnItsWay);
        return cluster.LookAsync(
            [.. cluster.Members.Except(Off(state))], underWay is null ? null : AwaitedNodeOf(underWay.Endpoint), cancellationToken);
    }

    private AwaitedNode AwaitedNodeOf(NodeEndpoint node) => new(node, view!.Leader?.WriterCheckpoint ?? 0);

    private void Push(ClusterLook look)
    {
        view = view?.With(look) ?? new ClusterView(look, look, ClusterSize, settings.MaxReplicationLagBytes);
        leaderWatch.Saw(look, time.GetUtcNow());
        silent.Saw(look, time.GetUtcNow());
        goingDown.Saw(look, time.GetUtcNow());
    }

    private Observation Current(ClusterUpdate state) => new(
        view!,
        seenInstances,
        time.GetUtcNow(),
        instancesProblem)
    {
        LongestWithoutLeader = leaderWatch.Longest,
        SilentSince = silent.Since,
        GoingDownSince = goingDown.Since,
        Unplanned = cluster.Members.Count == state.EventStoreNodeUpdates.Count ? [] : [.. cluster.Members.Except(state.EventStoreNodeUpdates.Select(node => node.Endpoint))],
        Refusal = Refusal,
        Predecessors = Predecessors,
        Takers = takers.Marks,
        FirstMarkedAt = firstMarkedAt,
        MayMark = MayMark,
        MayNotReserve = MayNotReserve,
        Held = capacity.Held,
    };

    /// <summary>Nobody is at home where the instance is off: asking would only cost the time-out.</summary>
    private IEnumerable<NodeEndpoint> Off(ClusterUpdate state) => state.EventStoreNodeUpdates
        .Where(node => node.Ec2InstanceId is { } id
            && seenInstances.GetValueOrDefault(id) is { State: InstanceState.Stopped }
            && !Pace.IsRecent(node.StartRequestedAt, Pace.ReadsMayBeStale, time.GetUtcNow()))
        .Select(node => node.Endpoint);

    private static List<string> Ids(IEnumerable<NodeUpdate> nodes) => [.. nodes.Select(node => node.Ec2InstanceId).OfType<string>()];

    /// <summary>An instance that EC2 does not show, or a question it does not answer, leaves nothing known about it.</summary>
    private async Task DescribeAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, Instance>(seenInstances);
        ids.ForEach(id => known.Remove(id));
        instancesProblem = null;
        using var patience = new CancellationTokenSource(DescribePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            foreach (var instance in await instances.DescribeAsync(ids, either.Token))
            {
                known[instance.Id] = instance;
                takers.Saw(instance, Predecessors);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            instancesProblem = $"EC2 did not answer within {DescribePatience.TotalSeconds:0} s";
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            instancesProblem = exception.Message;
        }

        seenInstances = known;
    }
}
