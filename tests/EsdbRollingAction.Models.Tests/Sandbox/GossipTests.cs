using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class GossipTests
{
    private readonly VirtualCluster cluster = new();

    [Fact]
    public void A_node_that_is_down_keeps_its_last_state_and_is_not_alive()
    {
        cluster.Stop(Follower);
        cluster.Pass(5);

        var seen = cluster.Seen(Follower, by: Leader);
        Assert.False(seen.IsAlive);
        Assert.True(seen.State is VNodeState.Follower or VNodeState.ShuttingDown);
    }

    [Fact]
    public void Peers_see_a_restarted_node_alive_with_its_old_checkpoint()
    {
        cluster.Stop(Follower);
        cluster.Pass(5);
        var old = cluster.Seen(Follower, by: Leader);
        cluster.Pass(26);
        cluster.Ec2.Start(cluster.InstanceOf(Follower));
        cluster.PassUntil(() => cluster.Seen(Follower, by: Leader).IsAlive);

        var seen = cluster.Seen(Follower, by: Leader);
        Assert.Equal(old.State, seen.State);
        Assert.Equal(old.WriterCheckpoint, seen.WriterCheckpoint);
        Assert.NotEqual(seen.InstanceId, cluster.Truth(Follower).InstanceId);
    }

    [Fact]
    public void A_node_that_has_just_started_shows_strangers()
    {
        cluster.Stop(Follower);
        cluster.Pass(31);
        cluster.Ec2.Start(cluster.InstanceOf(Follower));
        cluster.PassUntil(() => cluster.Cluster.Gossip(Follower) is not null);

        var seen = cluster.Seen(Leader, by: Follower);
        Assert.Equal(VNodeState.Manager, seen.State);
        Assert.Equal(-1, seen.WriterCheckpoint);
        Assert.Equal(Guid.Empty, seen.InstanceId);
    }

    [Fact]
    public void What_a_node_knows_of_another_is_at_most_two_seconds_old()
    {
        for (var i = 0; i < 100; i++)
        {
            cluster.Pass(0.37);
            var age = cluster.Truth(Leader).TimeStamp - cluster.Seen(Leader, by: Follower).TimeStamp;
            Assert.InRange(age.TotalSeconds, 0, 2);
        }
    }

    [Fact]
    public void Views_disagree_for_a_while_after_an_election()
    {
        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Cluster.Resign(Leader);
        cluster.PassUntil(() => cluster.Cluster.Leader == OtherFollower, 5);

        Assert.Contains(
            cluster.Cluster.NodeNames,
            node => cluster.Cluster.Gossip(node)!.Any(member => member is { State: VNodeState.Leader, Name: Leader })
                || cluster.Cluster.Gossip(node)!.All(member => member.State != VNodeState.Leader));
    }
}
