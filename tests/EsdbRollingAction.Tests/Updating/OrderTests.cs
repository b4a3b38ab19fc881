using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class OrderTests
{
    [Fact]
    public void A_node_that_is_made_pending_again_has_its_turn_whenever_it_was_done()
    {
        var state = Picture.OfFour().State("replica", node => node with { FinishedAt = DateTimeOffset.UnixEpoch });

        Assert.Equal("replica", UpdateOrder.Sort(state.EventStoreNodeUpdates, DateTimeOffset.UnixEpoch).First().NodeName);
    }

    [Theory]
    [InlineData(UpdateStatus.Pending, false)]
    [InlineData(UpdateStatus.InProgress, true)]
    public void What_a_node_was_last_seen_in_counts_while_it_is_in_progress(UpdateStatus status, bool counts)
    {
        var node = new NodeUpdate { NodeUpdateStatus = status, NodeUpdateStatusDetail = nameof(NodePhase.Stopping) };

        Assert.Equal(counts, node.IsOnItsWay);
    }

    [Fact]
    public void A_node_in_work_that_EC2_does_not_show_stays_where_it_was_and_is_waited_for()
    {
        var picture = Picture.OfFour();
        picture["replica"].GoesDown();
        picture["replica"].InstanceShown = false;
        var state = picture.State("replica", node => node.InPhase(NodePhase.Changing, null, picture.At) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At,
        });

        var decision = picture.Decide(state);

        Assert.Equal(("replica", NodePhase.Changing, null), (decision.Node!.NodeName, decision.Node.Phase, decision.Rule));
        Assert.IsType<Act.Wait>(decision.Act);
    }

    [Fact]
    public void The_read_only_replica_is_stopped_first() =>
        Picture.OfFour().Decide().Stops("replica");

    [Fact]
    public void A_follower_is_stopped_when_every_replica_is_done() =>
        Picture.OfFour().Updated("replica").Decide().Stops("follower1");

    [Fact]
    public void The_second_follower_follows_the_first() =>
        Picture.OfFour().Updated("replica", "follower1").Decide().Stops("follower2");

    [Fact]
    public void The_leader_comes_last_and_is_not_stopped_while_it_leads() =>
        Picture.OfFour().Updated("replica", "follower1", "follower2").Decide().Acts<Act.SetPriority>("leader");

    [Fact]
    public void Nodes_are_listed_in_update_order() =>
        Assert.Equal(
            ["replica", "follower1", "follower2", "leader"],
            Picture.OfFour().Decide().State.EventStoreNodeUpdates.Select(node => node.NodeName));

    [Fact]
    public void Among_equals_names_are_in_the_order_in_which_people_count()
    {
        string[] names = ["Node-1", "node-2", "node-02b", "node-10", "node-10-1", "node-99999999999999999999", "other"];
        var nodes = names.Reverse().Select((name, index) => new NodeUpdate { NodeName = name, NodePort = index, NodeType = NodeType.Follower });

        Assert.Equal(names, UpdateOrder.Sort(nodes, DateTimeOffset.UnixEpoch).Select(node => node.NodeName));
    }

    [Fact]
    public void The_order_follows_when_leadership_moves_in_the_middle()
    {
        var picture = Picture.OfFour().Updated("replica", "follower1");
        picture["leader"].State = NodeState.Follower;
        picture["follower2"].State = NodeState.Leader;

        picture.Decide().Stops("leader");
    }

    [Fact]
    public void A_former_leader_whose_turn_passed_is_pending_again()
    {
        var picture = Picture.OfFour().Updated("replica", "follower1");
        var state = picture.State("leader", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, UpdateIterations = 3 });

        var decision = picture.Decide(state);

        decision.Stops("follower2");
        Assert.Equal(UpdateStatus.Pending, decision.NodeNamed("leader").NodeUpdateStatus);
        Assert.Equal(3, decision.NodeNamed("leader").UpdateIterations);
    }

    [Fact]
    public void During_an_election_the_order_stays_what_it_was()
    {
        var picture = Picture.OfFour();
        var state = picture.State();
        picture["leader"].State = NodeState.Unknown;

        Assert.Equal(NodeType.Leader, picture.Decide(state).NodeNamed("leader").NodeType);
    }

    [Fact]
    public void A_node_that_has_the_target_type_and_is_level_is_done_without_a_restart()
    {
        var decision = Picture.OfFour().Updated("replica").Decide();

        Assert.Equal(UpdateStatus.Success, decision.NodeNamed("replica").NodeUpdateStatus);
        Assert.Null(decision.NodeNamed("replica").StopRequestedAt);
    }

    [Fact]
    public void The_update_is_done_when_every_node_is()
    {
        var decision = Picture.OfFour().Updated("replica", "follower1", "follower2", "leader").Decide();

        Assert.IsType<Act.Finish>(decision.Act);
        Assert.Equal(UpdateStatus.Success, decision.State.ClusterUpdateStatus);
    }

    [Fact]
    public void A_node_found_stopped_comes_before_any_other()
    {
        var picture = Picture.OfFour();
        picture["follower2"].GoesDown();
        picture["follower2"].InstanceState = InstanceState.Stopped;

        picture.Decide().Acts<Act.ChangeInstance>("follower2");
    }

    [Fact]
    public void Of_two_nodes_that_are_down_the_one_that_can_be_helped_now_is_helped()
    {
        var picture = Picture.OfFour().Updated("follower2");
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopping;
        picture["follower2"].GoesDown();
        picture["follower2"].InstanceState = InstanceState.Stopped;

        picture.Decide().Acts<Act.StartInstance>("follower2");
    }
}
