using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class GivingUpTests : IDisposable
{
    private readonly Picture picture = Picture.OfFour().Updated("replica");
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(47)]
    public void One_read_that_does_not_show_the_instance_is_no_reason_to_leave_it_stopped(int? startedSecondsAgo)
    {
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceShown = false;
        var failed = picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            StopRequestedAt = picture.At.AddMinutes(-1),
            StartRequestedAt = startedSecondsAgo is { } seconds ? picture.At.AddSeconds(-seconds) : null,
            FinishedAt = picture.At,
        });

        picture.Decide(failed).Acts<Act.Wait>("follower1");

        picture["follower1"].InstanceShown = true;
        picture["follower1"].InstanceState = InstanceState.Stopped;
        picture.Decide(failed).Acts<Act.StartInstance>("follower1");
    }

    [Fact]
    public void A_node_that_failed_nobody_knows_when_is_waited_for_since_it_was_first_seen_so()
    {
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceShown = false;
        var seen = picture.Decide(picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            StopRequestedAt = picture.At.AddHours(-2),
            PhaseSince = picture.At.AddHours(-2),
        }));

        seen.Acts<Act.Wait>("follower1");
        picture.At += Timings.StoppingLasts;
        Assert.IsType<Act.Finish>(picture.Decide(seen.State).Act);
    }

    [Fact]
    public async Task A_start_that_EC2_puts_off_for_ever_does_not_keep_a_given_up_update_for_ever()
    {
        var begun = roll.Time.GetUtcNow();
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        roll.Instances.AfterStop = _ => Enumerable.Repeat(new InstanceException(InstanceErrorKind.LookAgain, "IncorrectInstanceState", "It is between two states."), 5000).ToList().ForEach(roll.Instances.Refusals.Enqueue);

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 3 });

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.InRange(roll.Time.GetUtcNow() - begun, Timings.StoppingLasts, Timings.StoppingLasts + TimeSpan.FromMinutes(2));
        var told = end.EventStoreNodeUpdates.Single(node => node.FailureMessage is not null).FailureMessage!;
        Assert.Equal(2, told.Split("It is between two states").Length);
        Assert.Contains("is Stopped with type t2.large", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, null, typeof(Act.Wait))]
    [InlineData(5, NodeState.ShuttingDown, typeof(Act.Wait))]
    [InlineData(5, NodeState.Shutdown, typeof(Act.Wait))]
    [InlineData(5, NodeState.Follower, typeof(Act.Finish))]
    [InlineData(20, null, typeof(Act.Finish))]
    public void A_node_started_a_moment_ago_that_is_not_up_may_be_off_though_a_read_shows_it_running(int secondsAgo, NodeState? says, Type act)
    {
        picture["follower1"].Answers = says is not null;
        picture["follower1"].State = says ?? NodeState.Follower;
        picture.DownFor = TimeSpan.FromMinutes(1);
        var failed = picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FailureMessage = "It took too long.",
            FinishedAt = picture.At.AddMinutes(-1),
            LastStartTried = true,
            StartRequestedAt = picture.At.AddSeconds(-secondsAgo),
            StartRequests = 1,
        });

        Assert.IsType(act, picture.Decide(failed).Act);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stop_whose_answer_was_lost_may_have_been_heard(bool isShown)
    {
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceShown = isShown;
        var asked = picture.State("follower1", node => node.InPhase(NodePhase.Stopping, null, picture.At.AddSeconds(-5)).Stopping(picture.At.AddSeconds(-5)) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            UpdateIterations = ClusterUpdate.DefaultMaxIterations,
        });

        var givenUp = picture.Decide(asked);

        givenUp.Acts<Act.Wait>("follower1");
        picture["follower1"].InstanceShown = true;
        picture["follower1"].InstanceState = InstanceState.Stopped;
        picture.Decide(givenUp.State).Acts<Act.StartInstance>("follower1");
    }

    [Theory]
    [InlineData(5, typeof(Act.Wait))]
    [InlineData(20, typeof(Act.Finish))]
    public void Another_node_that_fell_silent_a_moment_ago_is_looked_at_before_the_update_ends(int seconds, Type act)
    {
        picture["follower1"].GoesDown();
        picture.DownFor = TimeSpan.FromSeconds(seconds);
        var failed = picture.State("follower2", node => node with { NodeUpdateStatus = UpdateStatus.Failed, FinishedAt = picture.At });

        Assert.IsType(act, picture.Decide(failed).Act);
    }

    [Fact]
    public void Another_node_that_was_stopped_is_started_as_well_before_the_update_ends()
    {
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceState = InstanceState.Stopping;
        var failed = picture.State("follower2", node => node with { NodeUpdateStatus = UpdateStatus.Failed, FinishedAt = picture.At });
        var stopping = failed.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1") with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddSeconds(-20),
        };

        picture.Decide(failed.With(stopping)).Acts<Act.Wait>("follower1");

        picture["follower1"].InstanceState = InstanceState.Stopped;
        picture.Decide(failed.With(stopping)).Acts<Act.StartInstance>("follower1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_node_found_stopped_is_brought_back_while_another_one_waits(bool quorumIsLost)
    {
        picture["replica"].GoesDown();
        picture["follower2"].GoesDown();
        picture["follower2"].InstanceState = InstanceState.Stopped;
        if (quorumIsLost)
        {
            picture["leader"].State = NodeState.Unknown;
            picture["follower1"].GoesDown();
            picture["follower1"].InstanceState = InstanceState.Stopped;
        }

        var decision = picture.Decide();
        for (var waited = 0; waited < 3 && decision.Act is Act.Wait; waited++)
        {
            picture.At = picture.At.AddSeconds(5);
            decision = picture.Decide(decision.State);
        }

        Assert.True(decision.Act.ChangesTheWorld, decision.Why);
    }

    [Fact]
    public async Task Step_by_step_a_failed_update_ends_and_is_not_begun_again_and_again()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        var state = ServiceFixture.Begin();
        for (var step = 0; step < 20 && state.FinishedAt is null; step++)
        {
            if (step == 1)
            {
                roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.Terminal, "UnsupportedOperation", "refused"));
            }

            var begun = StartingState.From(state, new UpdateRequest(null, Picture.Target, null), "Ec2InstanceTypeUpdate", goesOn: true);
            state = await roll.RunAsync(begun, oneIteration: true);
        }

        Assert.Equal(UpdateStatus.Failed, state.ClusterUpdateStatus);
        Assert.Equal(InstanceState.Running, roll.Picture["replica"].InstanceState);
    }

    [Fact]
    public async Task A_state_that_cannot_be_written_any_more_leaves_no_node_stopped()
    {
        roll.Instances.BeforeAct = () =>
        {
            if (roll.Instances.Asked.Contains("stop i-replica"))
            {
                Directory.CreateDirectory(roll.File.Path + ".tmp");
            }

            return Task.CompletedTask;
        };

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.StateNotSaved, refusal.Reason);
        Assert.Equal(["stop i-replica", "type t2.xlarge i-replica", "start i-replica"], roll.Instances.Asked);
        Assert.Contains("is brought back first", Assert.Single(roll.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_cannot_be_written_any_more_is_no_bad_input()
    {
        roll.Instances.BeforeAct = () =>
        {
            Directory.CreateDirectory(roll.File.Path + ".tmp");
            return Task.CompletedTask;
        };

        Assert.Equal(FailureReason.StateNotSaved, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
    }
}
