using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public sealed class PauseTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Theory]
    [InlineData(1, "replica")]
    [InlineData(3, "replica", "follower1", "follower2")]
    public async Task A_run_ends_between_two_nodes_after_as_many_as_it_may_update(int most, params string[] updated)
    {
        roll.Settings = roll.Settings with { MaxNodes = most };

        var end = await roll.RunAsync();

        Assert.Equal(PauseReason.MaxNodes, end.PausedBecause);
        Assert.Equal(UpdateStatus.InProgress, end.ClusterUpdateStatus);
        Assert.Equal(updated, Updated(end));
        Assert.All(end.EventStoreNodeUpdates.Where(node => !node.IsDone), node => Assert.Equal(UpdateStatus.Pending, node.NodeUpdateStatus));
        Assert.Contains("is left to another run", roll.Decisions[^1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_run_goes_on_and_counts_anew()
    {
        roll.Settings = roll.Settings with { MaxNodes = 1 };
        var state = await roll.RunAsync();
        List<string[]> after = [];
        while (state.ClusterUpdateStatus is not UpdateStatus.Success)
        {
            state = await roll.RunAsync(Resumed(state));
            after.Add([.. Updated(state)]);
        }

        Assert.Equal([2, 3, 4], after.Select(names => names.Length));
        Assert.Null(state.PausedBecause);
    }

    [Fact]
    public async Task Nodes_that_are_as_wanted_already_do_not_count()
    {
        roll.Picture.Updated("replica", "follower1");
        roll.Settings = roll.Settings with { MaxNodes = 1 };

        var end = await roll.RunAsync();

        Assert.Equal(["replica", "follower1", "follower2"], Updated(end));
    }

    [Fact]
    public async Task A_run_that_updates_the_last_node_is_done_and_does_not_pause()
    {
        roll.Settings = roll.Settings with { MaxNodes = 4 };

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task Steps_of_one_run_count_together_and_the_step_after_the_pause_counts_anew()
    {
        roll.Settings = roll.Settings with { MaxNodes = 2 };
        var state = ServiceFixture.Begin();
        for (var steps = 0; state.PausedBecause is null && steps < 500; steps++)
        {
            state = await roll.RunAsync(Resumed(state, goesOn: true), oneIteration: true);
        }

        Assert.Equal(["replica", "follower1"], Updated(state));
        Assert.Equal(0, Resumed(state, goesOn: true).NodesUpdatedInRun);
    }

    [Fact]
    public async Task A_run_pauses_when_only_the_leader_is_left_and_has_not_touched_it()
    {
        roll.Settings = roll.Settings with { PauseBeforeLeader = true };

        var end = await roll.RunAsync();

        Assert.Equal(PauseReason.Leader, end.PausedBecause);
        Assert.Equal(["replica", "follower1", "follower2"], Updated(end));
        Assert.DoesNotContain(roll.Decisions, decision => decision.Act is Act.Resign or Act.SetPriority);
    }

    [Fact]
    public async Task A_run_without_the_pause_updates_the_leader_and_one_with_it_pauses_again()
    {
        roll.Settings = roll.Settings with { PauseBeforeLeader = true };
        var paused = await roll.RunAsync();

        var again = await roll.RunAsync(Resumed(paused));
        Assert.Equal(PauseReason.Leader, again.PausedBecause);

        roll.Settings = roll.Settings with { PauseBeforeLeader = false };
        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync(Resumed(again))).ClusterUpdateStatus);
    }

    [Fact]
    public void A_canary_of_all_but_the_leader_pauses_before_the_leader_so_that_nobody_approves_a_part_without_a_node()
    {
        var picture = Picture.OfFour().Updated("replica", "follower1", "follower2");
        var state = picture.State() with { NodesUpdatedInRun = 3 };

        Assert.Equal(new Act.Pause(PauseReason.Leader), picture.Decide(state, Picture.Settings with { MaxNodes = 3, PauseBeforeLeader = true }).Act);
    }

    [Fact]
    public void A_run_that_goes_on_with_one_that_was_cut_off_counts_from_nothing_and_nobody_can_give_it_more_by_hand()
    {
        var cutOff = Picture.OfFour().State() with { NodesUpdatedInRun = 2, ClusterUpdateStatus = UpdateStatus.InProgress };

        Assert.Equal(0, Resumed(cutOff).NodesUpdatedInRun);
        Assert.Equal(0, roll.File.Parse("""{"NodesUpdatedInRun":-2}"""u8)!.NodesUpdatedInRun);
    }

    [Fact]
    public void A_leader_whose_hand_over_was_cut_off_gets_its_priority_back_before_the_run_pauses()
    {
        var picture = Picture.OfFour().Updated("replica", "follower1", "follower2");
        picture["leader"].Priority = -1;
        var state = picture.State("leader", node => node with { OriginalNodePriority = 0, NodeUpdateStatus = UpdateStatus.InProgress });

        var decision = picture.Decide(state, Picture.Settings with { PauseBeforeLeader = true });

        Assert.Equal(0, decision.Acts<Act.SetPriority>("leader").Priority);
    }

    [Theory]
    [InlineData(true, typeof(Act.Pause))]
    [InlineData(false, typeof(Act.ChangeInstance))]
    public void Another_node_is_no_reason_to_pause_before_the_leader(bool isLeader, Type act)
    {
        var picture = Picture.OfFour().Updated("replica", "follower1", isLeader ? "follower2" : "leader");

        Assert.IsType(act, picture.Decide(picture.State(), Picture.Settings with { PauseBeforeLeader = true }).Act);
    }

    [Fact]
    public void A_node_that_a_run_before_this_one_had_begun_is_finished_in_any_case()
    {
        var picture = Picture.OfFour().Updated("replica");
        var state = picture.State("follower1", node => node with { CommandRequests = [new CommandRequest("change-1", picture.At)] });
        var cluster = picture.Snapshot(state with { NodesUpdatedInRun = 1 }, Picture.Settings with { MaxNodes = 1 });

        Assert.True(OperatorRules.NodesAreLeftToThisRun(cluster.Nodes.Single(node => node.Name == "follower1"), cluster).Holds);
    }

    /// <summary>A run that was cut off wrote it, and leadership moved meanwhile.</summary>
    [Fact]
    public void A_restore_point_alone_is_no_beginning_that_this_run_has_to_finish()
    {
        var picture = Picture.OfFour().Updated("replica");
        picture["follower1"].RestorePoint = "type=t2.large";
        var state = picture.State() with { NodesUpdatedInRun = 1 };

        Assert.IsType<Act.Pause>(picture.Decide(state, Picture.Settings with { MaxNodes = 1 }).Act);
    }

    [Fact]
    public void A_leader_that_was_begun_is_not_left_in_the_middle()
    {
        var picture = Picture.OfFour().Updated("replica");
        var state = picture.State("leader", node => node with { CommandRequests = [new CommandRequest("change-1", picture.At)] });
        var cluster = picture.Snapshot(state, Picture.Settings with { PauseBeforeLeader = true });

        Assert.True(OperatorRules.LeaderMayBeBegun(cluster.Leader!, cluster).Holds);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("It failed.", true)]
    public void A_leader_that_is_to_be_put_back_is_not_left_as_it_is_by_a_pause(string? rollBackReason, bool mayBeBegun)
    {
        var picture = Picture.OfFour().Updated("replica", "follower1", "follower2", "leader");
        var state = picture.State("leader", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, RollBackReason = rollBackReason });
        var cluster = picture.Snapshot(state, Picture.Settings with { PauseBeforeLeader = true });

        Assert.Equal(mayBeBegun, OperatorRules.LeaderMayBeBegun(cluster.Leader!, cluster).Holds);
    }

    [Fact]
    public async Task Nothing_is_begun_while_the_cluster_is_paused_by_a_run_that_only_steps()
    {
        roll.Settings = roll.Settings with { PauseBeforeLeader = true };
        var paused = await roll.RunAsync();

        var step = await roll.RunAsync(Resumed(paused, goesOn: true), oneIteration: true);

        Assert.Equal(PauseReason.Leader, step.PausedBecause);
    }

    private static ClusterUpdate Resumed(ClusterUpdate state, bool goesOn = false) =>
        StartingState.From(state, new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName, goesOn);

    private static IEnumerable<string> Updated(ClusterUpdate state) =>
        state.EventStoreNodeUpdates.Where(node => node.NodeUpdateStatus is UpdateStatus.Success).Select(node => node.NodeName);
}
