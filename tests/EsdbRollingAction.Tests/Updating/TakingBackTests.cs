using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class TakingBackTests : IDisposable
{
    private static readonly UpdateRequest Request = new(null, Picture.Target, null);

    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public void What_the_update_has_paused_the_roll_back_resumes()
    {
        var paused = new DateTimeOffset(2026, 1, 1, 2, 0, 0, TimeSpan.Zero);
        var found = Picture.OfFour().State() with { StartedAt = paused, AutoScavengePausedAt = paused };

        Assert.Equal(paused, TakingBack.From(found, new UpdateRequest(null, null, null)).AutoScavengePausedAt);
    }

    [Fact]
    public void Why_auto_scavenge_was_not_paused_is_asked_anew_by_the_next_run()
    {
        var found = Picture.OfFour().State() with { StartedAt = DateTimeOffset.UnixEpoch, AutoScavengeWaived = "the user may not" };

        Assert.Null(StartingState.From(found, new UpdateRequest(null, null, null), "x").AutoScavengeWaived);
        Assert.NotNull(StartingState.From(found, new UpdateRequest(null, null, null), "x", goesOn: true).AutoScavengeWaived);
    }

    [Fact]
    public async Task A_finished_update_is_taken_back_in_the_same_order_and_under_the_same_rules()
    {
        var updated = await roll.RunAsync();
        roll.Instances.Asked.Clear();

        var end = await BackAsync(updated);

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.All(roll.Picture.Nodes, node => Assert.Equal("t2.large", node.InstanceType));
        Assert.Equal("stop i-replica", roll.Instances.Asked[0]);
        Assert.Equal(12, roll.Instances.Asked.Count);
        Assert.Equal($"stop i-{LeaderOf(updated)}", roll.Instances.Asked[9]);
    }

    [Fact]
    public async Task An_update_that_was_asked_for_twice_can_still_be_taken_back()
    {
        var again = await roll.RunAsync(StartingState.From(await roll.RunAsync(), Request, "Ec2InstanceTypeUpdate"));

        await BackAsync(again);

        Assert.All(roll.Picture.Nodes, node => Assert.Equal("t2.large", node.InstanceType));
    }

    [Fact]
    public async Task Of_an_unfinished_update_only_what_was_changed_is_taken_back()
    {
        var middle = await InterruptedAtAsync(act: 5);
        var changed = roll.Picture.Nodes.Where(node => node.InstanceType == Picture.Target).Select(node => node.Name).ToList();
        roll.Instances.Asked.Clear();

        await BackAsync(middle);

        Assert.Equal(2, changed.Count);
        Assert.Equal(changed.Select(name => $"type t2.large i-{name}").Order(), roll.Instances.Asked.Where(asked => asked.StartsWith("type", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task A_node_that_is_stopped_in_the_middle_of_its_change_is_put_back_and_started()
    {
        var middle = await InterruptedAtAsync(act: 2);

        var end = await BackAsync(middle);

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.All(roll.Picture.Nodes, node => Assert.Equal(("t2.large", true), (node.InstanceType, node.Answers)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_does_not_come_up_with_its_new_type_is_put_back_before_anything_else(bool answers)
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        roll.Instances.AfterStart = node =>
        {
            (node.Answers, node.SeenAlive, node.IsLive, node.State) = (answers, answers, false, NodeState.CatchingUp);
        };
        roll.Picture.Updated("replica");
        var failed = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 10 });
        var down = failed.EventStoreNodeUpdates.Single(node => node.NodeUpdateStatus == UpdateStatus.Failed).NodeName;
        roll.Instances.AfterStart = null;
        roll.Instances.Asked.Clear();

        var end = await BackAsync(failed);

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal([$"stop i-{down}", $"type t2.large i-{down}", $"start i-{down}"], roll.Instances.Asked);
    }

    [Fact]
    public async Task What_was_begun_is_gone_on_with_and_done_again_it_is_nothing()
    {
        var updated = await roll.RunAsync();
        roll.Target = null;
        var middle = await roll.RunAsync(TakingBack.From(updated, Request), oneIteration: true);

        var end = await BackAsync(middle);
        roll.Instances.Asked.Clear();
        var again = await BackAsync(end);

        Assert.Equal((UpdateStatus.Success, UpdateStatus.Success), (end.ClusterUpdateStatus, again.ClusterUpdateStatus));
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_node_that_is_slow_with_what_it_was_is_left_there()
    {
        var updated = await roll.RunAsync();
        roll.Instances.AfterStart = node => node.Checkpoint -= 100_000_000;

        var end = await BackAsync(updated with { MaxNumberOfIterationsPerNodeUpdate = 10 });

        Assert.Equal((UpdateStatus.Failed, "t2.large"), (end.ClusterUpdateStatus, roll.Picture["replica"].InstanceType));
    }

    [Fact]
    public void Of_a_plan_that_was_never_begun_nothing_is_taken_back() =>
        Assert.Contains("there is nothing to take back", Assert.Throws<RollingUpdateException>(
            () => TakingBack.From(roll.Picture.State() with { PlanDigest = "d1" }, Request)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_update_that_is_being_taken_back_is_not_rolled_on()
    {
        var state = TakingBack.From(roll.Picture.State(), Request);

        Assert.Equal(FailureReason.InvalidInput, Assert.Throws<RollingUpdateException>(
            () => StartingState.From(state, Request, "Ec2InstanceTypeUpdate")).Reason);
    }

    [Fact]
    public void Without_a_state_or_without_the_earlier_types_there_is_nothing_to_take_back()
    {
        var unknown = roll.Picture.State("replica", node => node with { NodeUpdateStatus = UpdateStatus.Success, OriginalInstanceType = null });

        Assert.All([null, unknown, new ClusterUpdate()], state =>
            Assert.Equal(FailureReason.InvalidInput, Assert.Throws<RollingUpdateException>(() => TakingBack.From(state, Request)).Reason));
    }

    [Fact]
    public void Another_update_s_state_is_not_taken_back() =>
        Assert.Contains("'m5.large'", Assert.Throws<RollingUpdateException>(
            () => TakingBack.From(roll.Picture.State(), Request with { TargetInstanceType = "m5.large" })).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_being_taken_back_goes_on_where_it_was_and_is_not_turned_round_again()
    {
        var back = TakingBack.From(
            roll.Picture.State("replica", node => node with { CurrentInstanceType = Picture.Target, NodeUpdateStatus = UpdateStatus.Success }), Request);
        var midway = back with { StartedAt = DateTimeOffset.UnixEpoch, ClusterUpdateStatus = UpdateStatus.Failed, FinishedAt = DateTimeOffset.UnixEpoch };

        var again = TakingBack.From(midway, Request);

        Assert.Equal((true, midway.StartedAt, null), (again.TakesBack, again.StartedAt, again.FinishedAt));
        Assert.Equal("t2.large", again.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").TargetInstanceType);
        Assert.Null(back.StartedAt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_whose_stop_was_decided_and_never_asked_for_does_not_wait_for_a_restart(bool wasChangedBefore)
    {
        var node = roll.Picture["follower1"];
        var state = roll.Picture.State("follower1", entry => entry.InPhase(NodePhase.Stopping, null, roll.Time.GetUtcNow()) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            EventStoreInstanceIdBeforeStop = node.InstanceId,
            EarlierChangeAt = wasChangedBefore ? roll.Time.GetUtcNow().AddHours(-1) : null,
            ChangeRequestedTo = wasChangedBefore ? "t2.large" : null,
        });

        var end = await BackAsync(state with { StartedAt = roll.Time.GetUtcNow(), MaxNumberOfIterationsPerNodeUpdate = 30 });

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public void A_node_that_was_never_seen_is_left_as_it_is()
    {
        var unseen = roll.Picture.State("replica", node => node with { OriginalInstanceType = null });

        Assert.Null(TakingBack.From(unseen, Request).EventStoreNodeUpdates.Single(node => node.NodeName == "replica").TargetInstanceType);
    }

    private async Task<ClusterUpdate?> InterruptedAtAsync(int act)
    {
        using var enough = new CancellationTokenSource();
        roll.Instances.BeforeAct = () => roll.Instances.Asked.Count == act ? enough.CancelAsync() : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: enough));
        roll.Instances.BeforeAct = null;
        return roll.File.Read();
    }

    private static string LeaderOf(ClusterUpdate state) => state.EventStoreNodeUpdates.Single(node => node.NodeType == NodeType.Leader).NodeName;

    private Task<ClusterUpdate> BackAsync(ClusterUpdate? state)
    {
        roll.Target = null;
        return roll.RunAsync(TakingBack.From(state, Request));
    }
}
