using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class ComingBackTests
{
    private readonly Picture picture = Picture.OfFour();

    [Fact]
    public void A_node_that_is_done_and_was_stopped_since_is_started_again()
    {
        var picture = Picture.OfFour().Updated("replica");
        var done = picture.Decide().State;
        Assert.Equal(UpdateStatus.Success, done.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").NodeUpdateStatus);
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;

        picture.Decide(done).Acts<Act.StartInstance>("replica");
    }

    [Fact]
    public void The_database_process_is_remembered_before_the_stop() =>
        Assert.Equal(picture["replica"].InstanceId, picture.Decide().NodeNamed("replica").EventStoreInstanceIdBeforeStop);

    [Fact]
    public void A_stopped_instance_is_changed() =>
        picture.Decide(Stopped()).Acts<Act.ChangeInstance>("replica");

    [Fact]
    public void A_changed_instance_is_started_even_while_a_read_still_shows_its_old_type()
    {
        var state = Stopped(node => node with { ChangeRequestedAt = picture.At, ChangeRequestedTo = Picture.Target });

        picture.Decide(state).Acts<Act.StartInstance>("replica");
        picture.Updated("replica").Decide(state).Acts<Act.StartInstance>("replica");
    }

    [Fact]
    public void A_change_that_never_shows_is_asked_for_again()
    {
        var state = Stopped(node => node with { ChangeRequestedAt = picture.At - Timings.ReadConsistency });

        picture.Decide(state).Acts<Act.ChangeInstance>("replica");
    }

    [Theory]
    [InlineData(InstanceState.Stopped)]
    [InlineData(InstanceState.Running)]
    public void A_level_node_is_done_though_a_read_is_older_than_its_start_or_than_its_stop(InstanceState shown)
    {
        picture["replica"].InstanceState = shown;
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            EventStoreInstanceIdBeforeStop = Guid.NewGuid(),
            ChangeRequestedAt = picture.At - TimeSpan.FromSeconds(9),
            ChangeRequestedTo = Picture.Target,
            StartRequestedAt = picture.At - TimeSpan.FromSeconds(8),
        });

        Assert.True(picture.Decide(state).NodeNamed("replica").IsDone);
    }

    [Fact]
    public void A_started_instance_that_still_shows_as_stopped_is_not_changed_again()
    {
        var state = Stopped(node => node with { StartRequestedAt = picture.At - TimeSpan.FromSeconds(2) });

        picture.Decide(state).WaitsIn("replica", NodePhase.Starting);
    }

    [Fact]
    public void A_started_instance_that_shows_as_it_was_before_its_stop_is_not_stopped_again()
    {
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At - TimeSpan.FromMinutes(1),
            StartRequestedAt = picture.At - TimeSpan.FromSeconds(2),
        });
        picture["replica"].GoesDown();

        picture.Decide(state).WaitsIn("replica", NodePhase.Starting);
    }

    [Fact]
    public void An_instance_that_somebody_stopped_is_changed_at_once() =>
        picture.Decide(Stopped(node => node with { StopRequestedAt = null })).Acts<Act.ChangeInstance>("replica");

    [Fact]
    public void A_stop_that_does_not_show_yet_is_waited_for()
    {
        var state = picture.State("replica", node => node with { StopRequestedAt = picture.At - TimeSpan.FromSeconds(2) });

        picture.Decide(state).WaitsIn("replica", NodePhase.Stopping);
    }

    [Fact]
    public void A_time_that_another_clock_wrote_in_the_future_holds_nothing_up()
    {
        var state = picture.State("replica", node => node with { StopRequestedAt = picture.At + TimeSpan.FromHours(1) });

        picture.Decide(state).Stops("replica");
    }

    [Fact]
    public void A_stop_that_never_shows_is_asked_for_again_under_all_rules()
    {
        var state = picture.State("replica", node => node with { StopRequestedAt = picture.At - TimeSpan.FromMinutes(1) });
        picture.Decide(state).Stops("replica");

        picture["follower1"].IsLive = false;
        picture.Decide(state).Waits("replica", nameof(SafetyRules.OtherVotersAreLevel));
    }

    [Fact]
    public void A_running_instance_is_not_enough_while_the_database_does_not_answer()
    {
        picture.Updated("replica")["replica"].GoesDown();

        picture.Decide().WaitsIn("replica", NodePhase.Starting);
    }

    [Fact]
    public void A_read_only_replica_that_says_so_at_once_is_still_far_behind()
    {
        picture.Updated("replica")["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 8138);

        var decision = picture.Decide();

        decision.WaitsIn("replica", NodePhase.CatchingUp);
        Assert.Equal(500_000_000 - 8138, decision.BytesBehind);
    }

    [Fact]
    public void An_answer_of_the_process_from_before_the_stop_is_not_the_new_one()
    {
        picture.Updated("replica");
        picture["replica"].InstanceState = InstanceState.Pending;
        var state = picture.State("replica", node => node with { EventStoreInstanceIdBeforeStop = picture["replica"].InstanceId });

        picture.Decide(state).WaitsIn("replica", NodePhase.Starting);
    }

    [Fact]
    public void The_next_node_is_begun_in_the_same_decision_that_finds_the_last_one_level() =>
        picture.Updated("replica").Decide().Stops("follower1");

    [Fact]
    public void A_terminated_instance_ends_the_update()
    {
        picture["replica"].InstanceState = InstanceState.Terminated;

        var decision = picture.Decide();

        Assert.IsType<Act.Finish>(decision.Act);
        Assert.Equal(UpdateStatus.Failed, decision.State.ClusterUpdateStatus);
    }

    [Fact]
    public void Over_its_iterations_a_node_is_given_up_and_said_to_be_slow_when_it_still_advances()
    {
        picture.Updated("replica")["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 8138);
        var first = picture.Decide();
        Assert.Null(first.Node!.CheckpointAdvancedAt);
        picture["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 9000);
        var catchingUp = picture.Decide(first.State);
        var atTheLimit = catchingUp.State.With(catchingUp.Node! with
        {
            UpdateIterations = ClusterUpdate.DefaultMaxIterations,
            IterationsTowardsLimit = ClusterUpdate.DefaultMaxIterations,
        });

        var decision = picture.Decide(atTheLimit);

        Assert.IsType<Act.Finish>(decision.Act);
        Assert.Equal(FailureReason.IterationLimitExceeded, decision.NodeNamed("replica").FailureReason);
        Assert.Contains("slow, not stuck", decision.Why, StringComparison.Ordinal);

        picture.At += TimeSpan.FromMinutes(5);
        Assert.Contains("it is stuck", picture.Decide(atTheLimit).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_has_all_data_and_does_not_say_that_it_is_up_is_not_spared_because_clients_write()
    {
        var node = picture.Updated("replica")["replica"];
        node.ComesBack(NodeState.ReadOnlyReplica, picture["leader"].Checkpoint);
        node.IsLive = false;
        var first = picture.Decide();
        node.Checkpoint += 1000;
        picture["leader"].Checkpoint += 1000;

        var next = picture.Decide(first.State);

        Assert.Equal((false, false), (first.SparesTheLimit, next.SparesTheLimit));
    }

    [Fact]
    public void How_far_it_is_behind_is_said()
    {
        picture.Updated("replica")["replica"].ComesBack(NodeState.CatchingUp, picture["leader"].Checkpoint - (100 * 1024 * 1024));

        Assert.Equal("replica says CatchingUp, 100.0 MiB behind", picture.Decide().Why);
    }

    [Fact]
    public void Copying_again_what_it_had_is_no_advance()
    {
        picture.Updated("replica")["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 9000);
        var first = picture.Decide();
        picture["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 100);
        var again = picture.Decide(first.State);
        picture["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 8000);

        Assert.False(picture.Decide(again.State).SparesTheLimit);
    }

    [Fact]
    public void An_iteration_in_which_the_checkpoint_has_advanced_does_not_count_towards_the_limit()
    {
        picture.Updated("replica")["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 8138);
        var first = picture.Decide();
        var standsStill = picture.Decide(first.State);
        picture["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 9000);

        var slow = picture.Decide(standsStill.State);

        Assert.Equal([false, false, true], new[] { first, standsStill, slow }.Select(decision => decision.SparesTheLimit));
        Assert.Equal("8138, 9000", $"{first.Node!.WriterCheckpoint}, {slow.Node!.WriterCheckpoint}");
        Assert.Null(first.Node.CheckpointAdvancedAt);
        Assert.Null(standsStill.Node!.CheckpointAdvancedAt);
        Assert.Equal(picture.At, slow.Node.CheckpointAdvancedAt);
    }

    [Theory]
    [InlineData(7, null, true, 8, 7)]
    [InlineData(7, null, false, 8, 8)]
    [InlineData(7, 3, true, 8, 3)]
    [InlineData(7, 3, false, 8, 4)]
    [InlineData(0, 900, false, 1, 1)]
    public void Every_iteration_counts_and_those_that_are_spared_count_not_towards_the_limit(
        int spent, int? towards, bool spares, int spentAfter, int towardsAfter)
    {
        var node = new NodeUpdate { UpdateIterations = spent, IterationsTowardsLimit = towards };

        var after = node.Counting(spares);

        Assert.Equal((spentAfter, towardsAfter), (after.UpdateIterations, after.IterationsTowardsLimit));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_node_that_went_down_a_moment_ago_is_looked_at_before_all_is_said_to_be_done(bool isSilent)
    {
        picture.Updated("replica", "follower1", "follower2", "leader");
        picture["replica"].Answers = !isSilent;
        picture["replica"].State = isSilent ? NodeState.ReadOnlyReplica : NodeState.ShuttingDown;
        picture.DownFor = TimeSpan.FromSeconds(5);
        var done = picture.State();
        done = done with { EventStoreNodeUpdates = [.. done.EventStoreNodeUpdates.Select(node => node with { NodeUpdateStatus = UpdateStatus.Success })] };

        picture.Decide(done).Acts<Act.Wait>("replica");

        picture.DownFor = TimeSpan.FromSeconds(20);
        Assert.IsType<Act.Finish>(picture.Decide(done).Act);
    }

    [Fact]
    public void A_node_given_up_is_not_left_stopped_though_the_program_was_killed_before_it_started_it()
    {
        var state = Stopped(node => node with { UpdateIterations = ClusterUpdate.DefaultMaxIterations });

        var decision = picture.Decide(state);

        decision.Acts<Act.StartInstance>("replica");
        picture.Decide(decision.State).Acts<Act.StartInstance>("replica");
        var refused = new Effects(Picture.OfFour().Strategy, Picture.Settings).Refused(decision, new InstanceException(InstanceErrorKind.Terminal, "Unsupported", "No."), picture.At);
        Assert.IsType<Act.Finish>(picture.Decide(refused).Act);
    }

    [Theory]
    [InlineData(5, 1, typeof(Act.Wait))]
    [InlineData(20, 1, typeof(Act.StartInstance))]
    [InlineData(20, Timings.MaxStarts, typeof(Act.Finish))]
    public void A_node_given_up_and_started_that_is_stopped_again_is_started_again_but_not_for_ever(int secondsAgo, int starts, Type act)
    {
        var state = Stopped(node => node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FailureMessage = "It took too long.",
            FinishedAt = picture.At.AddMinutes(-1),
            LastStartTried = true,
            StartRequestedAt = picture.At.AddSeconds(-secondsAgo),
            StartRequests = starts,
        });

        Assert.IsType(act, picture.Decide(state).Act);
    }

    [Theory]
    [InlineData(InstanceState.Stopping)]
    [InlineData(InstanceState.Running)]
    public void A_node_given_up_while_it_stops_is_started_again_once_it_is_stopped(InstanceState shown)
    {
        var state = Stopped(node => node with { UpdateIterations = ClusterUpdate.DefaultMaxIterations, StopRequestedAt = picture.At });
        picture["replica"].InstanceState = shown;

        var waiting = picture.Decide(state);
        waiting.Acts<Act.Wait>("replica");

        picture["replica"].InstanceState = InstanceState.Stopped;
        picture.Decide(waiting.State).Acts<Act.StartInstance>("replica");
    }

    [Fact]
    public void A_stop_that_hangs_does_not_keep_a_given_up_update_for_ever()
    {
        var state = Stopped(node => node with { UpdateIterations = ClusterUpdate.DefaultMaxIterations });
        picture["replica"].InstanceState = InstanceState.Stopping;
        var waiting = picture.Decide(state);

        picture.At += Timings.StoppingLasts;

        Assert.IsType<Act.Finish>(picture.Decide(waiting.State).Act);
    }

    [Fact]
    public void A_lower_limit_of_the_state_holds()
    {
        var state = picture.State(maxIterations: 2);
        var used = state.With(state.EventStoreNodeUpdates.Single(node => node.NodeName == "replica") with { UpdateIterations = 2 });

        Assert.IsType<Act.Finish>(picture.Decide(used).Act);
    }

    private ClusterUpdate Stopped(Func<NodeUpdate, NodeUpdate>? change = null)
    {
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        return picture.State("replica", node =>
        {
            var stopped = node with { NodeUpdateStatus = UpdateStatus.InProgress, StopRequestedAt = picture.At - TimeSpan.FromSeconds(30) };
            return change?.Invoke(stopped) ?? stopped;
        });
    }
}
