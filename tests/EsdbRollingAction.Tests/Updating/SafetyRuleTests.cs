using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class SafetyRuleTests
{
    private readonly Picture picture = Picture.OfFour();

    [Fact]
    public void Waits_while_no_node_says_that_it_leads()
    {
        picture["leader"].State = NodeState.Unknown;

        picture.Decide().Waits("replica", nameof(SafetyRules.OneLeaderIsAgreed));
    }

    [Fact]
    public void Waits_while_two_nodes_say_that_they_lead()
    {
        picture["follower1"].State = NodeState.Leader;

        picture.Decide().Waits("replica", nameof(SafetyRules.OneLeaderIsAgreed));
    }

    [Fact]
    public void Waits_while_no_majority_agrees_with_the_leader()
    {
        picture["follower1"].SeesAsLeader = picture["follower2"].Endpoint;
        picture["follower2"].SeesAsLeader = picture["follower1"].Endpoint;

        picture.Decide().Waits("replica", nameof(SafetyRules.OneLeaderIsAgreed));
    }

    [Fact]
    public void Waits_while_the_leader_does_not_answer_for_itself()
    {
        picture["leader"].Answers = false;

        picture.Decide().Waits("replica", nameof(SafetyRules.OneLeaderIsAgreed));
    }

    [Fact]
    public void Waits_while_a_follower_is_behind()
    {
        picture.Updated("replica");
        picture["follower2"].Checkpoint -= 377 * 1024 * 1024;

        var decision = picture.Decide();

        decision.Waits("follower1", nameof(SafetyRules.OtherVotersAreLevel));
        Assert.Contains("follower2 is 377.0 MiB behind", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_follower_a_few_kilobytes_behind_is_level()
    {
        picture["follower2"].Checkpoint -= 4096;

        picture.Decide().Stops("replica");
    }

    [Theory]
    [InlineData(NodeState.CatchingUp)]
    [InlineData(NodeState.Clone)]
    [InlineData(NodeState.PreReplica)]
    [InlineData(NodeState.DiscoverLeader)]
    [InlineData(NodeState.Unknown)]
    public void Waits_while_another_voter_is_in_no_role_though_its_health_says_204(NodeState state)
    {
        picture["follower2"].State = state;

        picture.Decide().Waits("replica", nameof(SafetyRules.OtherVotersAreLevel));
    }

    [Fact]
    public void Waits_while_another_voter_is_not_live()
    {
        picture["follower2"].IsLive = false;

        picture.Decide().Waits("replica", nameof(SafetyRules.OtherVotersAreLevel));
    }

    [Fact]
    public void Waits_while_another_voter_does_not_answer_though_peers_still_show_it_alive()
    {
        picture["follower2"].Answers = false;

        picture.Decide().Waits("replica", nameof(SafetyRules.OtherVotersAreLevel));
    }

    [Fact]
    public void Waits_while_the_leader_does_not_see_another_voter()
    {
        picture["follower2"].SeenAlive = false;

        picture.Decide().Waits("replica", nameof(SafetyRules.OtherVotersAreLevel));
    }

    [Fact]
    public void Being_level_must_be_seen_on_two_looks_in_a_row()
    {
        picture.SeenOnce = true;

        var decision = picture.Decide();

        Assert.IsType<Act.Wait>(decision.Act);
        Assert.Contains("seen once", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Waits_while_gossip_names_fewer_voters_than_are_configured()
    {
        picture.ClusterSize = 5;

        picture.Decide().Waits("replica", nameof(SafetyRules.AMajorityRemains));
    }

    [Fact]
    public void Waits_while_the_instance_is_not_shown()
    {
        picture["replica"].InstanceShown = false;

        picture.Decide().Waits("replica", nameof(SafetyRules.InstanceIsAsPlanned));
    }

    [Fact]
    public void Waits_while_another_read_only_replica_is_behind()
    {
        picture.Nodes.Add(new PicturedNode("replica2", NodeState.ReadOnlyReplica));
        picture["replica2"].Checkpoint -= 100_000_000;

        picture.Decide().Waits("replica", nameof(SafetyRules.NoOtherReplicaIsDown));
    }

    [Fact]
    public void A_follower_does_not_wait_for_a_read_only_replica_that_is_done_and_went_down()
    {
        picture.Updated("replica");
        var state = picture.State("replica", node => node with { NodeUpdateStatus = UpdateStatus.Success });
        picture["replica"].GoesDown();

        picture.Decide(state).Stops("follower1");
    }

    [Theory]
    [InlineData(NodeState.PreReplica)]
    [InlineData(NodeState.ResigningLeader)]
    public void Waits_while_the_node_itself_is_between_two_roles(NodeState state)
    {
        picture.Updated("replica");
        picture["follower1"].State = state;

        picture.Decide().Waits("follower1", nameof(SafetyRules.NodeIsSettled));
    }

    [Fact]
    public void Waits_while_the_node_answers_its_peers_but_not_us()
    {
        picture["replica"].Answers = false;

        picture.Decide().Waits("replica", nameof(SafetyRules.NodeIsSettled));
    }

    [Fact]
    public void A_node_that_answers_is_not_down_though_its_own_word_does_not_count()
    {
        picture["follower1"].SeenAlive = false;
        var seen = picture.Observe();
        var endpoint = picture["follower1"].Endpoint;
        var mute = new Dictionary<NodeEndpoint, NodeLook> { [endpoint] = seen.Cluster.Now.Nodes[endpoint] with { Own = null, Problem = "shares its endpoint" } };
        var look = seen.Cluster.Now.With(new ClusterLook(mute));
        var cluster = picture.Snapshot(change: read =>
            read with { Cluster = new ClusterView(look, look, picture.ClusterSize, maxLag: 1_048_576) });

        var verdict = SafetyRules.NodeIsSettled(cluster.Nodes.Single(node => node.Name == "follower1"), cluster);

        Assert.Equal((false, "follower1 answers, and says nothing of itself that counts"), (verdict.Holds, verdict.Reason));
    }

    [Fact]
    public void A_node_that_is_down_for_everybody_may_be_stopped()
    {
        picture["replica"].GoesDown();

        picture.Decide().Stops("replica");
    }

    [Fact]
    public void Waits_while_another_node_is_in_progress()
    {
        picture.Updated("replica");
        picture["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 8138);

        var cluster = picture.Snapshot();

        var verdict = SafetyRules.NoOtherNodeIsInProgress(cluster.Nodes[^1], cluster);

        Assert.False(verdict.Holds);
        picture.Decide().WaitsIn("replica", NodePhase.CatchingUp);
    }

    [Fact]
    public void The_leader_is_never_stopped()
    {
        var cluster = picture.Snapshot();
        var leader = cluster.Leader!;

        var broken = SafetyRules.BeforeStop(leader).Where(rule => !rule.Judge(leader, cluster).Holds);

        Assert.Equal([nameof(SafetyRules.OrderIsKept), nameof(SafetyRules.IsNotTheLeader)], broken.Select(rule => rule.Name));
    }

    [Fact]
    public void An_instance_that_is_stopping_is_not_stopped_again()
    {
        picture["replica"].InstanceState = InstanceState.Stopping;

        picture.Decide().WaitsIn("replica", NodePhase.Stopping);
    }
}
