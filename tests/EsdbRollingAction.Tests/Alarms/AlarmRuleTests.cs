using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Alarms;

/// <summary>What the rule says, and how a run ends that waits in vain: pure.</summary>
public class AlarmRuleTests
{
    private const string Rule = nameof(AlarmRule.AlarmsAreQuiet);
    private readonly Picture picture = Picture.OfFour();

    [Fact]
    public void A_node_waits_while_an_alarm_is_in_ALARM_and_the_reason_says_which_and_why()
    {
        var decision = Decide(Seen(("orders-5xx", AlarmState.Alarm), ("quiet", AlarmState.Ok)));

        decision.Waits("replica", Rule);
        Assert.Equal("the alarm orders-5xx is in ALARM (17 is more than 5)", decision.Why);
    }

    [Fact]
    public void Several_alarms_are_named_the_first_with_its_reason()
    {
        var all = Enumerable.Range(1, 6).Select(number => ($"a{number}", AlarmState.Alarm)).ToArray();

        Assert.Equal("the alarm a1 is in ALARM (17 is more than 5), and so is a2, a3, a4 and 2 more", Decide(Seen(all)).Why);
    }

    [Theory]
    [InlineData(AlarmState.Ok)]
    [InlineData(AlarmState.InsufficientData)]
    public void An_alarm_that_is_OK_or_tells_nothing_holds_nothing_back(AlarmState state) =>
        Decide(Seen(("orders-5xx", state))).Stops("replica");

    [Fact]
    public void Where_no_alarm_is_asked_for_none_holds_anything_back() => Decide(AlarmsSeen.None).Stops("replica");

    [Fact]
    public void What_could_not_be_read_is_not_quiet()
    {
        var decision = Decide(AlarmsSeen.Not("CloudWatch did not answer within 10 s."));

        decision.Waits("replica", Rule);
        Assert.Equal("CloudWatch did not answer within 10 s", decision.Why);
    }

    [Fact]
    public void An_alarm_that_was_deleted_is_not_quiet()
    {
        var decision = Decide(new AlarmsSeen(["gone", "quiet"], [new Alarm("quiet", AlarmState.Ok, "")]));

        decision.Waits("replica", Rule);
        Assert.Equal("CloudWatch has no alarm gone any more", decision.Why);
    }

    [Fact]
    public void The_leader_does_not_hand_over_while_an_alarm_is_in_ALARM()
    {
        picture.Updated("replica", "follower1", "follower2");

        Decide(InAlarm).Waits("leader", Rule);
    }

    [Fact]
    public void A_leader_that_has_handed_over_is_not_stopped_while_an_alarm_is_in_ALARM()
    {
        picture.Updated("replica", "follower1", "follower2");
        picture["leader"].State = NodeState.Follower;
        picture["leader"].Priority = -1;
        picture["follower1"].State = NodeState.Leader;
        var state = picture.State("leader", node => node with
        {
            OriginalNodePriority = 0,
            NodeUpdateStatus = UpdateStatus.InProgress,
            ResignRequestedAt = picture.At.AddMinutes(-1),
        });

        var held = Decide(InAlarm, state);

        Assert.Equal((typeof(Act.Wait), Rule), Shown(held));
        Assert.DoesNotContain("about to lead", held.Why, StringComparison.Ordinal);
        Decide(AlarmsSeen.None, state).Stops("leader");
    }

    [Fact]
    public void Nothing_is_written_on_an_instance_and_no_capacity_is_held_before_the_alarms_are_quiet()
    {
        var rules = SafetyRules.BeforeStop(picture.Snapshot().Nodes[0]).Select(rule => rule.Name).ToList();

        Assert.True(rules.IndexOf(Rule) < rules.IndexOf(nameof(SafetyRules.RestorePointIsWritten)));
        Assert.True(rules.IndexOf(Rule) > rules.IndexOf(nameof(SafetyRules.OrderIsKept)));
    }

    [Fact]
    public void A_node_that_is_off_is_brought_back_whatever_the_alarms_say()
    {
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        picture["replica"].InstanceType = Picture.Target;

        Decide(InAlarm).Acts<Act.StartInstance>("replica");
    }

    [Fact]
    public void A_node_that_is_rolled_back_waits_for_no_alarm()
    {
        picture["follower1"].InstanceType = Picture.Target;
        var state = picture.State("follower1", node => node with
        {
            RollBackReason = "It does not come level.",
            NodeUpdateStatus = UpdateStatus.InProgress,
        });
        picture["follower1"].Checkpoint -= 100_000_000;

        Decide(InAlarm, state).Stops("follower1");
    }

    [Fact]
    public void The_time_in_which_a_node_caught_up_is_not_time_that_an_alarm_had_to_become_quiet()
    {
        picture.Updated("replica");
        var state = picture.State("replica", node => node.InPhase(NodePhase.CatchingUp, null, picture.At.AddHours(-1)) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddHours(-2),
        });

        picture.Decide(
            state,
            Picture.Settings with { BakeTime = TimeSpan.FromMinutes(10), RollBackOnFailure = true },
            seen => seen with { Alarms = InAlarm }).WaitsIn("replica", NodePhase.Baking);
    }

    [Fact]
    public void A_node_that_was_asked_to_stop_waits_for_no_alarm_when_it_is_asked_again()
    {
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-10),
        });

        Decide(InAlarm, state).Stops("replica");
    }

    [Fact]
    public void An_update_that_is_taken_back_waits_for_no_alarm()
    {
        picture.Updated("replica", "follower1", "follower2", "leader");
        var state = TakingBack.From(
            picture.State() with { ClusterUpdateStatus = UpdateStatus.Failed, EventStoreNodeUpdates = [.. picture.State().EventStoreNodeUpdates.Select(Updated)] },
            new UpdateRequest(null, null, null));
        picture.Strategy = new Core.Strategies.Ec2InstanceTypeUpdate(new FakeInstances(picture), null);

        Decide(InAlarm, state).Stops("replica");
    }

    [Fact]
    public void Iterations_of_waiting_for_an_alarm_are_counted_apart_too()
    {
        var decision = Decide(InAlarm, picture.State("replica", node => node with { UpdateIterations = 7, AlarmIterations = 2 }));

        Assert.Equal(3, decision.NodeNamed("replica").AlarmIterations);
    }

    [Fact]
    public void When_the_iterations_are_over_the_run_ends_and_the_node_is_as_if_it_had_not_been_begun()
    {
        var decision = Decide(InAlarm, AtTheLimit(alarm: 1000));

        Assert.Equal(new Act.EndForNow(FailureReason.Alarm), decision.Act);
        Assert.Equal("replica is not taken down, and its 1000 iterations are over: the alarm orders-5xx is in ALARM (17 is more than 5)", decision.Why);
        var node = decision.NodeNamed("replica");
        Assert.Equal((UpdateStatus.Pending, nameof(NodePhase.Pending), 0, 0), (node.NodeUpdateStatus, node.NodeUpdateStatusDetail, node.UpdateIterations, node.AlarmIterations));
        Assert.Null(decision.State.FinishedAt);
    }

    [Fact]
    public void A_node_that_waited_for_an_alarm_for_all_of_its_iterations_is_taken_down_when_it_is_quiet_and_fails_for_none_of_them()
    {
        Decide(Seen(("orders-5xx", AlarmState.Ok)), AtTheLimit(alarm: 1000)).Stops("replica");
        Decide(Seen(("orders-5xx", AlarmState.Ok)), AtTheLimit(alarm: 1)).Stops("replica");
        Assert.IsNotType<Act.ChangeInstance>(Decide(Seen(("orders-5xx", AlarmState.Ok)), AtTheLimit(alarm: 0)).Act);
    }

    [Fact]
    public void Another_rule_that_does_not_hold_is_named_before_the_alarms_and_costs_the_node_its_iterations()
    {
        picture["follower2"].IsLive = false;

        var decision = Decide(InAlarm);

        decision.Waits("replica", nameof(SafetyRules.OtherVotersAreLevel));
        Assert.Equal(0, decision.NodeNamed("replica").AlarmIterations);
    }

    [Fact]
    public void A_priority_that_was_lowered_is_given_back_before_the_run_ends_and_only_then_the_node_is_fresh()
    {
        picture.Updated("replica", "follower1", "follower2");
        picture["leader"].Priority = -1;
        var state = picture.State("leader", node => node with
        {
            OriginalNodePriority = 3,
            NodeUpdateStatus = UpdateStatus.InProgress,
            UpdateIterations = 1000,
            IterationsTowardsLimit = 0,
            AlarmIterations = 1000,
        });

        var first = Decide(InAlarm, state);
        first.Acts<Act.SetPriority>("leader");
        Assert.Equal(1000, first.NodeNamed("leader").UpdateIterations);

        picture["leader"].Priority = 3;
        var end = Decide(InAlarm, Effects.Accepted(first, null, picture.At));

        Assert.Equal(new Act.EndForNow(FailureReason.Alarm), end.Act);
        Assert.Equal(UpdateStatus.Pending, end.NodeNamed("leader").NodeUpdateStatus);
    }

    [Theory]
    [InlineData(nameof(NodePhase.Waiting), true)]
    [InlineData(nameof(NodePhase.CatchingUp), true)]
    [InlineData(nameof(NodePhase.Starting), false)]
    [InlineData(nameof(NodePhase.Stopping), false)]
    [InlineData("Done", false)]
    public void Alarms_are_read_when_a_node_may_be_taken_down_next_and_not_while_one_is_off_or_starting(string phase, bool isToBeRead)
    {
        var state = picture.State();
        switch (phase)
        {
            case nameof(NodePhase.CatchingUp):
                picture["replica"].InstanceType = Picture.Target;
                picture["replica"].Checkpoint -= 100_000_000;
                break;
            case nameof(NodePhase.Starting):
                picture["replica"].GoesDown();
                picture["replica"].InstanceState = InstanceState.Stopped;
                picture["replica"].InstanceType = Picture.Target;
                break;
            case nameof(NodePhase.Stopping):
                picture["replica"].InstanceState = InstanceState.Stopping;
                break;
            case "Done":
                picture.Updated("replica", "follower1", "follower2", "leader");
                break;
            default:
                break;
        }

        Assert.Equal(isToBeRead, AlarmRule.IsToBeRead(picture.Snapshot(state)));
    }

    private static AlarmsSeen InAlarm { get; } = Seen(("orders-5xx", AlarmState.Alarm));

    private static AlarmsSeen Seen(params (string Name, AlarmState State)[] alarms) =>
        new([.. alarms.Select(alarm => alarm.Name)], [.. alarms.Select(alarm => new Alarm(alarm.Name, alarm.State, "17 is more than 5."))]);

    private static NodeUpdate Updated(NodeUpdate node) => node with { NodeUpdateStatus = UpdateStatus.Success, CurrentInstanceType = Picture.Target };

    private static (Type Act, string? Rule) Shown(Decision decision) => (decision.Act.GetType(), decision.Rule);

    private ClusterUpdate AtTheLimit(int alarm) => picture.State("replica", node => node with
    {
        NodeUpdateStatus = UpdateStatus.InProgress,
        UpdateIterations = 1000,
        IterationsTowardsLimit = 1000 - alarm,
        AlarmIterations = alarm,
    });

    private Decision Decide(AlarmsSeen alarms, ClusterUpdate? state = null) => picture.Decide(state, change: seen => seen with { Alarms = alarms });
}
