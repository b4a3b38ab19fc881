using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>Measured on real clusters: see <c>follower-restarts</c> and <c>timeline-follower-catchup</c> of the captures.</summary>
public sealed class NodeLifeTests
{
    private readonly VirtualCluster cluster = new();

    [Fact]
    public void Health_is_204_long_before_a_node_is_level()
    {
        cluster.Change(Follower);

        Assert.True(cluster.Cluster.Health(Follower));
        Assert.Equal(VNodeState.Initializing, cluster.Truth(Follower).State);
        Assert.Equal(0, cluster.Truth(Follower).WriterCheckpoint);
        cluster.Pass(15);
        Assert.Equal(VNodeState.CatchingUp, cluster.Truth(Follower).State);
        Assert.True(cluster.Truth(Leader).WriterCheckpoint - cluster.Truth(Follower).WriterCheckpoint > 10_000_000);
        cluster.Pass(15);
        Assert.Equal(VNodeState.Follower, cluster.Truth(Follower).State);
    }

    [Fact]
    public void A_restarted_voter_passes_through_the_states_of_the_captures()
    {
        cluster.Change(Follower);
        var seen = new List<VNodeState> { cluster.Truth(Follower).State };

        cluster.PassUntil(() =>
        {
            if (seen[^1] != cluster.Truth(Follower).State)
            {
                seen.Add(cluster.Truth(Follower).State);
            }

            return seen[^1] == VNodeState.Follower;
        });

        Assert.Equal(
            [VNodeState.Initializing, VNodeState.DiscoverLeader, VNodeState.PreReplica, VNodeState.CatchingUp, VNodeState.Clone, VNodeState.Follower],
            seen);
    }

    [Fact]
    public void A_read_only_replica_says_so_at_once_while_it_is_far_behind()
    {
        cluster.Change(Replica);
        cluster.Pass(2);

        Assert.Equal(VNodeState.ReadOnlyReplica, cluster.Truth(Replica).State);
        Assert.True(cluster.Truth(Leader).WriterCheckpoint - cluster.Truth(Replica).WriterCheckpoint > 100_000_000);
        cluster.Pass(30);
        Assert.InRange(cluster.Truth(Leader).WriterCheckpoint - cluster.Truth(Replica).WriterCheckpoint, 0, 10_000);
    }

    [Fact]
    public void A_restart_brings_a_new_instance_id_and_the_configured_priority()
    {
        var before = cluster.Truth(OtherFollower);
        cluster.Cluster.SetPriority(OtherFollower, -7);

        cluster.ChangeAndWait(OtherFollower);

        Assert.NotEqual(before.InstanceId, cluster.Truth(OtherFollower).InstanceId);
        Assert.Equal(before.NodePriority, cluster.Truth(OtherFollower).NodePriority);
    }

    [Fact]
    public void A_killed_leader_restarts_once_more_to_cut_off_what_nobody_else_has()
    {
        cluster.Cluster.Crash(Leader);
        cluster.PassUntil(() => cluster.Cluster.Truth(Leader) is not null);
        var first = cluster.Truth(Leader).InstanceId;
        cluster.Pass(60);

        Assert.Equal(VNodeState.Follower, cluster.Truth(Leader).State);
        Assert.NotEqual(first, cluster.Truth(Leader).InstanceId);
    }
}
