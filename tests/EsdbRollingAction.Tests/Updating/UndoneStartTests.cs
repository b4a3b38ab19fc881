using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class UndoneStartTests : IDisposable
{
    private readonly Picture picture = Picture.OfFour();
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Theory]
    [InlineData("Server.InsufficientInstanceCapacity", true)]
    [InlineData("Server.InternalError", true)]
    [InlineData("Client.InstanceInitiatedShutdown", true)]
    [InlineData("Server.SomethingNew", true)]
    [InlineData("", true)]
    [InlineData("Client.VolumeLimitExceeded", false)]
    [InlineData("Client.InternalError", false)]
    [InlineData("Client.InvalidSnapshot.NotFound", false)]
    [InlineData("Client.UserInitiatedShutdown", false)]
    [InlineData("Client.UserInitiatedHibernate", false)]
    [InlineData("Client.SomethingNew", false)]
    [InlineData("Server.ScheduledStop", false)]
    [InlineData("Server.SpotInstanceTermination", false)]
    [InlineData("Server.SpotInstanceShutdown", false)]
    public void Another_type_may_help_where_room_the_host_or_the_system_is_the_reason(string code, bool mayBe) =>
        Assert.Equal(mayBe, StartFailure.MayBeTheChange(new StateReason(code, $"{code}: words")));

    [Fact]
    public void A_key_that_may_not_be_used_is_no_fault_of_the_host_though_EC2_calls_it_so() =>
        Assert.False(StartFailure.MayBeTheChange(new StateReason("Server.InternalError", "Client.InternalError: Client error on launch")));

    [Fact]
    public void Without_a_reason_it_is_said_that_there_is_none()
    {
        var given = picture.Decide(Off(null, starts: Timings.MaxStarts));

        Assert.Contains("i-replica of replica was started 5 times and was off again each time; EC2 gives no reason.", given.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Client.VolumeLimitExceeded", 1, typeof(Act.StartInstance))]
    [InlineData("Client.VolumeLimitExceeded", 2, typeof(Act.Finish))]
    [InlineData("Client.UserInitiatedShutdown", 4, typeof(Act.StartInstance))]
    [InlineData("Client.UserInitiatedShutdown", 5, typeof(Act.Finish))]
    [InlineData("Client.InstanceInitiatedShutdown", 2, typeof(Act.ChangeInstance))]
    [InlineData("Server.InternalError", 4, typeof(Act.StartInstance))]
    [InlineData("Server.InternalError", 5, typeof(Act.ChangeInstance))]
    public void It_is_started_as_often_as_makes_sense_and_goes_back_only_where_that_may_help(string code, int starts, Type act)
    {
        var decision = picture.Decide(Off(new StateReason(code, $"{code}: words"), starts), Picture.Settings with { RollBackOnFailure = true });

        Assert.IsType(act, decision.Act);
    }

    [Fact]
    public void Who_is_given_up_hears_EC2_s_words_what_they_mean_and_what_is_off()
    {
        var reason = new StateReason("Server.InternalError", "Client.InternalError: Client error on launch", "Server.InternalError");

        var end = picture.Decide(Off(reason, starts: 2), Picture.Settings with { RollBackOnFailure = true });

        Assert.Equal(FailureReason.InstanceStartFailed, end.NodeNamed("replica").FailureReason);
        Assert.Equal(
            "i-replica of replica was started 2 times and was off again each time. "
            + "EC2 says \"Server.InternalError, Client.InternalError: Client error on launch\" (Server.InternalError). "
            + "Usually the KMS key of an encrypted volume may not be used by whoever starts the instance, or a volume cannot be attached: "
            + "allow kms:CreateGrant on the key, see that the key is enabled, and look at the instance's volumes. "
            + "The instance type has nothing to do with it. Then run again, or start it (aws ec2 start-instances --instance-ids i-replica). "
            + "i-replica of replica is Stopped with type t2.xlarge",
            end.Why);
    }

    [Fact]
    public void A_shortage_that_shows_only_after_the_start_is_called_one() => Assert.Equal(
        FailureReason.InsufficientCapacity,
        picture.Decide(Off(new StateReason("Server.InsufficientInstanceCapacity", ""), Timings.MaxStarts)).NodeNamed("replica").FailureReason);

    [Fact]
    public void A_read_that_may_be_older_than_the_start_proves_nothing()
    {
        var state = Off(new StateReason("Client.VolumeLimitExceeded", ""), starts: 2);
        var justStarted = state.EventStoreNodeUpdates.Single(node => node.NodeName == "replica") with { StartRequestedAt = picture.At.AddSeconds(-5) };

        Assert.IsType<Act.Wait>(picture.Decide(state.With(justStarted)).Act);
    }

    [Fact]
    public void What_this_update_stopped_itself_was_not_undone()
    {
        var state = Off(new StateReason("Client.UserInitiatedShutdown", ""), Timings.MaxStarts);
        var stopped = state.EventStoreNodeUpdates.Single(node => node.NodeName == "replica") with { StartRequestedAt = null };

        Assert.IsType<Act.StartInstance>(picture.Decide(state.With(stopped)).Act);
    }

    [Fact]
    public void The_last_start_of_a_node_that_was_given_up_for_another_reason_is_told_of_when_it_is_undone()
    {
        var state = Off(new StateReason("Client.VolumeLimitExceeded", "Client.VolumeLimitExceeded: Volume limit exceeded"), starts: 2);
        var failed = state.EventStoreNodeUpdates.Single(node => node.NodeName == "replica") with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FailureReason = FailureReason.IterationLimitExceeded,
            FailureMessage = "It took too long.",
            FinishedAt = picture.At.AddMinutes(-1),
            LastStartTried = true,
        };

        var end = picture.Decide(state.With(failed));

        Assert.IsType<Act.Finish>(end.Act);
        Assert.StartsWith(
            "It took too long. i-replica of replica was started and is Stopped again with type t2.xlarge. EC2 says \"Client.VolumeLimitExceeded: Volume limit exceeded\".",
            end.Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_that_is_terminated_on_its_way_is_told_with_EC2_s_words()
    {
        var state = Off(new StateReason("Client.InstanceTerminated", ""), starts: 1);
        picture["replica"].InstanceState = InstanceState.Terminated;

        Assert.Contains(
            "i-replica of replica is Terminated: it cannot be started any more. EC2 says \"Client.InstanceTerminated\".", picture.Decide(state).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_an_instance_is_terminated_is_said_once()
    {
        roll.Instances.AfterStop = node => node.InstanceState = InstanceState.Terminated;

        var end = await roll.RunAsync();

        Assert.Equal("i-replica of replica is Terminated: it cannot be started any more.", end.EventStoreNodeUpdates[0].FailureMessage);
    }

    [Fact]
    public async Task A_key_that_may_not_be_used_is_tried_twice_and_the_type_is_not_taken_back()
    {
        roll.Instances.AfterStart = node =>
        {
            node.GoesDown();
            node.InstanceState = InstanceState.Stopped;
            node.StateReason = new StateReason("Server.InternalError", "Client.InternalError: Client error on launch");
        };

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Equal(["stop i-replica", "type t2.xlarge i-replica", "start i-replica", "start i-replica"], roll.Instances.Asked);
    }

    [Fact]
    public async Task A_host_that_fails_is_left_for_the_old_type_and_a_key_that_may_not_be_used_there_is_not_tried_five_times()
    {
        roll.Instances.AfterStart = node =>
        {
            node.GoesDown();
            node.InstanceState = InstanceState.Stopped;
            node.StateReason = new StateReason(node.InstanceType == Picture.Target ? "Server.InternalError" : "Client.InternalError", "");
        };

        var end = await roll.RunAsync();

        Assert.Equal(Timings.MaxStarts + 2, roll.Instances.Asked.Count(act => act == "start i-replica"));
        Assert.Equal(2, roll.Instances.Asked.Count(act => act.StartsWith("type", StringComparison.Ordinal)));
        var message = end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").FailureMessage;
        Assert.Contains("EC2 says \"Server.InternalError\"", message, StringComparison.Ordinal);
        Assert.Contains("Going back to t2.large did not work either: i-replica of replica was started 2 times", message, StringComparison.Ordinal);
        Assert.EndsWith("i-replica of replica is Stopped with type t2.large.", message, StringComparison.Ordinal);
    }

    /// <summary>The replica was changed and started, and is off again.</summary>
    private ClusterUpdate Off(StateReason? reason, int starts)
    {
        picture.Updated("replica")["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        picture["replica"].StateReason = reason;
        return picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            CurrentInstanceType = Picture.Target,
            StopRequestedAt = picture.At.AddMinutes(-5),
            ChangeRequestedAt = picture.At.AddMinutes(-4),
            StartRequestedAt = picture.At.AddMinutes(-1),
            StartRequests = starts,
        });
    }
}
