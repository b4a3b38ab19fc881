using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class OutcomeTests
{
    private readonly Picture picture = Picture.OfFour();
    private readonly Effects outcomes = new(Picture.OfFour().Strategy, Picture.Settings with { RollBackOnFailure = true });

    [Fact]
    public void What_ec2_accepted_is_remembered_with_its_time()
    {
        var stopping = picture.Decide();

        Assert.Equal(picture.At, Effects.Accepted(stopping, null, picture.At).Current(stopping.Node!).StopRequestedAt);
    }

    [Theory]
    [InlineData("NoAnswer", true)]
    [InlineData("InternalError", true)]
    [InlineData("RequestLimitExceeded", false)]
    public void A_stop_whose_answer_was_lost_counts_as_asked_for_and_a_throttled_one_does_not(string code, bool counts)
    {
        var stopping = picture.Decide();

        var after = outcomes.Refused(stopping, new InstanceException(InstanceErrorKind.Transient, code, "It did not work."), picture.At);

        Assert.Equal(counts, after.Current(stopping.Node!).StopRequestedAt is not null);
    }

    [Theory]
    [InlineData(InstanceErrorKind.Transient)]
    [InlineData(InstanceErrorKind.LookAgain)]
    public void Throttling_and_stale_reads_fail_nothing(InstanceErrorKind kind)
    {
        var starting = Starting();

        var node = outcomes.Refused(starting, Refusal(kind), picture.At).Current(starting.Node!);

        Assert.Equal(UpdateStatus.InProgress, node.NodeUpdateStatus);
        Assert.False(node.IsRollingBack);
    }

    [Fact]
    public void Missing_capacity_is_tried_again_after_a_pause_and_then_the_node_goes_back()
    {
        var starting = Starting();
        var refused = outcomes.Refused(starting, Refusal(InstanceErrorKind.Capacity), picture.At);
        picture.Decide(refused).WaitsIn("replica", NodePhase.Waiting);

        picture.At += Timings.CapacityPause;
        var again = picture.Decide(refused);
        again.Acts<Act.StartInstance>("replica");

        picture.At += Picture.Settings.CapacityRetry;
        var back = outcomes.Refused(again, Refusal(InstanceErrorKind.Capacity), picture.At);
        Assert.True(back.Current(again.Node!).IsRollingBack);
        picture.Decide(back).Acts<Act.ChangeInstance>("replica");
    }

    [Fact]
    public void A_type_that_cannot_start_is_taken_back_and_the_update_ends_with_the_node_healthy()
    {
        var starting = Starting();
        var back = outcomes.Refused(starting, Refusal(InstanceErrorKind.Terminal), picture.At);
        var changing = picture.Decide(back);
        changing.Acts<Act.ChangeInstance>("replica");
        picture["replica"].InstanceType = "t2.large";
        picture.Decide(Effects.Accepted(changing, null, picture.At)).Acts<Act.StartInstance>("replica");

        picture["replica"].InstanceState = InstanceState.Running;
        picture["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 500_000_000);
        var end = picture.Decide(back);

        Assert.IsType<Act.Finish>(end.Act);
        var node = end.NodeNamed("replica");
        Assert.Equal(
            (UpdateStatus.Failed, nameof(NodePhase.RolledBack), FailureReason.InstanceStartFailed),
            (node.NodeUpdateStatus, node.NodeUpdateStatusDetail, node.FailureReason));
        Assert.Contains("put back to t2.large", end.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_way_back_that_fails_as_well_says_both()
    {
        var starting = Starting();
        var back = outcomes.Refused(starting, Refusal(InstanceErrorKind.Terminal, "first"), picture.At);
        picture["replica"].InstanceType = "t2.large";
        var startingBack = picture.Decide(back);

        var node = outcomes.Refused(startingBack, Refusal(InstanceErrorKind.Terminal, "second"), picture.At).Current(starting.Node!);

        Assert.Equal(UpdateStatus.Failed, node.NodeUpdateStatus);
        Assert.Contains("first", node.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("second", node.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void With_on_failure_stop_the_node_is_left_as_it_is()
    {
        var starting = Starting();

        var node = new Effects(picture.Strategy, Picture.Settings).Refused(starting, Refusal(InstanceErrorKind.Terminal), picture.At).Current(starting.Node!);

        Assert.Equal((UpdateStatus.Failed, FailureReason.InstanceStartFailed), (node.NodeUpdateStatus, node.FailureReason));
    }

    [Fact]
    public void The_last_start_of_a_node_given_up_is_tried_again_when_it_was_throttled()
    {
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        var giving = picture.Decide(picture.State("replica", node => node with { UpdateIterations = ClusterUpdate.DefaultMaxIterations }));
        giving.Acts<Act.StartInstance>("replica");

        var throttled = outcomes.Refused(giving, Refusal(InstanceErrorKind.Transient), picture.At);

        picture.Decide(throttled).Acts<Act.StartInstance>("replica");
    }

    [Fact]
    public void The_last_start_of_a_node_given_up_that_is_refused_for_good_is_not_tried_again_though_an_earlier_one_was_accepted()
    {
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        var giving = picture.Decide(picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FinishedAt = picture.At.AddMinutes(-1),
            LastStartTried = true,
            StartRequestedAt = picture.At.AddMinutes(-1),
            StartRequests = 1,
        }));
        giving.Acts<Act.StartInstance>("replica");

        var end = picture.Decide(outcomes.Refused(giving, Refusal(InstanceErrorKind.Terminal), picture.At));

        Assert.IsType<Act.Finish>(end.Act);
        Assert.Contains("i-replica of replica is Stopped", end.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_that_may_not_be_stopped_ends_the_update()
    {
        var stopping = picture.Decide();

        var node = outcomes.Refused(stopping, Refusal(InstanceErrorKind.AccessDenied), picture.At).Current(stopping.Node!);

        Assert.Equal((UpdateStatus.Failed, FailureReason.InstanceStopFailed), (node.NodeUpdateStatus, node.FailureReason));
    }

    private Decision Starting()
    {
        picture.Updated("replica")["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        var decision = picture.Decide(picture.State("replica", node => node with { StopRequestedAt = picture.At.AddSeconds(-60) }));
        decision.Acts<Act.StartInstance>("replica");
        return decision;
    }

    private static InstanceException Refusal(InstanceErrorKind kind, string message = "EC2 refused.") => new(kind, "Code", message);
}
