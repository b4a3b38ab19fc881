using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class HandOverTests
{
    private readonly Picture picture = Picture.OfFour().Updated("replica", "follower1", "follower2");

    [Fact]
    public void Downtime_that_is_allowed_spares_no_hand_over_where_another_can_lead()
    {
        var decision = picture.Decide(settings: Picture.Settings with { AllowDowntime = true });

        decision.Acts<Act.SetPriority>("leader");
    }

    [Fact]
    public void The_priority_is_lowered_below_every_other_voter()
    {
        picture["leader"].Priority = 4;
        picture["follower1"].Priority = -3;

        Assert.Equal(-4, picture.Decide().Acts<Act.SetPriority>("leader").Priority);
    }

    [Fact]
    public void A_read_only_replica_does_not_count_for_the_priority()
    {
        picture["replica"].Priority = -7;

        Assert.Equal(-1, picture.Decide().Acts<Act.SetPriority>("leader").Priority);
    }

    [Fact]
    public void The_leader_is_asked_to_resign_when_its_lowered_priority_is_seen()
    {
        var state = picture.State();
        picture["leader"].Priority = -1;

        picture.Decide(state).Acts<Act.Resign>("leader");
    }

    [Fact]
    public void A_priority_that_is_lowest_already_is_left_as_it_is()
    {
        picture["leader"].Priority = -1;

        picture.Decide().Acts<Act.Resign>("leader");
    }

    [Fact]
    public void Nothing_is_lowered_while_no_successor_is_level()
    {
        picture["follower1"].Checkpoint -= 10_000_000;

        picture.Decide().WaitsIn("follower1", NodePhase.CatchingUp);
    }

    [Fact]
    public void Nothing_is_lowered_while_a_finished_voter_is_down()
    {
        var state = picture.State("follower1", node => node with { NodeUpdateStatus = UpdateStatus.Success });
        picture["follower1"].GoesDown();

        picture.Decide(state).Waits("leader", nameof(SafetyRules.OtherVotersAreLevel));
    }

    [Fact]
    public void A_leader_that_was_just_asked_has_time_to_hand_over() =>
        picture.Decide(Asked(ago: TimeSpan.FromSeconds(1))).WaitsIn("leader", NodePhase.Resigning);

    [Fact]
    public void A_leader_that_still_leads_after_a_while_is_asked_again() =>
        picture.Decide(Asked(ago: TimeSpan.FromSeconds(10))).Acts<Act.Resign>("leader");

    [Fact]
    public void A_former_leader_is_stopped_when_it_follows_and_another_node_leads()
    {
        var state = Asked(ago: TimeSpan.FromSeconds(1));
        picture["leader"].State = NodeState.Follower;
        picture["follower1"].State = NodeState.Leader;

        picture.Decide(state).Stops("leader");
    }

    [Fact]
    public void A_priority_that_an_operator_lowered_on_a_node_that_is_done_stays()
    {
        picture.Updated("follower1", "follower2", "leader", "replica");
        picture["follower1"].Priority = -5;
        var state = picture.State("follower1", node => node with { OriginalNodePriority = 0, NodeUpdateStatus = UpdateStatus.Success });

        Assert.IsType<Act.Finish>(picture.Decide(state).Act);
    }

    [Fact]
    public void A_former_leader_is_not_stopped_before_it_follows()
    {
        var state = Asked(ago: TimeSpan.FromSeconds(1));
        picture["leader"].State = NodeState.PreReplica;
        picture["follower1"].State = NodeState.Leader;

        picture.Decide(state).WaitsIn("leader", NodePhase.Waiting);
    }

    [Fact]
    public void A_former_leader_that_restarts_by_itself_is_not_stopped_before_it_is_back()
    {
        var state = Asked(ago: TimeSpan.FromSeconds(8));
        picture["follower1"].State = NodeState.Leader;
        picture["leader"].State = NodeState.Follower;
        picture["leader"].GoesDown();

        var decision = picture.Decide(state);
        decision.WaitsIn("leader", NodePhase.Waiting);
        Assert.Equal(nameof(SafetyRules.NodeIsSettled), decision.Rule);
    }

    [Fact]
    public void A_former_leader_is_not_stopped_before_the_other_voters_follow_the_new_one()
    {
        var state = Asked(ago: TimeSpan.FromSeconds(1));
        picture["leader"].State = NodeState.Follower;
        picture["follower1"].State = NodeState.Leader;
        picture["follower2"].State = NodeState.PreReplica;

        picture.Decide(state).WaitsIn("leader", NodePhase.Waiting);
    }

    [Fact]
    public void After_too_many_requests_the_priority_comes_back_and_the_update_is_given_up()
    {
        var state = Asked(ago: TimeSpan.FromMinutes(1), times: Timings.MaxResignRequests);

        var decision = picture.Decide(state);

        Assert.Equal(0, decision.Acts<Act.SetPriority>("leader").Priority);
        picture["leader"].Priority = 0;
        var end = picture.Decide(decision.State);
        Assert.IsType<Act.Finish>(end.Act);
        Assert.Equal(FailureReason.LeadershipNotHandedOver, end.NodeNamed("leader").FailureReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_priority_that_does_not_come_back_is_tried_once(bool isHeard)
    {
        var given = picture.Decide(Asked(ago: TimeSpan.FromMinutes(1), times: Timings.MaxResignRequests));

        var tried = isHeard ? Effects.Accepted(given, null, picture.At) : Effects.NotReached(given);

        Assert.IsType<Act.Finish>(picture.Decide(tried).Act);
    }

    [Fact]
    public void A_node_that_is_done_without_a_restart_gets_its_priority_back()
    {
        var state = picture.Updated("leader").State("leader", node => node with { OriginalNodePriority = 4 });
        picture["leader"].Priority = -1;

        Assert.Equal(4, picture.Decide(state).Acts<Act.SetPriority>("leader").Priority);
    }

    private ClusterUpdate Asked(TimeSpan ago, int times = 1)
    {
        var state = picture.State("leader", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            ResignRequestedAt = picture.At - ago,
            ResignRequests = times,
        });
        picture["leader"].Priority = -1;
        return state with
        {
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node =>
                node.NodeName == "leader" ? node : node with { NodeUpdateStatus = UpdateStatus.Success })],
        };
    }
}
