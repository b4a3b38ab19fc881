using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Reads the cluster and the instances, and keeps the look before: being level must be seen twice in a row. A probe reads no more
/// than what is awaited.
/// </summary>
internal sealed class WorldObserver(RollKeepers keepers, RollEdges edges, RollSettings settings)
{
    private readonly TimeProvider time = edges.Time;
    private readonly LeaderWatch leaderWatch = new();
    private readonly SinceWatch silent = new(node => node.Own is null);
    private readonly SinceWatch goingDown = new(node => node.Own is null or { IsShuttingDown: true });
    private readonly HashSet<NodeEndpoint> asked = [];
    private ClusterView? view;
    private CommandsSeen commands = CommandsSeen.None;
    private AlarmsSeen alarms = AlarmsSeen.None;
    private string? instancesProblem;
    private DateTimeOffset? darkSince;

    /// <summary>The instance that a probe has just read: an older read that follows must not hide again what it showed.</summary>
    private string? justRead;

    /// <summary>The configured number of voters.</summary>
    public int ClusterSize { get; private set; }

    /// <summary>How many times longer than it should the world takes to be looked at: a slow runner, or a simulated one.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>Why no node may be begun, or null.</summary>
    public RollingUpdateException? Refusal { get; private set; }

    /// <summary>Whether no node answered, so that nobody but those of the connection string can be asked.</summary>
    public bool IsDark { get; private set; }

    /// <summary>Whether EC2 lets instances be tagged.</summary>
    public bool MayTag { get; set; } = true;

    /// <summary>Whether EC2 lets this program hold capacity at all.</summary>
    public bool MayReserve { get; set; } = true;

    /// <summary>The instances as they were read last.</summary>
    public IReadOnlyDictionary<string, Instance> Instances { get; private set; } = new Dictionary<string, Instance>();

    /// <summary>The plan was made, or made again: with another size of the cluster what is level is looked at anew.</summary>
    public void Planned(Begun begun)
    {
        asked.UnionWith(begun.State.EventStoreNodeUpdates.Where(node => !IsPlanned(node)).Select(node => node.Endpoint));
        (ClusterSize, Refusal, view) = (begun.ClusterSize, begun.Refusal, null);
        IsDark = begun.IsDark;
    }

    /// <summary>Looks at everything, at the nodes last: what they say decides who may be stopped. The first time it looks twice.</summary>
    public async Task<ClusterSnapshot> ObserveAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        await keepers.Lease.RenewAsync(cancellationToken);
        await DescribeAsync(state.InstanceIds().FindAll(id => id != justRead), cancellationToken);
        justRead = null;
        await ReadCommandsAsync(state, cancellationToken);
        if (view is null)
        {
            await LookFirstAsync(state, cancellationToken);
        }

        if (!settings.OnlyRecovers && keepers.Reservations.IsLookDue(state))
        {
            await keepers.Reservations.LookAsync(state.InstanceIds(), cancellationToken);
        }

        alarms = keepers.Alarms is { } watch ? await watch.ReadAsync(Current(state), cancellationToken) : AlarmsSeen.None;
        await keepers.AutoScavenge.LookAsync(view!.Leader?.Endpoint, state, cancellationToken);
        Push(await LookAsync(state, cancellationToken));
        return Current(state);
    }

    /// <summary>Being level must be seen twice.</summary>
    private async Task LookFirstAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        Push(await LookAsync(state, cancellationToken));
        await Task.Delay(ProbeSchedule.Soonest, time, cancellationToken);
    }

    /// <summary>What was seen before a command had ended tells nothing of the node after it.</summary>
    private async Task ReadCommandsAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var before = commands.Ended;
        var (read, problem) = await Bounded.AskAsync(
            "Systems Manager",
            token => keepers.Snapshots.Strategy.ReadAsync(state, new(Instances, time.GetUtcNow(), keepers.Lease.Status.ActsFrom), token),
            time,
            cancellationToken);
        commands = read ?? commands with { Problem = problem };
        view = commands.Ended == before ? view : null;
    }

    /// <summary>The same reads with another state.</summary>
    public ClusterSnapshot Current(ClusterUpdate state) => keepers.Snapshots.Build(state, Seen(state));

    /// <summary>
    /// Waits for the next probe, then looks at what is awaited of the node; null when the iteration is over by then, for the next one
    /// looks at everything.
    /// </summary>
    public async Task<ClusterSnapshot?> ProbeAsync(Decision decision, Awaited awaited, TimeSpan left, CancellationToken cancellationToken)
    {
        var node = decision.Node!;
        justRead = null;
        var interval = IntervalOf(node, decision.State, awaited) * Slowness;
        if (interval >= left)
        {
            await Task.Delay(left, time, cancellationToken);
            return null;
        }

        await Task.Delay(interval, time, cancellationToken);
        await keepers.Lease.RenewAsync(cancellationToken);
        if (node.Phase is NodePhase.Changing)
        {
            await ReadCommandsAsync(decision.State, cancellationToken);
        }

        if (view is null)
        {
            await LookFirstAsync(decision.State, cancellationToken);
            awaited = Awaited.Cluster;
        }

        switch (awaited)
        {
            case Awaited.Node when view!.Now.Nodes.ContainsKey(node.Endpoint):
                await ProbeNodeAsync(decision.State, node.Endpoint, cancellationToken);
                break;
            case Awaited.Instance:
                await DescribeAsync(node.Ec2InstanceId is { } id ? [id] : [], cancellationToken);
                justRead = Instances.ContainsKey(node.Ec2InstanceId ?? "") ? node.Ec2InstanceId : null;
                break;
            case Awaited.Capacity:
                await keepers.Reservations.LookAsync(decision.State.InstanceIds(), cancellationToken);
                break;
            default:
                await keepers.AutoScavenge.LookAsync(view!.Leader?.Endpoint, decision.State, cancellationToken);
                Push(await LookAsync(decision.State, cancellationToken));
                break;
        }

        return Current(decision.State);
    }

    private TimeSpan IntervalOf(NodeUpdate node, ClusterUpdate state, Awaited awaited) => awaited switch
    {
        Awaited.Node or Awaited.Cluster when view!.Now.Nodes.Keys.Any(view.IsLevelUnconfirmed) => ProbeSchedule.Soonest,
        Awaited.Capacity => Timings.LookForARule,
        _ when node.Phase is NodePhase.Baking => Baking.LookAgainIn(node, settings, time.GetUtcNow()),
        _ when node.IsOnItsWay => ProbeSchedule.Next(node, state, time.GetUtcNow()),
        _ => Timings.LookForARule,
    };

    /// <summary>Once the node may be level everybody is looked at: what follows depends on all of them.</summary>
    private async Task ProbeNodeAsync(ClusterUpdate state, NodeEndpoint node, CancellationToken cancellationToken)
    {
        var look = view!.Now.With(await keepers.Cluster.LookAsync([node], AwaitedNodeOf(node), cancellationToken));
        Push(look.Nodes[node].IsLive ? await LookAsync(state, cancellationToken) : look);
    }

    private Task<ClusterLook> LookAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var planned = state.EventStoreNodeUpdates.Select(node => node.Endpoint);
        var members = IsDark ? settings.Seeds : keepers.Cluster.Members.Union(planned);
        var underWay = state.EventStoreNodeUpdates.FirstOrDefault(node => node.IsOnItsWay);
        var awaited = underWay is null || view is null ? null : AwaitedNodeOf(underWay.Endpoint);
        return keepers.Cluster.LookAsync([.. members.Except(Off(state))], awaited, cancellationToken);
    }

    private AwaitedNode AwaitedNodeOf(NodeEndpoint node) => new(node, view!.Leader?.WriterCheckpoint ?? 0);

    private void Push(ClusterLook look)
    {
        var now = time.GetUtcNow();
        view = view?.With(look) ?? new ClusterView(look, look, ClusterSize, settings.MaxReplicationLagBytes);
        leaderWatch.Saw(look, now);
        silent.Saw(look, now);
        goingDown.Saw(look, now);
        darkSince = look.Nodes.Values.Any(node => node.Answer is not null) ? null : darkSince ?? now;
    }

    private Observation Seen(ClusterUpdate state) => new(view!, Instances, time.GetUtcNow(), instancesProblem)
    {
        LongestWithoutLeader = leaderWatch.Longest,
        SilentSince = silent.Since,
        GoingDownSince = goingDown.Since,
        Unplanned = [.. keepers.Cluster.Members.Except(state.EventStoreNodeUpdates.Where(IsPlanned).Select(node => node.Endpoint))],
        Refusal = Refusal,
        Lease = keepers.Lease.Status,
        MayTag = MayTag,
        MayReserve = MayReserve,
        Held = keepers.Reservations.Shown,
        AutoScavenge = keepers.AutoScavenge.Seen,
        Commands = commands,
        Alarms = alarms,
        DarkSince = darkSince,
    };

    /// <summary>
    /// One that was silent then has not told its configured priority: what it has now, an earlier run may have lowered. It is asked once
    /// more, when it answers.
    /// </summary>
    private bool IsPlanned(NodeUpdate node) =>
        node.OriginalNodePriority is not null || asked.Contains(node.Endpoint) || view?.Own(node.Endpoint) is null;

    /// <summary>Nobody is at home where the instance is off: asking would only cost the time-out.</summary>
    private IEnumerable<NodeEndpoint> Off(ClusterUpdate state) => state.EventStoreNodeUpdates
        .Where(node => PendingWrites.Apply(Instances.GetValueOrDefault(node.Ec2InstanceId ?? ""), node, time.GetUtcNow()) is
        { State: InstanceState.Stopped })
        .Select(node => node.Endpoint);

    /// <summary>An instance that EC2 does not show, or a question it does not answer, leaves nothing known about it.</summary>
    private async Task DescribeAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, Instance>(Instances);
        ids.ForEach(id => known.Remove(id));
        (var read, instancesProblem) = await Bounded.AskAsync(
            "EC2", token => edges.Ec2.Instances.DescribeAsync(ids, token), time, cancellationToken);
        foreach (var instance in read ?? [])
        {
            known[instance.Id] = instance;
        }

        keepers.Lease.Observe(read ?? []);
        Instances = known;
    }
}
