using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public sealed class TrustTests : IDisposable
{
    private static readonly NodeEndpoint Stranger = new("other.elsewhere.test", 2113);
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Credentials_never_go_to_a_node_that_only_the_state_names()
    {
        var other = new PicturedNode("other", NodeState.Follower) { InstanceType = Picture.Target };
        roll.Picture.Hidden.Add(other);
        roll.Cluster.Strangers[Stranger] = new GossipMember(Guid.NewGuid(), NodeState.Follower, true, Stranger, [], 500_000_000, -5, false);
        var start = ServiceFixture.Begin() with
        {
            EventStoreNodeUpdates =
            [
                new NodeUpdate { NodeName = "x", NodeAddress = Stranger.Host, NodePort = Stranger.Port, Ec2InstanceId = other.Ec2Id, OriginalNodePriority = 0 },
            ],
        };

        for (var step = 0; step < 5; step++)
        {
            start = await roll.RunAsync(start, oneIteration: true);
        }

        Assert.DoesNotContain(roll.Cluster.Asked, asked => asked.Contains(Stranger.Host, StringComparison.Ordinal));
    }

    [Fact]
    public void Nodes_whose_hosts_begin_alike_get_names_that_a_later_run_can_tell_apart()
    {
        Core.Ec2.Instance[] found = [Of("i-1", "esdb.a.test"), Of("i-2", "esdb.b.test")];
        var matches = Core.Ec2.InstanceMatcher.Match(
            [.. found.Select(instance => new Core.Ec2.NodeToMatch(new NodeEndpoint(instance.DnsNames[0], 2113), []))], found);

        var planned = Plan(ServiceFixture.Begin());

        Assert.Equal(["esdb.a.test", "esdb.b.test"], planned.EventStoreNodeUpdates.Select(node => node.NodeName));
        Assert.Equal(["i-1", "i-2"], Plan(planned).EventStoreNodeUpdates.Select(node => node.Ec2InstanceId));

        ClusterUpdate Plan(ClusterUpdate state) => new NodePlan(
            state,
            new FirstLook(new ClusterLook(new Dictionary<NodeEndpoint, NodeLook>()), new Dictionary<NodeEndpoint, NodeOptions>(), Denied: null),
            new NodeMatches(found, [], matches, Core.Check.Passed("EachNodeHasOneInstance", "")),
            new Ec2InstanceTypeUpdate(roll.Instances, Picture.Target)).Make(roll.Time.GetUtcNow());

        static Core.Ec2.Instance Of(string id, string host) => new(id, Core.Ec2.InstanceState.Running, "t2.large", "esdb", [], null, [host]);
    }
}
