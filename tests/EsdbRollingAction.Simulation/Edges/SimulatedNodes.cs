using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>The nodes' HTTP interface over the modelled cluster.</summary>
internal sealed class SimulatedNodes(Sandbox.Model.Cluster cluster, World world, Weather weather, Wire wire, Run run)
    : IClusterNodes, IAutoScavenge
{
    private static readonly NodeState[] States = [.. Enum.GetNames<VNodeState>().Select(Enum.Parse<NodeState>)];

    private static readonly AutoScavenge NoAutoScavenge = new(Core.Cluster.AutoScavengeState.Absent);
    private static readonly AskedGossip NoAnswer = new(null, "did not answer in time");
    private static readonly Call NobodyThere = new(
        "gossip of a node that is gone", IsAct: false, IsEc2: false, how => new InvalidOperationException(how));

    private const string Refused = "refused the connection";
    private static readonly Func<string, Answer<AskedGossip>> NoGossip = how => new(new AskedGossip(null, how));
    private static readonly Func<string, Answer<bool>> NotLive = _ => new(false);

    private readonly bool areVersionsRolled = run.Scenario.World.Upgrade is not null;
    private readonly IReadOnlyList<Ghost> ghosts = run.Scenario.Ghosts;
    private readonly Dictionary<NodeEndpoint, Target> targets = cluster.Nodes.ToDictionary(
        node => new NodeEndpoint(node.Address, node.Port),
        node => new Target(run.Umpire.Of(node.Name), new NodeEndpoint(node.Address, node.Port), cluster.Nodes.Count));

    public Task<AskedGossip> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        if (!targets.TryGetValue(node, out var target))
        {
            return wire.SendAsync(NobodyThere, () => new Answer<AskedGossip>(NoAnswer), NoGossip, cancellationToken);
        }

        return wire.SendAsync(target.Gossip, () => new Answer<AskedGossip>(Gossip(target)), NoGossip, cancellationToken);
    }

    public Task<bool> IsLiveAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        if (!targets.TryGetValue(node, out var target))
        {
            return Task.FromResult(false);
        }

        return wire.SendAsync(target.Health, () => new Answer<bool>(world.Look(() => Answers(target) && target.Watch.Node.IsHealthy)), NotLive, cancellationToken);
    }

    public Task<NodeOptions> OptionsAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var target = targets[node];
        return wire.SendAsync(
            target.Options,
            () => world.Look(() => Answers(target)
                ? new Answer<NodeOptions>(new NodeOptions(cluster.ClusterSize, target.Watch.Node.ConfiguredPriority))
                : new Answer<NodeOptions>(default, target.Options.Failed(Refused))),
            cancellationToken);
    }

    public Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult<NodeInfo?>(null);

    public Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult<bool?>(null);

    public Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult<bool?>(null);

    public Task SetPriorityAsync(NodeEndpoint node, int priority, CancellationToken cancellationToken) =>
        ActAsync(targets[node], "priority", up => cluster.SetPriority(up.Name, priority), cancellationToken);

    public Task ResignAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        ActAsync(targets[node], "resign", up => cluster.Resign(up.Name), cancellationToken);

    /// <summary>Servers without.</summary>
    public IAutoScavenge AutoScavenge => this;

    public Task<AutoScavenge> AutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult(NoAutoScavenge);

    public Task<AutoScavenge> PauseAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult(NoAutoScavenge);

    public Task<AutoScavenge> ResumeAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult(NoAutoScavenge);

    private Task<bool> ActAsync(Target target, string what, Action<Node> act, CancellationToken cancellationToken) =>
        wire.SendAsync(target.Act(what), () =>
        {
            if (!world.Look(() => Answers(target)))
            {
                return new Answer<bool>(false, target.Health.Failed(Refused));
            }

            run.Umpire.ByTheProgram(run, () => act(target.Watch.Node));
            return new Answer<bool>(true);
        }, cancellationToken);

    private bool Answers(Target target) =>
        target.Watch.Node.IsUp && weather.Unreachable.GetValueOrDefault(target.Watch.Node.Name) <= run.Time.Elapsed;

    private AskedGossip Gossip(Target target) => world.Look(() =>
    {
        run.Asks(target.Watch);
        return Answers(target) ? new AskedGossip(new GossipAnswer(MembersSeenBy(target))) : new AskedGossip(null, Refused);
    });

    private GossipMember[] MembersSeenBy(Target target)
    {
        var node = target.Watch.Node;
        var named = ghosts.Count(ghost => ghost.Until > run.Time.Elapsed);
        var members = new GossipMember[cluster.Nodes.Count + named];
        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            members[i] = cluster.Nodes[i] == node ? Own(cluster.Own(node)) : target.Shown(node.Views[cluster.Nodes[i]].Member, i);
        }

        foreach (var ghost in named == 0 ? [] : ghosts.Where(ghost => ghost.Until > run.Time.Elapsed))
        {
            members[^named--] = Dead(ghost);
        }

        return members;
    }

    /// <summary>Its version counts where versions are rolled. Older servers tell it elsewhere, and the program reads it there.</summary>
    private GossipMember Own(in Member member) =>
        areVersionsRolled ? MemberOf(member) with { Version = ServerVersion.Read(member.EsVersion) } : MemberOf(member);

    private GossipMember Dead(Ghost ghost)
    {
        var replaced = cluster.Nodes[ghost.Node];
        return new GossipMember(
            new Guid(ghost.Node + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]),
            replaced.IsReadOnlyReplica ? NodeState.ReadOnlyReplica : NodeState.Follower,
            IsAlive: false,
            new NodeEndpoint(ghost.SharesEndpoint ? replaced.Address : $"10.0.1.{ghost.Node + 1}", replaced.Port),
            [],
            50_000_000,
            0,
            replaced.IsReadOnlyReplica);
    }

    private static GossipMember MemberOf(in Member member) => new(
        member.InstanceId,
        States[(int)member.State],
        member.IsAlive,
        new NodeEndpoint(member.Address, member.Port),
        [],
        member.WriterCheckpoint,
        member.NodePriority,
        member.IsReadOnlyReplica);

    /// <summary>A node, and the calls that are made of it all the time.</summary>
    private sealed class Target(NodeWatch watch, NodeEndpoint endpoint, int members)
    {
        private readonly (Member Seen, GossipMember? Shown)[] views = new (Member, GossipMember?)[members];

        public NodeWatch Watch { get; } = watch;

        public NodeEndpoint Endpoint { get; } = endpoint;

        public Call Gossip { get; } = Of(watch, endpoint, "gossip", isAct: false);

        public Call Health { get; } = Of(watch, endpoint, "health", isAct: false);

        public Call Options { get; } = Of(watch, endpoint, "options", isAct: false);

        /// <summary>What it shows of another node is the same until it hears of it again.</summary>
        public GossipMember Shown(in Member seen, int other)
        {
            ref var view = ref views[other];
            if (view.Shown is null || view.Seen != seen)
            {
                view = (seen, MemberOf(seen));
            }

            return view.Shown!;
        }

        public Call Act(string what) => Of(Watch, Endpoint, what, isAct: true);

        private static Call Of(NodeWatch watch, NodeEndpoint endpoint, string what, bool isAct) => new(
            $"{what} of {watch.Node.Name}", isAct, IsEc2: false, how => new NodeUnreachableException(endpoint, how));
    }
}
