using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Judging;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>The nodes' HTTP interface over the modelled cluster.</summary>
internal sealed class SimulatedNodes(Sandbox.Model.Cluster cluster, World world, Weather weather, Wire wire, Run run) : IClusterNodes
{
    private static readonly NodeState[] States = [.. Enum.GetNames<VNodeState>().Select(Enum.Parse<NodeState>)];

    private readonly Dictionary<NodeEndpoint, Target> targets = cluster.Nodes.ToDictionary(
        node => new NodeEndpoint(node.Address, node.Port),
        node => new Target(run.Umpire.Of(node.Name), new NodeEndpoint(node.Address, node.Port)));

    public Task<GossipAnswer> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var target = targets[node];
        return wire.SendAsync(target.Gossip, () => Ask(target, up => Answer(up, target), isGossip: true), cancellationToken);
    }

    public async Task<bool> IsLiveAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var target = targets[node];
        try
        {
            return await wire.SendAsync(target.Health, () => new Answer<bool>(Ask(target, up => up.IsHealthy).Value), cancellationToken);
        }
        catch (NodeUnreachableException)
        {
            return false;
        }
    }

    public Task<NodeOptions> OptionsAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var target = targets[node];
        return wire.SendAsync(target.Options, () => Ask(target, up => new NodeOptions(cluster.ClusterSize, up.ConfiguredPriority)), cancellationToken);
    }

    public Task SetPriorityAsync(NodeEndpoint node, int priority, CancellationToken cancellationToken) =>
        ActAsync(targets[node], "priority", up => cluster.SetPriority(up.Name, priority), cancellationToken);

    public Task ResignAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        ActAsync(targets[node], "resign", up => cluster.Resign(up.Name), cancellationToken);

    private Task<bool> ActAsync(Target target, string what, Action<Node> act, CancellationToken cancellationToken) =>
        wire.SendAsync(target.Act(what), () =>
        {
            var asked = Ask(target, up => up);
            if (asked.Value is { } up)
            {
                run.Umpire.ByTheProgram(() => act(up));
            }

            return new Answer<bool>(true, asked.Refusal);
        }, cancellationToken);

    private Answer<T> Ask<T>(Target target, Func<Node, T> ask, bool isGossip = false) => world.Look(() =>
    {
        target.Watch.AskedAt = isGossip ? world.Now : target.Watch.AskedAt;
        return target.Watch.Node.IsUp && weather.Unreachable.GetValueOrDefault(target.Watch.Node.Name) <= run.Time.Elapsed
            ? new Answer<T>(ask(target.Watch.Node))
            : new Answer<T>(default, target.Refused);
    });

    private GossipAnswer Answer(Node node, Target target)
    {
        var members = new GossipMember[cluster.Nodes.Count];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = MemberOf(cluster.Nodes[i] == node ? cluster.Own(node) : node.Views[cluster.Nodes[i]].Member);
        }

        return new GossipAnswer(members, target.Endpoint);
    }

    private static GossipMember MemberOf(Member member) => new(
        member.InstanceId,
        States[(int)member.State],
        member.IsAlive,
        new NodeEndpoint(member.Address, member.Port),
        [],
        member.WriterCheckpoint,
        member.NodePriority,
        member.IsReadOnlyReplica);

    /// <summary>A node, and the calls that are made of it all the time.</summary>
    private sealed class Target(NodeWatch watch, NodeEndpoint endpoint)
    {
        public NodeWatch Watch { get; } = watch;

        public NodeEndpoint Endpoint { get; } = endpoint;

        public Call Gossip { get; } = Of(watch, endpoint, "gossip", isAct: false);

        public Call Health { get; } = Of(watch, endpoint, "health", isAct: false);

        public Call Options { get; } = Of(watch, endpoint, "options", isAct: false);

        public NodeUnreachableException Refused { get; } = new(endpoint, "refused the connection");

        public Call Act(string what) => Of(Watch, Endpoint, what, isAct: true);

        private static Call Of(NodeWatch watch, NodeEndpoint endpoint, string what, bool isAct) => new(
            $"{what} of {watch.Node.Name}", isAct, IsEc2: false, how => new NodeUnreachableException(endpoint, how));
    }
}
