using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>A read may be older than what was accepted.</summary>
public class PendingWritesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset JustNow = Now.AddSeconds(-2);
    private static readonly DateTimeOffset LongAgo = Now - Timings.ReadConsistency;

    [Theory]
    [InlineData(InstanceState.Running, InstanceState.Stopping)]
    [InlineData(InstanceState.Pending, InstanceState.Stopping)]
    [InlineData(InstanceState.Stopping, InstanceState.Stopping)]
    [InlineData(InstanceState.Stopped, InstanceState.Stopped)]
    public void After_an_accepted_stop_an_instance_does_not_run(InstanceState read, InstanceState real) =>
        Assert.Equal(real, State(read, new NodeUpdate { StopRequestedAt = JustNow }));

    [Theory]
    [InlineData(InstanceState.Running)]
    [InlineData(InstanceState.Stopping)]
    public void After_an_accepted_change_it_is_stopped_since_only_a_stopped_one_is_changed(InstanceState read) =>
        Assert.Equal(InstanceState.Stopped, State(read, new NodeUpdate { StopRequestedAt = LongAgo, ChangeRequestedAt = JustNow }));

    [Theory]
    [InlineData(InstanceState.Stopped, InstanceState.Pending)]
    [InlineData(InstanceState.Stopping, InstanceState.Pending)]
    [InlineData(InstanceState.Pending, InstanceState.Pending)]
    [InlineData(InstanceState.Running, InstanceState.Running)]
    public void After_an_accepted_start_it_is_on(InstanceState read, InstanceState real) =>
        Assert.Equal(real, State(read, new NodeUpdate { StopRequestedAt = JustNow, ChangeRequestedAt = JustNow, StartRequestedAt = JustNow }));

    [Theory]
    [InlineData(InstanceState.Running)]
    [InlineData(InstanceState.Stopped)]
    public void Once_no_read_can_be_that_old_it_is_as_it_shows(InstanceState read) =>
        Assert.Equal(read, State(read, new NodeUpdate { StopRequestedAt = LongAgo, ChangeRequestedAt = LongAgo, StartRequestedAt = LongAgo }));

    [Theory]
    [InlineData(InstanceState.Running, "t2.xlarge")]
    [InlineData(InstanceState.Stopped, "t2.xlarge")]
    public void Its_version_is_what_the_accepted_change_made_it(InstanceState read, string version) =>
        Assert.Equal(version, PendingWrites.Type("t2.large", read, Changed(JustNow), Now));

    [Fact]
    public void A_read_from_before_the_start_tells_no_version_of_a_node_that_was_started_as_it_was() =>
        Assert.Null(PendingWrites.Type("t2.large", InstanceState.Stopped, new NodeUpdate { StartRequestedAt = JustNow }, Now));

    [Theory]
    [InlineData(InstanceState.Stopped, null)]
    [InlineData(InstanceState.Running, "t2.large")]
    public void A_change_from_before_the_last_stop_tells_nothing_of_the_start_after_it(InstanceState read, string? version)
    {
        var stopped = Effects.Accepted(Deciding(Changed(LongAgo), AnAct.Stop), null, Now).EventStoreNodeUpdates[0];

        Assert.Equal(version, PendingWrites.Type("t2.large", read, stopped with { StartRequestedAt = JustNow }, Now));
    }

    [Fact]
    public void A_change_that_never_shows_was_not_made() =>
        Assert.Equal("t2.large", PendingWrites.Type("t2.large", InstanceState.Stopped, Changed(LongAgo), Now));

    [Fact]
    public void A_node_that_is_tried_anew_keeps_what_was_accepted_a_moment_ago() =>
        Assert.Equal("t2.xlarge", PendingWrites.Type("t2.large", InstanceState.Running, Changed(JustNow).Fresh(), Now));

    [Theory]
    [InlineData(-2, true, -5)]
    [InlineData(-15, false, 0)]
    public void A_priority_that_was_accepted_counts_until_it_must_show(int secondsAgo, bool isPending, int priority)
    {
        var own = new GossipMember(Guid.NewGuid(), NodeState.Leader, true, new NodeEndpoint("a", 1), [], 0, 0, false);
        var node = new NodeUpdate
        {
            PriorityRequested = -5,
            PriorityRequestedOf = own.InstanceId,
            PriorityRequestedAt = Now.AddSeconds(secondsAgo),
        };

        Assert.Equal((isPending, priority), (PendingWrites.IsPending(own, node, Now), PendingWrites.Apply(own, node, Now)!.NodePriority));
    }

    [Fact]
    public void A_priority_that_another_process_accepted_is_not_this_one_s()
    {
        var own = new GossipMember(Guid.NewGuid(), NodeState.Follower, true, new NodeEndpoint("a", 1), [], 0, 0, false);
        var node = new NodeUpdate { PriorityRequested = -5, PriorityRequestedOf = Guid.NewGuid(), PriorityRequestedAt = JustNow };

        Assert.Equal((false, 0), (PendingWrites.IsPending(own, node, Now), PendingWrites.Apply(own, node, Now)!.NodePriority));
    }

    [Fact]
    public void A_restore_point_that_was_removed_is_gone_though_it_shows()
    {
        var node = new NodeUpdate { RestorePointRemovedAt = JustNow };

        Assert.Null(PendingWrites.Apply(Read(InstanceState.Running) with { RestorePoint = "type=t2.large" }, node, Now)!.RestorePoint);
    }

    [Fact]
    public void A_reservation_that_does_not_show_yet_is_pending()
    {
        var node = new NodeUpdate { NodeName = "a", Ec2InstanceId = "i-1", CapacityReservation = "cr-1", CapacityReservedAt = JustNow };
        var state = new ClusterUpdate { TargetInstanceType = "t2.xlarge", EventStoreNodeUpdates = [node] };

        var held = Assert.Single(PendingWrites.Apply([], state, Now));

        Assert.Equal(new CapacityReservation("cr-1", "i-1", "t2.xlarge", ReservationState.Pending, 0), held);
        Assert.Same(held, Assert.Single(PendingWrites.Apply([held], state, Now)));
    }

    [Fact]
    public void A_node_that_this_read_does_not_show_is_not_made_up() =>
        Assert.Null(PendingWrites.Apply((Instance?)null, new NodeUpdate { StopRequestedAt = JustNow }, Now));

    /// <summary>KurrentDB shows a new priority 1 to 2 s after it accepted it: it is posted once, and awaited.</summary>
    [Fact]
    public void A_lowered_priority_is_awaited_and_not_posted_again()
    {
        var picture = Picture.OfFour().Updated("replica", "follower1", "follower2");
        var lowering = picture.Decide();
        Assert.Equal(-1, lowering.Acts<Act.SetPriority>("leader").Priority);
        var accepted = Effects.Accepted(lowering, null, picture.At);

        picture.At += TimeSpan.FromSeconds(1);
        picture.Decide(accepted).WaitsIn("leader", NodePhase.LoweringPriority);

        picture["leader"].Priority = -1;
        picture.Decide(accepted).Acts<Act.Resign>("leader");
    }

    private static Decision Deciding(NodeUpdate node, Act act) => new(new ClusterUpdate { EventStoreNodeUpdates = [node] }, node, act, "why");

    private static NodeUpdate Changed(DateTimeOffset at) => new() { ChangeRequestedAt = at, ChangeRequestedTo = "t2.xlarge" };

    private static Instance Read(InstanceState state) => new("i-1", state, "t2.large", null, [], null, []);

    private static InstanceState State(InstanceState read, NodeUpdate node) => PendingWrites.Apply(Read(read), node, Now)!.State;
}
