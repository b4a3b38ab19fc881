using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>A node in a <see cref="Picture"/>: what it says of itself, what others see, and its instance.</summary>
internal sealed class PicturedNode(string name, NodeState state)
{
    public NodeEndpoint Endpoint { get; } = new($"{name}.test", 2113);

    public string Name => name;

    public string NameTag { get => field ?? Name; set; }

    public NodeState State { get; set; } = state;

    public Guid InstanceId { get; set; } = Guid.NewGuid();

    public long Checkpoint { get; set; } = 500_000_000;

    public int Priority { get; set; }

    public string? Version { get; set; }

    public bool Answers { get; set; } = true;

    public bool IsLive { get; set; } = true;

    public bool SeenAlive { get; set; } = true;

    public NodeEndpoint? SeesAsLeader { get; set; }

    public string InstanceType { get; set; } = "t2.large";

    public InstanceState InstanceState { get; set; } = InstanceState.Running;

    /// <summary>When the instance was last started, by EC2's clock, which is a year ahead.</summary>
    public DateTimeOffset LaunchedAt { get; set; } = new(2027, 1, 1, 3, 0, 0, TimeSpan.Zero);

    public string? Lease { get; set; }

    public string? RestorePoint { get; set; }

    public StateReason? StateReason { get; set; }

    public bool InstanceShown { get; set; } = true;

    public string? PrivateAddress { get; set; }

    public string Ec2Id { get => field ?? $"i-{name}"; set; }

    public bool IsReplica { get; } = state is NodeState.ReadOnlyReplica;

    public void GoesDown()
    {
        (Answers, SeenAlive, IsLive) = (false, false, false);
    }

    /// <summary>It is back, and level.</summary>
    public void ComesBack() => ComesBack(IsReplica ? NodeState.ReadOnlyReplica : NodeState.Follower, 500_000_000);

    public void ComesBack(NodeState state, long checkpoint)
    {
        (Answers, SeenAlive, IsLive, State, Checkpoint, InstanceId) = (true, true, true, state, checkpoint, Guid.NewGuid());
    }
}

/// <summary>A cluster and its instances as an observation would show them: a steady one to begin with.</summary>
internal sealed class Picture
{
    public const string Target = "t2.xlarge";

    public IUpdateStrategy Strategy { get; set; } = new Ec2InstanceTypeUpdate(new NoInstances(), Target);

    private Picture(params PicturedNode[] nodes) => Nodes = [.. nodes];

    public List<PicturedNode> Nodes { get; }

    public int ClusterSize { get; set; } = 3;

    public DateTimeOffset At { get; set; } = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    public bool SeenOnce { get; set; }

    /// <summary>For how long the nodes that do not answer have not; null when the program has not looked before.</summary>
    public TimeSpan? SilentFor { get; set; }

    /// <summary>For how long the nodes that do not answer, or shut down, have been seen to; null when the program has not looked before.</summary>
    public TimeSpan? DownFor { get; set; }

    public int ConfiguredPriority { get; set; }

    /// <summary>Nodes that gossip has forgotten and EC2 has not.</summary>
    public List<PicturedNode> Hidden { get; } = [];

    /// <summary>Gossip forgets the node, EC2 does not.</summary>
    public void Forget(PicturedNode node)
    {
        Nodes.Remove(node);
        Hidden.Add(node);
    }

    /// <summary>The node is a member again.</summary>
    public void Remember(PicturedNode node)
    {
        if (Hidden.Remove(node))
        {
            Nodes.Add(node);
        }
    }

    /// <summary>The instances that EC2 shows.</summary>
    public IReadOnlyList<Instance> Instances => [.. Nodes.Concat(Hidden).Where(node => node.InstanceShown).Select(InstanceOf)];

    public PicturedNode this[string name] => Nodes.Single(node => node.Name == name);

    public static Picture OfFour() => new(
        new PicturedNode("follower1", NodeState.Follower),
        new PicturedNode("follower2", NodeState.Follower),
        new PicturedNode("leader", NodeState.Leader),
        new PicturedNode("replica", NodeState.ReadOnlyReplica));

    /// <summary>These nodes run with the target type already.</summary>
    public Picture Updated(params string[] names)
    {
        foreach (var name in names)
        {
            this[name].InstanceType = Target;
        }

        return this;
    }

    /// <summary>The state of an update that has not begun.</summary>
    public ClusterUpdate State(int? maxIterations = null) => new()
    {
        UpdateStrategy = Ec2InstanceTypeUpdate.StrategyName,
        TargetInstanceType = Target,
        MaxNumberOfIterationsPerNodeUpdate = maxIterations,
        EventStoreNodeUpdates = [.. Nodes.Select(node => new NodeUpdate
        {
            NodeName = node.Name,
            NodeAddress = node.Endpoint.Host,
            NodePort = node.Endpoint.Port,
            NodeType = node.IsReplica ? NodeType.ReadOnlyReplica : node.State == NodeState.Leader ? NodeType.Leader : NodeType.Follower,
            Ec2InstanceId = node.Ec2Id,
            OriginalNodePriority = node.Priority,
            OriginalInstanceType = "t2.large",
        })],
    };

    /// <summary>The state of an update that has not begun, but for one node.</summary>
    public ClusterUpdate State(string name, Func<NodeUpdate, NodeUpdate> change)
    {
        var state = State();
        return state.With(change(state.EventStoreNodeUpdates.Single(node => node.NodeName == name)));
    }

    /// <summary>What the roll is told, unless a test says otherwise.</summary>
    public static RollSettings Settings { get; } = new() { Seeds = [], RollBackOnFailure = false };

    /// <summary>The decision that is acted upon: what the observation settles is decided upon before.</summary>
    public Decision Decide(ClusterUpdate? state = null, RollSettings? settings = null, Func<Observation, Observation>? change = null)
    {
        var decision = new Decider().Decide(Snapshot(state, settings, change));
        return decision.Act is Act.Reconsider ? Decide(decision.State, settings, change) : decision;
    }

    public ClusterSnapshot Snapshot(ClusterUpdate? state = null, RollSettings? settings = null, Func<Observation, Observation>? change = null) =>
        new SnapshotBuilder(Strategy, settings ?? Settings).Build(state ?? State(), change?.Invoke(Observe()) ?? Observe());

    public Observation Observe()
    {
        var look = new ClusterLook(Nodes.ToDictionary(node => node.Endpoint, LookOf));
        var before = SeenOnce ? new ClusterLook(Nodes.ToDictionary(node => node.Endpoint, _ => new NodeLook(null, null, false, "silent"))) : look;
        return new Observation(
            new ClusterView(before, look, ClusterSize, maxLag: 1024 * 1024),
            Instances.ToDictionary(instance => instance.Id),
            At)
        {
            SilentSince = SilentFor is { } span ? Nodes.Where(node => !node.Answers).ToDictionary(node => node.Endpoint, _ => At - span) : [],
            GoingDownSince = DownFor is { } down ? Nodes.Where(node => !node.Answers || node.State is NodeState.ShuttingDown).ToDictionary(node => node.Endpoint, _ => At - down) : [],
        };
    }

    /// <summary>What a node says when it is asked, or null when there is none.</summary>
    public NodeLook? ViewOf(NodeEndpoint endpoint) => Nodes.Find(node => node.Endpoint == endpoint) is { } node ? LookOf(node) : null;

    private NodeLook LookOf(PicturedNode node)
    {
        if (!node.Answers)
        {
            return new NodeLook(null, null, IsLive: false, "refused the connection");
        }

        var own = MemberOf(node) with { IsAlive = true };
        var others = Nodes.Where(other => other != node).Select(other => MemberOf(other) with
        {
            State = node.SeesAsLeader is null ? other.State : other.Endpoint == node.SeesAsLeader ? NodeState.Leader : NodeState.Follower,
        });
        return new NodeLook(new GossipAnswer([own, .. others]), own, node.IsLive, null);
    }

    private static GossipMember MemberOf(PicturedNode node) => new(
        node.InstanceId, node.State, node.SeenAlive, node.Endpoint, [], node.Checkpoint, node.Priority, node.IsReplica)
    {
        Version = node.Version,
    };

    private static Instance InstanceOf(PicturedNode node) =>
        new(node.Ec2Id, node.InstanceState, node.InstanceType, node.NameTag, node.PrivateAddress is { } own ? [own] : [], null, [node.Endpoint.Host])
        {
            Lease = node.Lease,
            RestorePoint = node.RestorePoint,
            StateReason = node.StateReason,
            Details = new InstanceDetails { LaunchedAt = node.LaunchedAt },
        };

    /// <summary>Decisions ask EC2 nothing.</summary>
    private sealed class NoInstances : IInstances
    {
        public Task<IReadOnlyList<Instance>> FindAsync(IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Core.Check>> TryPermissionsAsync(IReadOnlyList<Instance> running, Func<Instance, string> targetOf, PlannedCalls calls, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task StopAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RebootAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SetTypeAsync(string id, string type, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SetCpuOptionsAsync(string id, CpuLayout options, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task StartAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
