using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Tests.Cluster;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>Gossip names a node for 30 minutes after it was replaced or removed.</summary>
public sealed class GhostTests : IDisposable
{
    private readonly ServiceFixture roll = new();
    private readonly PicturedNode ghost = new("replaced", NodeState.Follower) { InstanceShown = false };

    public GhostTests()
    {
        ghost.GoesDown();
        roll.Picture.Nodes.Add(ghost);
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task A_dead_member_without_an_instance_stands_in_nobodys_way_while_all_voters_are_level()
    {
        var end = await roll.RunAsync();

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        var check = Assert.Single(roll.Checks, check => check.Name == "GossipIsCurrent");
        Assert.Equal(CheckOutcome.Note, check.Outcome);
        Assert.Contains("replaced.test:2113", check.Found, StringComparison.Ordinal);
        Assert.DoesNotContain(roll.Decisions, decision => decision.Act is Act.PlanAgain);
    }

    [Fact]
    public async Task A_dead_member_without_an_instance_is_refused_while_a_voter_is_behind_and_nobody_is_told_to_set_a_tag()
    {
        roll.Picture["follower1"].Checkpoint -= 100_000_000;

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.PreflightRefused, refused.Reason);
        Assert.Contains("replaced.test:2113: dead in the cluster's gossip, and on no instance", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("set the instance's Name tag", refused.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_dead_member_whose_instance_is_its_successors_is_no_member()
    {
        roll.Picture["follower1"].NameTag = "replaced";

        var end = await roll.RunAsync();

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
    }

    [Fact]
    public async Task Nor_does_it_while_another_instance_is_there_that_is_nobody_s()
    {
        roll.Picture.Hidden.Add(new PicturedNode("stranger", NodeState.Follower));

        Assert.Equal((UpdateStatus.Success, 4), ((await roll.RunAsync()) is var end ? end.ClusterUpdateStatus : default, end.EventStoreNodeUpdates.Count));
    }

    [Fact]
    public async Task A_dead_member_with_an_instance_of_its_own_stays_a_member()
    {
        ghost.InstanceShown = true;
        ghost.InstanceState = InstanceState.Stopped;

        await roll.RunAsync(oneIteration: true);

        Assert.Contains("replaced", roll.File.Read()!.EventStoreNodeUpdates.Select(node => node.NodeName));
    }

    /// <summary>A real replica of 23.10.6 that came back under another address: what it was before is dead beside it.</summary>
    [Theory]
    [InlineData("repl.example.localhost")]
    [InlineData("somewhere.else")]
    public void A_former_identity_of_a_real_node_is_no_member(string replicaIsCalled)
    {
        var body = Fixture.Body("eventstoredb-23.10.6/tls-gossip-advertise-as.json");
        var answer = GossipReader.Read(new NodeEndpoint("127.0.0.1", 2113), body);
        var living = answer.Members.Where(member => member.IsAlive).ToList();
        var looks = living.ToDictionary(
            member => member.Endpoint, member => new NodeLook(answer, OwnWord.Of(member.Endpoint, answer).Own, IsLive: true, null));
        List<Instance> instances =
            [.. living.Select(member => Machine(member.Endpoint.Host, member.IsReadOnlyReplica ? replicaIsCalled : null))];
        List<NodeToMatch> nodes =
            [.. answer.Members.Select(member => new NodeToMatch(member.Endpoint, member.InternalAddresses) { IsDead = !member.IsAlive })];

        Assert.Equal([new NodeEndpoint("ro.example.localhost", 443)], Find(clusterSize: 3));
        Assert.Empty(Find(clusterSize: 5));

        IEnumerable<NodeEndpoint> Find(int clusterSize)
        {
            var options = living.ToDictionary(member => member.Endpoint, _ => new NodeOptions(clusterSize, 0));
            var first = new FirstLook(new ClusterLook(looks), options, Denied: null);
            return Ghosts.Find(nodes, instances, first, maxLag: 0).Select(ghost => ghost.Endpoint);
        }
    }

    /// <summary>A node that has just started shows the others so.</summary>
    [Fact]
    public void A_placeholder_is_no_voter()
    {
        var own = new GossipMember(Guid.NewGuid(), NodeState.Follower, IsAlive: true, ghost.Endpoint, [], 0, 0, IsReadOnlyReplica: false);
        var placeholder = own with { State = NodeState.Manager, Endpoint = new NodeEndpoint("replica.test", 2113) };
        var look = new ClusterLook(new Dictionary<NodeEndpoint, NodeLook>
        {
            [own.Endpoint] = new(new GossipAnswer([own, placeholder]), own, IsLive: true, null),
        });

        Assert.Equal([own.Endpoint], new FirstLook(look, new Dictionary<NodeEndpoint, NodeOptions>(), Denied: null).Voters);
    }

    private static Instance Machine(string address, string? name) =>
        new($"i-{address}", InstanceState.Running, "t2.large", name, [address], null, []);

    [Fact]
    public async Task A_ghost_that_somebody_sees_alive_is_a_member_again()
    {
        var cluster = new ClusterObserver(roll.Cluster, 1024, roll.Time);
        await cluster.DiscoverAsync(roll.Settings.Seeds, TestContext.Current.CancellationToken);
        cluster.Forget(ghost.Endpoint);
        await cluster.LookAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(ghost.Endpoint, cluster.Members);

        ghost.ComesBack(NodeState.Follower, 500_000_000);
        await cluster.LookAsync(TestContext.Current.CancellationToken);

        Assert.Contains(ghost.Endpoint, cluster.Members);
    }
}
