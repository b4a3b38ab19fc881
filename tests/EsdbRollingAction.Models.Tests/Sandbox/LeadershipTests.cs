using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class LeadershipTests
{
    [Fact]
    public void Resign_on_a_follower_does_nothing()
    {
        var cluster = new VirtualCluster();

        cluster.Cluster.Resign(Follower);
        cluster.Pass(5);

        Assert.Equal(Leader, cluster.Cluster.Leader);
        Assert.Equal(0, cluster.Referee.LeadershipMoves);
    }

    [Fact]
    public void Resign_without_a_majority_does_nothing()
    {
        var cluster = new VirtualCluster();
        cluster.Cluster.Crash(Follower, restartAfterSeconds: 100);
        cluster.Cluster.Crash(OtherFollower, restartAfterSeconds: 100);

        cluster.Cluster.Resign(Leader);

        Assert.Equal(VNodeState.Leader, cluster.Truth(Leader).State);
    }

    [Fact]
    public void Without_a_lower_priority_the_resigning_leader_often_wins_again()
    {
        var again = Enumerable.Range(1, 20).Count(seed =>
        {
            var cluster = new VirtualCluster(EqualPriorities(seed));
            cluster.Cluster.Resign(Leader);
            cluster.Pass(4);
            return cluster.Cluster.Leader == Leader;
        });

        Assert.InRange(again, 5, 19);
    }

    [Fact]
    public void With_a_lower_priority_another_node_leads_every_time() =>
        Assert.All(Enumerable.Range(1, 20), seed =>
        {
            var cluster = new VirtualCluster(EqualPriorities(seed));
            cluster.Cluster.SetPriority(Leader, -1);
            cluster.Cluster.Resign(Leader);
            cluster.Pass(4);
            Assert.NotEqual(Leader, cluster.Cluster.Leader);
            Assert.NotNull(cluster.Cluster.Leader);
            Assert.InRange(cluster.Referee.LongestUnwritable.TotalSeconds, 0.6, 2.9);
        });

    [Fact]
    public void A_leader_short_of_a_majority_gives_up_after_three_seconds()
    {
        var cluster = new VirtualCluster();
        cluster.Cluster.Crash(Follower, restartAfterSeconds: 100);
        cluster.Cluster.Crash(OtherFollower, restartAfterSeconds: 100);

        cluster.Pass(2.9);
        Assert.Equal(VNodeState.Leader, cluster.Truth(Leader).State);
        cluster.Pass(0.2);
        Assert.Equal(VNodeState.Unknown, cluster.Truth(Leader).State);
        Assert.True(cluster.Cluster.Health(Leader));
    }

    [Fact]
    public void A_cluster_that_lost_its_quorum_writes_again_only_when_a_second_voter_is_level()
    {
        var cluster = new VirtualCluster();
        cluster.Change(Follower);
        cluster.Stop(OtherFollower);
        cluster.Pass(10);
        Assert.False(cluster.Cluster.Append(Leader, 1));

        cluster.Pass(30);

        Assert.True(cluster.Cluster.Append(Leader, 1));
        Assert.InRange(cluster.Referee.LongestUnwritable.TotalSeconds, 10, 30);
    }

    [Fact]
    public void A_priority_on_a_read_only_replica_does_nothing()
    {
        var cluster = new VirtualCluster();

        cluster.Cluster.SetPriority(Replica, 7);

        Assert.Equal(0, cluster.Truth(Replica).NodePriority);
    }

    [Fact]
    public void A_forgotten_resignation_is_the_first_only()
    {
        var cluster = new VirtualCluster(new SandboxOptions { Faults = new Faults { ResignsIgnored = 1 } });
        cluster.Cluster.SetPriority(Leader, -1);

        cluster.Cluster.Resign(Leader);
        cluster.Pass(5);
        Assert.Equal(Leader, cluster.Cluster.Leader);
        cluster.Cluster.Resign(Leader);
        cluster.Pass(5);

        Assert.Equal(OtherFollower, cluster.Cluster.Leader);
    }

    private static SandboxOptions EqualPriorities(int seed)
    {
        var options = new SandboxOptions { Seed = seed };
        return options with { Nodes = [.. options.Nodes.Select(node => node with { Priority = 0 })] };
    }
}
