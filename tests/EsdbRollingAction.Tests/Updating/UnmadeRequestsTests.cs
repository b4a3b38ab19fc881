using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>What a run remembered that it was to ask for, and ended before it had asked.</summary>
public class UnmadeRequestsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset MustShow = Now - Timings.ReadConsistency;
    private static readonly Guid Process = Guid.NewGuid();

    [Fact]
    public void A_stop_that_must_show_by_now_and_does_not_was_never_made()
    {
        var node = WithoutUnmade(Stopping(MustShow), Process);

        Assert.Equal((null, null, false), (node.StopRequestedAt, node.EventStoreInstanceIdBeforeStop, node.WasTakenDown));
    }

    [Fact]
    public void A_machine_whose_reboot_was_not_made_either_does_not_count_as_rebooted()
    {
        var node = WithoutUnmade(Stopping(MustShow, MustShow.AddMinutes(-10)), Process);

        Assert.Null(node.StopRequestedAt);
        Assert.False(RebootStep.HasHappened(node, new SeenNode(Machine, Answering(Process), Now)));
    }

    [Fact]
    public void A_node_that_was_changed_and_was_not_stopped_again_waits_for_no_other_process()
    {
        var node = WithoutUnmade(Stopping(MustShow) with { ChangeRequestedAt = MustShow.AddHours(-1), ChangeRequestedTo = "t2.xlarge" }, Process);

        Assert.Equal((null, null), (node.StopRequestedAt, node.EventStoreInstanceIdBeforeStop));
    }

    [Fact]
    public void A_stop_may_have_been_made_while_a_read_may_be_older() =>
        Assert.NotNull(WithoutUnmade(Stopping(MustShow.AddSeconds(1)), Process).StopRequestedAt);

    [Fact]
    public void A_stop_was_made_where_another_process_answers() =>
        Assert.NotNull(WithoutUnmade(Stopping(MustShow), Guid.NewGuid()).StopRequestedAt);

    [Theory]
    [InlineData("change-1", 60, true, 0)]
    [InlineData("change-1", 59, true, 1)]
    [InlineData("change-2", 60, true, 1)]
    [InlineData("change-1", 60, false, 1)]
    [InlineData("cancel", 60, true, 1)]
    public void A_command_that_must_show_by_now_and_does_not_was_never_sent(string word, int secondsAgo, bool isAllRead, int left)
    {
        var node = new NodeUpdate { CommandRequests = [new CommandRequest(word, Now.AddSeconds(-secondsAgo))] };
        NodeCommand[] shown = [new("c-2", "change-2", new CommandOutcome("Success"))];

        Assert.Equal(left, PendingWrites.WithoutUnmade(node, (null, null), isAllRead ? shown : null, Now).CommandRequests.Count);
    }

    [Fact]
    public void Of_a_node_that_is_done_no_command_is_read_and_none_is_forgotten()
    {
        var sent = new CommandRequest("change-1", Now.AddHours(-1));
        var node = new NodeUpdate { NodeUpdateStatus = UpdateStatus.Success, CommandRequests = [sent] };

        Assert.Single(PendingWrites.WithoutUnmade(node, (null, null), [], Now).CommandRequests);
    }

    [Fact]
    public void A_node_whose_stop_was_never_made_has_not_begun_and_waits_for_an_alarm()
    {
        var picture = Picture.OfFour();
        var state = picture.State("replica", node => node.Stopping(picture.At - Timings.ReadConsistency) with
        {
            EventStoreInstanceIdBeforeStop = picture["replica"].InstanceId,
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.Stopping),
        });

        picture.Decide(state, change: seen => seen with { Alarms = InAlarm }).Waits("replica", nameof(AlarmRule.AlarmsAreQuiet));
    }

    private static AlarmsSeen InAlarm => new(["slow"], [new Alarm("slow", AlarmState.Alarm, "17 is more than 5")]);

    private static NodeUpdate Stopping(DateTimeOffset at, DateTimeOffset? rebooted = null)
    {
        var node = new NodeUpdate { EventStoreInstanceIdBeforeStop = Process };
        return (rebooted is { } then ? node.Rebooting(then) : node).Stopping(at);
    }

    private static readonly Instance Machine = new("i-1", InstanceState.Running, "t2.large", null, [], null, []);

    private static GossipMember Answering(Guid process) => new(process, NodeState.Follower, true, new NodeEndpoint("a", 1), [], 0, 0, false);

    private static NodeUpdate WithoutUnmade(NodeUpdate node, Guid answering) =>
        PendingWrites.WithoutUnmade(node, (Machine, Answering(answering)), [], Now);
}
