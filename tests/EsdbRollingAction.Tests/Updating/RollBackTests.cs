using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class RollBackTests : IDisposable
{
    private readonly ServiceFixture roll = new();
    private readonly Picture picture = Picture.OfFour().Updated("replica");

    public void Dispose() => roll.Dispose();

    [Fact]
    public void A_changed_node_that_does_not_come_level_in_time_is_stopped_to_go_back()
    {
        ComesBackAs(NodeState.CatchingUp);

        var decision = Decide(AtItsLimit());

        decision.Stops("follower1");
        Assert.Contains("took more than its 1000 iterations", decision.Node!.RollBackReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_on_its_way_back_is_not_stopped_while_another_voter_is_behind()
    {
        ComesBackAs(NodeState.CatchingUp);
        picture["follower2"].Checkpoint -= 100_000_000;

        Decide(AtItsLimit()).Waits("follower1", "OtherVotersAreLevel");
    }

    [Fact]
    public void A_node_that_was_just_started_after_a_change_back_whose_answer_was_lost_is_not_taken_for_updated()
    {
        ComesBackAs(NodeState.Follower);
        picture["follower1"].Checkpoint = 500_000_000;
        picture["follower1"].InstanceType = "t2.large";

        var node = Decide(picture.State("follower1", node => node.InPhase(NodePhase.Starting, null, picture.At) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-2),
            ChangeRequestedAt = picture.At.AddMinutes(-1),
            ChangeRequestedTo = Picture.Target,
            StartRequestedAt = picture.At.AddSeconds(-5),
            RollBackReason = "It cannot start.",
        })).State.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");

        Assert.Equal((UpdateStatus.InProgress, true), (node.NodeUpdateStatus, node.IsRollingBack));
    }

    [Fact]
    public void A_node_on_its_way_back_that_is_level_and_lowered_goes_on_back()
    {
        picture["follower1"].InstanceType = Picture.Target;
        picture["follower1"].Priority = -1;
        var limit = AtItsLimit();
        var follower = limit.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");
        var state = limit.With(follower with { OriginalNodePriority = 0, RollBackReason = "It was slow." });

        var decision = new Decider().Decide(picture.Snapshot(state, RollsBack));

        Assert.Equal("It was slow.", decision.NodeNamed("follower1").RollBackReason);
    }

    [Fact]
    public void A_refusal_of_preflight_holds_back_no_node_on_its_way_back()
    {
        ComesBackAs(NodeState.CatchingUp);
        var refusal = new RollingUpdateException(FailureReason.PreflightRefused, "Another node may not be stopped.");

        picture.Decide(AtItsLimit(), RollsBack, seen => seen with { Refusal = refusal }).Stops("follower1");
    }

    [Fact]
    public void The_only_voter_whose_database_stays_silent_is_stopped_to_go_back()
    {
        picture.Nodes.RemoveAll(node => node.Name != "follower1");
        picture.ClusterSize = 1;
        IsDownForEverybody();

        picture.Decide(AtItsLimit(), RollsBack with { AllowDowntime = true }).Stops("follower1");
    }

    [Theory]
    [InlineData("follower2", InstanceState.Running, false)]
    [InlineData("follower2", InstanceState.Stopped, true)]
    [InlineData("replica", InstanceState.Stopped, true)]
    [InlineData("replica", InstanceState.Running, true)]
    public void A_silent_node_is_out_for_everybody_while_those_that_may_be_cut_off_with_it_are_no_majority(string other, InstanceState instance, bool isOut)
    {
        IsDownForEverybody();
        picture[other].GoesDown();
        picture[other].InstanceState = instance;

        Assert.Equal(isOut, picture.Snapshot(AtItsLimit()).Nodes.Single(node => node.Name == "follower1").IsOutForEverybody);
    }

    [Theory]
    [InlineData(null, "t2.xlarge")]
    [InlineData("It cannot start.", "t2.large")]
    public void A_change_says_which_type_it_gives(string? rollBackReason, string type)
    {
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceType = rollBackReason is null ? "t2.large" : Picture.Target;
        picture["follower1"].InstanceState = InstanceState.Stopped;

        var decision = Decide(picture.State("follower1", node => node.InPhase(NodePhase.Stopping, null, picture.At) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-1),
            RollBackReason = rollBackReason,
        }));

        Assert.IsType<Act.ChangeInstance>(decision.Act);
        Assert.EndsWith($"→ {type}", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_level_before_it_is_stopped_to_go_back_is_done_after_all()
    {
        ComesBackAs(NodeState.CatchingUp);
        picture["follower2"].Checkpoint -= 100_000_000;
        var onItsWayBack = Decide(AtItsLimit()).State;
        picture["follower1"].ComesBack(NodeState.Follower, 500_000_000);

        var node = Decide(onItsWayBack).State.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");

        Assert.Equal((UpdateStatus.Success, null, null, Picture.Target), (node.NodeUpdateStatus, node.RollBackReason, node.FailureReason, node.Version));
    }

    [Fact]
    public void One_that_is_level_once_EC2_has_refused_to_stop_it_for_now_is_done_and_was_taken_down_before()
    {
        ComesBackAs(NodeState.CatchingUp);
        var stop = Decide(AtItsLimit());
        stop.Stops("follower1");
        var throttled = new InstanceException(InstanceErrorKind.Transient, "RequestLimitExceeded", "Slow down.");

        var refused = new Effects(picture.Strategy, RollsBack).Refused(stop, throttled, picture.At);
        (picture["follower1"].State, picture["follower1"].Checkpoint) = (NodeState.Follower, 500_000_000);
        var node = Decide(refused).NodeNamed("follower1");

        Assert.Equal((UpdateStatus.Success, true), (node.NodeUpdateStatus, node.WasTakenDown));
    }

    [Fact]
    public void What_is_down_for_everybody_is_stopped_to_go_back_whatever_is_wrong_with_the_others()
    {
        IsDownForEverybody();
        picture["follower2"].Checkpoint -= 100_000_000;

        var decision = Decide(AtItsLimit());

        decision.Stops("follower1");
        Assert.Contains("follower1 is down for everybody", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_down_for_everybody_waits_for_the_lease_too()
    {
        IsDownForEverybody();

        DecideRescue(seen => seen with { Lease = new LeaseStatus(IsTaken: true, LostTo: null, seen.At.AddSeconds(30)) })
            .Waits("follower1", nameof(SafetyRules.LeaseIsHeld));
    }

    [Fact]
    public void A_node_that_is_down_for_everybody_is_not_stopped_while_nobody_knows_which_commands_were_sent()
    {
        IsDownForEverybody();

        DecideRescue(seen => seen with { Commands = seen.Commands with { Problem = "Systems Manager does not answer" } })
            .Waits("follower1", nameof(SafetyRules.CommandsAreKnown));
    }

    [Fact]
    public void What_a_node_that_is_down_for_everybody_was_before_is_written_on_its_instance_first()
    {
        IsDownForEverybody();

        DecideRescue(seen => seen with { Lease = new LeaseStatus(IsTaken: true, LostTo: null, DateTimeOffset.MinValue), MayTag = true })
            .Acts<Act.WriteRestorePoint>("follower1");
    }

    [Fact]
    public void What_another_node_still_sees_is_not_down_for_everybody()
    {
        IsDownForEverybody();
        picture["follower1"].SeenAlive = true;

        Decide(AtItsLimit()).Waits("follower1", "NodeIsSettled");
    }

    [Theory]
    [InlineData(50)]
    [InlineData(null)]
    public void What_may_only_have_restarted_by_itself_is_not_down_for_everybody(int? seconds)
    {
        IsDownForEverybody();
        picture["follower2"].Checkpoint -= 100_000_000;
        picture.SilentFor = seconds is { } silent ? TimeSpan.FromSeconds(silent) : null;

        Decide(AtItsLimit()).Waits("follower1", "OtherVotersAreLevel");
    }

    [Fact]
    public void Voters_that_could_be_a_majority_on_the_other_side_of_the_network_are_not_taken_for_down()
    {
        IsDownForEverybody();
        picture["follower2"].GoesDown();
        picture["leader"].State = NodeState.Unknown;

        Assert.IsType<Act.Wait>(Decide(AtItsLimit()).Act);
    }

    [Fact]
    public void A_voter_whose_instance_is_off_is_on_no_side_of_the_network()
    {
        IsDownForEverybody();
        picture["follower2"].GoesDown();
        picture["follower2"].InstanceState = InstanceState.Stopped;
        picture["leader"].State = NodeState.Unknown;
        picture.Updated("follower2");

        Decide(AtItsLimit()).Acts<Act.StartInstance>("follower2");
    }

    [Fact]
    public void When_nobody_answers_nothing_is_known_to_be_down_for_everybody()
    {
        IsDownForEverybody();
        picture.Nodes.ForEach(node => node.GoesDown());

        Assert.IsType<Act.Wait>(Decide(AtItsLimit()).Act);
    }

    [Theory]
    [InlineData(NodeState.PreLeader)]
    [InlineData(NodeState.ResigningLeader)]
    [InlineData(NodeState.Unknown)]
    public void A_node_that_may_be_about_to_lead_is_not_stopped_to_go_back(NodeState state)
    {
        ComesBackAs(state);

        Decide(AtItsLimit()).Waits("follower1", "NodeIsSettled");
    }

    [Fact]
    public void Stopped_and_changed_it_gets_its_original_type_back()
    {
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceType = Picture.Target;
        picture["follower1"].InstanceState = InstanceState.Stopped;

        Decide(AtItsLimit()).Acts<Act.ChangeInstance>("follower1");
    }

    [Fact]
    public void With_on_failure_stop_it_is_left_as_it_is()
    {
        ComesBackAs(NodeState.CatchingUp);

        var decision = picture.Decide(AtItsLimit());

        Assert.IsType<Act.Finish>(decision.Act);
        Assert.Equal(UpdateStatus.Failed, decision.NodeNamed("follower1").NodeUpdateStatus);
    }

    [Fact]
    public void A_node_that_was_never_touched_has_nothing_to_go_back_to()
    {
        picture["follower2"].Checkpoint -= 100_000_000;
        var state = picture.State("follower1", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, UpdateIterations = 1000 });

        var decision = Decide(state);

        Assert.Null(decision.NodeNamed("follower1").RollBackReason);
        Assert.IsType<Act.Finish>(decision.Act);
    }

    [Fact]
    public void A_read_that_still_shows_the_old_type_is_not_believed_on_the_way_back()
    {
        var node = picture["follower1"];
        node.GoesDown();
        (node.InstanceState, node.InstanceType) = (InstanceState.Stopped, Picture.Target);
        var starting = Decide(picture.State("follower1", follower => follower with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-1),
            ChangeRequestedAt = picture.At.AddSeconds(-1),
            ChangeRequestedTo = Picture.Target,
        }));
        starting.Acts<Act.StartInstance>("follower1");
        var back = new Effects(Picture.OfFour().Strategy, Picture.Settings with { RollBackOnFailure = true })
            .Refused(starting, new InstanceException(InstanceErrorKind.Terminal, "VcpuLimitExceeded", "quota"), picture.At);
        node.InstanceType = "t2.large";

        Decide(back).Acts<Act.ChangeInstance>("follower1");
    }

    [Fact]
    public void An_instance_that_stops_again_by_itself_after_every_start_goes_back()
    {
        var node = picture["follower1"];
        node.GoesDown();
        (node.InstanceState, node.InstanceType) = (InstanceState.Stopped, Picture.Target);

        var decision = Decide(picture.State("follower1", follower => follower with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-9),
            StartRequestedAt = picture.At.AddMinutes(-1),
            StartRequests = Timings.MaxStarts,
        }));

        decision.Acts<Act.ChangeInstance>("follower1");
        Assert.Equal(FailureReason.InstanceStartFailed, decision.Node!.FailureReason);
    }

    [Fact]
    public async Task A_node_that_cannot_come_level_with_its_new_type_ends_healthy_with_its_old_one()
    {
        roll.Instances.AfterStart = node =>
        {
            if (node.InstanceType == Picture.Target)
            {
                node.Checkpoint -= 100_000_000;
            }
        };

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 10 });

        var replica = end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica");
        Assert.Equal(
            (UpdateStatus.Failed, "RolledBack", FailureReason.IterationLimitExceeded),
            (replica.NodeUpdateStatus, replica.NodeUpdateStatusDetail, replica.FailureReason));
        Assert.Equal(("t2.large", InstanceState.Running), (roll.Picture["replica"].InstanceType, roll.Picture["replica"].InstanceState));
        Assert.Contains("was put back to t2.large and is level", replica.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("i-follower1", string.Join(' ', roll.Instances.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_going_back_takes_too_long_too_it_is_said_what_led_to_it()
    {
        roll.Instances.AfterStart = node => node.GoesDown();

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 10 });

        Assert.Matches("took more than its 10 iterations.*Going back to t2.large did not work either", end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").FailureMessage!);
    }

    private void IsDownForEverybody()
    {
        picture.SilentFor = TimeSpan.FromMinutes(2);
        picture["follower1"].InstanceType = Picture.Target;
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceState = InstanceState.Running;
    }

    private Decision Decide(ClusterUpdate state) =>
        picture.Decide(state, RollsBack);

    private static RollSettings RollsBack { get; } = Picture.Settings with { RollBackOnFailure = true };

    private Decision DecideRescue(Func<Observation, Observation> change) => picture.Decide(AtItsLimit(), RollsBack, change);

    private void ComesBackAs(NodeState state)
    {
        picture["follower1"].InstanceType = Picture.Target;
        picture["follower1"].ComesBack(state, 1_000_000);
    }

    private ClusterUpdate AtItsLimit() => picture.State("follower1", node => node.InPhase(NodePhase.CatchingUp, null, picture.At.AddHours(-1)) with
    {
        NodeUpdateStatus = UpdateStatus.InProgress,
        StopRequestedAt = picture.At.AddHours(-1),
        ChangeRequestedAt = picture.At.AddHours(-1),
        StartRequestedAt = picture.At.AddHours(-1),
        UpdateIterations = 1000,
    });
}
