using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class PlanTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task A_plan_changes_nothing_and_is_the_state_that_the_update_begins_with()
    {
        var plan = await roll.PlanAsync();

        Assert.Empty(roll.Instances.Asked);
        Assert.Empty(roll.Cluster.Asked);
        Assert.Equal(["replica", "follower1", "follower2", "leader"], plan.EventStoreNodeUpdates.Select(node => node.NodeName));
        Assert.All(plan.EventStoreNodeUpdates, node => Assert.Equal(
            (UpdateStatus.Pending, 0, "t2.large", "t2.large"),
            (node.NodeUpdateStatus, node.UpdateIterations, node.OriginalInstanceType, node.CurrentInstanceType)));
        Assert.StartsWith("sha256:", roll.File.Read()!.PlanDigest, StringComparison.Ordinal);
        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync(roll.File.Read())).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_plan_of_a_cluster_that_is_as_wanted_says_so()
    {
        roll.Picture.Updated("replica", "follower1", "follower2", "leader");

        Assert.Equal(UpdateStatus.Success, (await roll.PlanAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_plan_says_what_the_first_stop_would_wait_for()
    {
        roll.Picture["follower2"].Checkpoint -= 100_000_000;

        await roll.PlanAsync(ServiceFixture.Begin() with { StartedAt = roll.Time.GetUtcNow() });

        Assert.Contains(roll.Checks, check => check is { Name: "OtherVotersAreLevel", Outcome: CheckOutcome.Note } && check.Found.StartsWith("the update would wait: follower2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_asks_no_rule_before_a_stop_of_a_node_that_was_taken_down_already()
    {
        roll.Picture["follower1"].GoesDown();
        roll.Picture["follower1"].InstanceState = InstanceState.Stopping;

        await roll.PlanAsync();

        Assert.DoesNotContain(roll.Checks, check => check.Found.StartsWith("the update would wait", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_node_that_is_silent_no_priority_is_planned_for_a_peer_that_has_just_started_shows_a_placeholder()
    {
        roll.Picture["follower2"].GoesDown();
        roll.Picture["follower2"].InstanceState = InstanceState.Stopped;
        roll.Picture["follower2"].Priority = 7;

        var plan = await roll.PlanAsync();

        Assert.Equal((null, 0), (plan.EventStoreNodeUpdates.Single(node => node.NodeName == "follower2").OriginalNodePriority, plan.EventStoreNodeUpdates[0].OriginalNodePriority));
    }

    [Fact]
    public async Task A_permission_that_is_missing_refuses_plan_and_update_before_anything_is_changed()
    {
        roll.Instances.Permissions.Add(Check.Refused("StopInstances", "not allowed"));

        Assert.Equal(FailureReason.PreflightRefused, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.PlanAsync())).Reason);
        Assert.Equal(FailureReason.PreflightRefused, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task An_approved_plan_is_rolled_when_only_the_leader_has_moved_since()
    {
        await Approve();
        (roll.Picture["leader"].State, roll.Picture["follower1"].State) = (NodeState.Follower, NodeState.Leader);

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync(roll.File.Read())).ClusterUpdateStatus);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_approved_plan_is_refused_when_an_instance_has_changed_since_with_or_without_its_state(bool withState)
    {
        await Approve();
        roll.Picture["follower2"].InstanceType = "m5.large";

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(withState ? roll.File.Read() : null));

        Assert.Equal(FailureReason.PlanChanged, refused.Reason);
        Assert.Equal(withState, refused.Message.Contains("follower2.test:2113 i-follower2 m5.large", StringComparison.Ordinal));
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task An_approved_plan_that_was_applied_is_done_when_it_is_applied_again()
    {
        await Approve();
        await roll.RunAsync(roll.File.Read());
        roll.Instances.Asked.Clear();

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_plan_from_before_an_instance_was_replaced_is_made_and_begun_anew()
    {
        await roll.PlanAsync();
        roll.Picture["follower2"].Ec2Id = "i-replacement";

        Assert.Contains((await roll.PlanAsync(roll.File.Read())).EventStoreNodeUpdates, node => node.Ec2InstanceId == "i-replacement");
        roll.Picture["follower1"].Ec2Id = "i-another";
        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync(roll.File.Read())).ClusterUpdateStatus);
    }

    [Fact]
    public async Task An_approved_plan_is_refused_when_a_node_has_left_since()
    {
        await Approve();
        roll.Picture.Nodes.Remove(roll.Picture["replica"]);

        Assert.Equal(FailureReason.PlanChanged, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(roll.File.Read()))).Reason);
    }

    [Fact]
    public async Task An_approved_plan_is_refused_when_somebody_has_changed_an_instance_since()
    {
        await Approve();
        roll.Picture["follower1"].InstanceType = "m5.large";

        Assert.Equal(FailureReason.PlanChanged, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(roll.File.Read()))).Reason);
    }

    [Fact]
    public async Task What_is_shown_before_the_first_look_of_a_roll_ends_with_the_leader()
    {
        roll.Picture["follower1"].State = NodeState.Leader;
        roll.Picture["leader"].State = NodeState.Follower;

        await roll.RunAsync(oneIteration: true);

        Assert.Equal(["replica", "follower2", "leader", "follower1"], roll.PlannedFirst!.EventStoreNodeUpdates.Select(node => node.NodeName));
    }

    [Fact]
    public async Task A_plan_says_which_rules_hold_and_what_the_first_stop_would_wait_for()
    {
        roll.Picture.Nodes.Add(new PicturedNode("replica2", NodeState.ReadOnlyReplica) { Checkpoint = 1 });

        await roll.PlanAsync();

        var outlook = roll.Checks.ToDictionary(check => check.Name, check => check.Outcome);
        Assert.Equal((CheckOutcome.Passed, CheckOutcome.Note), (outlook["OneLeaderIsAgreed"], outlook["NoOtherReplicaIsDown"]));
    }

    [Fact]
    public async Task A_node_that_is_as_wanted_is_done_in_the_plan_and_the_others_are_to_come()
    {
        roll.Picture.Updated("follower1");

        var plan = await roll.PlanAsync();

        Assert.Equal(["follower1"], plan.EventStoreNodeUpdates.Where(node => node.NodeUpdateStatus is UpdateStatus.Success).Select(node => node.NodeName));
        Assert.Equal(3, plan.EventStoreNodeUpdates.Count(node => node.NodeUpdateStatus is UpdateStatus.Pending));
    }

    [Fact]
    public async Task A_node_that_is_done_and_was_changed_since_is_planned_again()
    {
        var plan = await roll.PlanAsync(roll.Picture.State("follower1", node => node with { NodeUpdateStatus = UpdateStatus.Success }) with
        {
            StartedAt = roll.Time.GetUtcNow(),
        });

        Assert.Equal(UpdateStatus.Pending, plan.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1").NodeUpdateStatus);
    }

    [Fact]
    public async Task An_approved_plan_goes_on_in_the_middle_of_its_update_at_every_step()
    {
        await Approve();
        for (var state = roll.File.Read()!; state.ClusterUpdateStatus != UpdateStatus.Success;)
        {
            state = await roll.RunAsync(StartingState.From(state, new UpdateRequest(null, Picture.Target, null), "Ec2InstanceTypeUpdate"), oneIteration: true);
        }

        Assert.Equal(12, roll.Instances.Asked.Count);
    }

    [Fact]
    public async Task A_node_that_failed_after_its_change_does_not_make_another_plan()
    {
        await Approve();
        var planned = roll.File.Read()!;
        var failed = planned.EventStoreNodeUpdates[0] with { NodeUpdateStatus = UpdateStatus.Failed, CurrentInstanceType = Picture.Target };
        roll.Picture.Updated("replica");

        var retried = StartingState.From(
            planned.With(failed) with { StartedAt = planned.LastIterationAt }, new UpdateRequest(null, Picture.Target, null), "Ec2InstanceTypeUpdate");

        Assert.Equal(planned.PlanDigest, PlanDigest.Of(retried, roll.Picture.ClusterSize));
    }

    private async Task Approve() => roll.Settings = roll.Settings with { ExpectedPlanDigest = (await roll.PlanAsync()).PlanDigest };
}
