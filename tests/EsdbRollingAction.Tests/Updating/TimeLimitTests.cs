using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class TimeLimitTests
{
    private readonly Picture picture = Picture.OfFour().Updated("replica");

    [Fact]
    public void A_node_is_begun_while_more_time_is_left_than_the_slowest_took() =>
        Decide(TookMinutes(10), minutesLeft: 10.1).Stops("follower1");

    [Fact]
    public void No_node_is_begun_when_less_time_is_left_than_the_slowest_took()
    {
        var decision = Decide(TookMinutes(10), minutesLeft: 9.9);

        Assert.Equal(new Act.EndForNow(FailureReason.TimeLimit), decision.Act);
        Assert.Contains("follower1 is not begun: 9.9 min of the time limit are left, and the slowest node so far took 10.0 min", decision.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(21, typeof(Act.ChangeInstance))]
    [InlineData(19, typeof(Act.EndForNow))]
    public void The_bake_is_part_of_what_a_node_takes_and_waiting_is_not(double minutesLeft, Type act)
    {
        var state = TookMinutes(10);
        var replica = state.EventStoreNodeUpdates.Single(node => node.NodeName == "replica");
        var waited = new PhaseSpan { Phase = nameof(NodePhase.Waiting), Since = picture.At.AddHours(-3), Until = picture.At.AddHours(-2) };
        state = state.With(replica with { Phases = [waited, .. replica.Phases] });

        var settings = Picture.Settings with { Deadline = picture.At.AddMinutes(minutesLeft), BakeTime = TimeSpan.FromMinutes(10) };

        Assert.IsType(act, picture.Decide(state, settings).Act);
    }

    [Fact]
    public void A_node_at_which_a_run_was_interrupted_a_moment_ago_is_no_new_one()
    {
        picture["follower1"].RestorePoint = "type=t2.large";
        picture["follower1"].State = NodeState.ShuttingDown;
        picture.DownFor = TimeSpan.FromSeconds(5);

        Assert.IsType<Act.Wait>(Decide(TookMinutes(10), minutesLeft: 1).Act);
    }

    [Theory]
    [InlineData("follower1", 5, typeof(Act.Wait))]
    [InlineData("follower2", 5, typeof(Act.Wait))]
    [InlineData("follower1", 20, typeof(Act.EndForNow))]
    public void A_node_that_began_to_shut_down_a_moment_ago_is_looked_at_before_the_run_ends(string name, int seconds, Type act)
    {
        picture[name].State = NodeState.ShuttingDown;
        picture.DownFor = TimeSpan.FromSeconds(seconds);

        Assert.IsType(act, Decide(TookMinutes(10), minutesLeft: 1).Act);
    }

    [Theory]
    [InlineData(5, typeof(Act.Wait))]
    [InlineData(20, typeof(Act.EndForNow))]
    public void A_node_that_fell_silent_a_moment_ago_may_have_been_stopped_by_a_run_of_which_nothing_is_left(int seconds, Type act)
    {
        picture["follower1"].GoesDown();
        picture.DownFor = TimeSpan.FromSeconds(seconds);

        Assert.IsType(act, Decide(TookMinutes(10), minutesLeft: 1).Act);
    }

    [Fact]
    public void The_first_node_is_begun_while_any_time_is_left_and_not_after() =>
        Assert.Equal(
            [typeof(Act.ChangeInstance), typeof(Act.EndForNow)],
            new[] { 0.1, 0 }.Select(left => Decide(picture.State(), left).Act.GetType()));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hand_over_that_has_begun_is_finished_in_any_case(bool hasResigned)
    {
        picture.Updated("follower1", "follower2")["leader"].Priority = hasResigned ? 0 : -1;
        var state = TookMinutes(10);
        state = state.With(state.EventStoreNodeUpdates.Single(node => node.NodeName == "leader") with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            OriginalNodePriority = 0,
            ResignRequestedAt = hasResigned ? picture.At.AddMinutes(-1) : null,
        });

        var act = Decide(state, minutesLeft: 1).Act;
        Assert.True(hasResigned ? act is Act.SetPriority { Priority: < 0 } : act is Act.Resign, $"{act}");
    }

    [Fact]
    public void A_hand_over_that_is_long_over_is_no_reason_to_begin_a_node_without_time()
    {
        var state = TookMinutes(10);
        state = state.With(state.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1") with
        {
            ResignRequestedAt = picture.At.AddHours(-20),
        });

        Assert.Equal(new Act.EndForNow(FailureReason.TimeLimit), Decide(state, minutesLeft: 1).Act);
    }

    [Fact]
    public void A_lowered_priority_and_a_way_back_are_not_left_because_of_the_time()
    {
        picture["follower2"].Checkpoint -= 100_000_000;
        var waiting = picture.State("follower1", node => node.InPhase(NodePhase.Waiting, null, picture.At) with { NodeUpdateStatus = UpdateStatus.InProgress });
        var node = waiting.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");
        picture["follower1"].Priority = -1;

        Assert.All(
            [node with { OriginalNodePriority = 0 }, node with { RollBackReason = "slow" }, node with { StopRequestedAt = picture.At.AddHours(-1) }],
            begun => Assert.IsNotType<Act.EndForNow>(Decide(waiting.With(begun), minutesLeft: -1).Act));
    }

    [Fact]
    public void The_time_between_two_runs_is_not_time_that_a_node_took()
    {
        var state = TookMinutes(10);
        var interrupted = state.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1")
            .InPhase(NodePhase.Stopping, null, picture.At.AddHours(-9)) with
        { NodeUpdateStatus = UpdateStatus.InProgress };

        var resumed = StartingState.From(
            state.With(interrupted) with { ClusterUpdateStatus = UpdateStatus.InProgress, LastIterationAt = picture.At.AddHours(-9).AddMinutes(2) },
            new UpdateRequest(null, null, null),
            "Ec2InstanceTypeUpdate");

        var node = resumed.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1").InPhase(NodePhase.Stopping, null, picture.At);
        Assert.Equal(TimeSpan.FromMinutes(3), node.Worked(picture.At.AddMinutes(1)));
    }

    private Decision Decide(ClusterUpdate state, double minutesLeft) =>
        picture.Decide(state, Picture.Settings with { Deadline = picture.At.AddMinutes(minutesLeft) });

    private ClusterUpdate TookMinutes(double minutes) => picture.State("replica", node =>
        node.InPhase(NodePhase.Stopping, null, picture.At.AddHours(-1)).InPhase(NodePhase.Success, null, picture.At.AddHours(-1).AddMinutes(minutes)) with
        {
            NodeUpdateStatus = UpdateStatus.Success,
            ChangeRequestedAt = picture.At.AddHours(-1),
        });
}
