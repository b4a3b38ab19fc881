using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public class StartingStateTests
{
    private static readonly UpdateRequest Asked = new(null, "t2.xlarge", null);

    [Fact]
    public void Without_a_state_the_inputs_are_the_beginning()
    {
        var state = From(null, Asked);

        Assert.Equal((Ec2InstanceTypeUpdate.StrategyName, "t2.xlarge", 1000), (state.UpdateStrategy, state.TargetInstanceType, state.MaxIterations));
    }

    [Fact]
    public void A_start_that_only_ended_an_update_says_nothing_about_the_next()
    {
        var started = new NodeUpdate
        {
            NodeName = "node",
            NodeAddress = "10.0.0.1",
            NodePort = 2113,
            NodeUpdateStatus = UpdateStatus.InProgress,
            StartRequestedAt = DateTimeOffset.UnixEpoch,
            LastStartTried = true,
        };

        var state = From(new ClusterUpdate { TargetInstanceType = "t2.xlarge", ClusterUpdateStatus = UpdateStatus.Failed, EventStoreNodeUpdates = [started] }, Asked);

        Assert.Null(Assert.Single(state.EventStoreNodeUpdates).StartRequestedAt);
    }

    [Fact]
    public void Without_a_target_in_the_inputs_the_state_names_it() =>
        Assert.Equal("m5.large", From(new ClusterUpdate { TargetInstanceType = "m5.large" }, new UpdateRequest(null, null, null)).TargetInstanceType);

    [Theory]
    [InlineData(UpdateStatus.Pending)]
    [InlineData(UpdateStatus.InProgress)]
    [InlineData(UpdateStatus.Failed)]
    public void An_unfinished_update_to_another_target_is_refused_and_both_are_named(UpdateStatus status)
    {
        var refused = Assert.Throws<RollingUpdateException>(
            () => From(new ClusterUpdate { TargetInstanceType = "t2.large", ClusterUpdateStatus = status }, Asked));

        Assert.Equal(FailureReason.InvalidInput, refused.Reason);
        Assert.Contains("'t2.large'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'t2.xlarge'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_update_of_another_strategy_is_refused() =>
        Assert.Throws<RollingUpdateException>(() => From(
            new ClusterUpdate { UpdateStrategy = "OtherUpdate" }, Asked with { UpdateStrategy = Ec2InstanceTypeUpdate.StrategyName }));

    [Fact]
    public void A_finished_update_is_history()
    {
        var history = new ClusterUpdate
        {
            TargetInstanceType = "t2.large",
            ClusterUpdateStatus = UpdateStatus.Success,
            EventStoreNodeUpdates = [new NodeUpdate { NodeName = "a", NodeUpdateStatus = UpdateStatus.Success }],
        };

        var state = From(history, Asked);

        Assert.Equal("t2.xlarge", state.TargetInstanceType);
        Assert.Empty(state.EventStoreNodeUpdates);
    }

    [Fact]
    public void A_node_that_failed_is_tried_again_with_fresh_counts_and_keeps_what_it_was()
    {
        var failed = new NodeUpdate
        {
            NodeName = "a",
            NodeUpdateStatus = UpdateStatus.Failed,
            UpdateIterations = 1000,
            ResignRequests = 10,
            RollBackReason = "no capacity",
            LastStartTried = true,
            OriginalNodePriority = 4,
            OriginalInstanceType = "t2.large",
        };

        var node = From(new ClusterUpdate { ClusterUpdateStatus = UpdateStatus.Failed, EventStoreNodeUpdates = [failed] }, Asked).EventStoreNodeUpdates[0];

        Assert.Equal((UpdateStatus.Pending, 0, 0, false, false), (node.NodeUpdateStatus, node.UpdateIterations, node.ResignRequests, node.IsRollingBack, node.LastStartTried));
        Assert.Equal((4, "t2.large"), (node.OriginalNodePriority, node.OriginalInstanceType));
    }

    [Fact]
    public void A_node_in_progress_goes_on_with_its_count()
    {
        var inProgress = new NodeUpdate { NodeName = "a", NodeUpdateStatus = UpdateStatus.InProgress, UpdateIterations = 5 };

        var state = From(new ClusterUpdate { EventStoreNodeUpdates = [inProgress] }, Asked);

        Assert.Equal(5, state.EventStoreNodeUpdates[0].UpdateIterations);
    }

    [Theory]
    [InlineData(null, 50, 50)]
    [InlineData(1000, 50, 50)]
    [InlineData(200, 50, 200)]
    [InlineData(200, null, 200)]
    [InlineData(null, null, 1000)]
    public void The_limit_of_the_inputs_wins_unless_it_is_the_default(int? input, int? state, int limit) =>
        Assert.Equal(limit, From(new ClusterUpdate { MaxNumberOfIterationsPerNodeUpdate = state }, Asked with { MaxIterations = input }).MaxIterations);

    [Theory]
    [InlineData(2, 1000)]
    [InlineData(50, 50)]
    public void A_limit_that_an_earlier_input_set_does_not_outlive_it_and_one_that_a_person_wrote_does(int inState, int limit)
    {
        var limited = From(null, Asked with { MaxIterations = 2 }) with { ClusterUpdateStatus = UpdateStatus.Failed, MaxNumberOfIterationsPerNodeUpdate = inState };

        Assert.Equal(limit, From(limited, Asked with { MaxIterations = 1000 }).MaxIterations);
    }

    [Fact]
    public void A_node_that_a_person_made_pending_again_is_begun_anew()
    {
        var reset = new NodeUpdate { NodeName = "a", RollBackReason = "no capacity", UpdateIterations = 1000, ResignRequestedAt = DateTimeOffset.UnixEpoch };

        var node = From(new ClusterUpdate { ClusterUpdateStatus = UpdateStatus.Failed, EventStoreNodeUpdates = [reset] }, Asked).EventStoreNodeUpdates[0];

        Assert.Equal((false, 0, DateTimeOffset.UnixEpoch), (node.IsRollingBack, node.UpdateIterations, node.ResignRequestedAt));
    }

    [Fact]
    public void The_capacity_that_an_earlier_run_did_not_find_is_looked_for_anew()
    {
        var waiting = new NodeUpdate { NodeName = "a", NodeUpdateStatus = UpdateStatus.InProgress, NoCapacitySince = DateTimeOffset.UnixEpoch };

        Assert.Null(From(new ClusterUpdate { EventStoreNodeUpdates = [waiting] }, Asked).EventStoreNodeUpdates[0].NoCapacitySince);
    }

    [Theory]
    [InlineData("SsmCommandUpdate@a1b2", "The letters after @ stand for ssm-document")]
    [InlineData("26.1.0", "Finish it by asking for '26.1.0'. ")]
    public void It_is_said_how_an_unfinished_update_is_finished(string target, string how) => Assert.Contains(
        how,
        Assert.Throws<RollingUpdateException>(
            () => From(new ClusterUpdate { TargetVersion = target }, new UpdateRequest(null, null, null) { TargetVersion = "other" })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("t2.xlarge", false, 1)]
    [InlineData("m5.large", false, 0)]
    [InlineData("t2.xlarge", true, 0)]
    public void What_a_node_was_before_is_known_while_the_same_is_asked_for_again(string asked, bool takesBack, int known)
    {
        var done = new ClusterUpdate
        {
            UpdateStrategy = Ec2InstanceTypeUpdate.StrategyName,
            TargetInstanceType = "t2.xlarge",
            ClusterUpdateStatus = UpdateStatus.Success,
            TakesBack = takesBack,
            EventStoreNodeUpdates = [new NodeUpdate { NodeName = "a", NodeUpdateStatus = UpdateStatus.Success }],
        };

        Assert.Equal(known, From(done, Asked with { TargetInstanceType = asked }).DoneBefore.Count);
    }

    [Fact]
    public void Who_asks_for_nothing_asks_for_the_same_again()
    {
        var done = new ClusterUpdate { UpdateStrategy = "ServerVersionUpdate", TargetVersion = "26.1", ClusterUpdateStatus = UpdateStatus.Success };

        var again = From(done, new UpdateRequest(null, null, null));

        Assert.Equal(("ServerVersionUpdate", "26.1"), (again.UpdateStrategy, again.TargetVersion));
        Assert.Equal("t2.xlarge", From(
            new ClusterUpdate { TargetInstanceType = "t2.xlarge", ClusterUpdateStatus = UpdateStatus.Success }, new UpdateRequest(null, null, null)).TargetInstanceType);
    }

    [Fact]
    public void A_restart_of_which_all_steps_are_done_is_done_and_one_that_is_not_goes_on_as_the_inputs_say()
    {
        var request = new UpdateRequest(null, null, 7);
        var done = new ClusterUpdate { UpdateStrategy = "Ec2InstanceRestart", TargetVersion = "restarted", ClusterUpdateStatus = UpdateStatus.Success };

        Assert.Same(done, StartingState.From(done, request, "x", goesOn: true));
        Assert.Equal(7, StartingState.From(done with { ClusterUpdateStatus = UpdateStatus.InProgress }, request, "x", goesOn: true).MaxIterations);
        Assert.Null(StartingState.From(done with { TargetVersion = null, FinishedAt = DateTimeOffset.UnixEpoch }, request, "x", goesOn: true).FinishedAt);
        var another = request with { TargetVersion = "restarted again" };
        Assert.Equal("restarted again", StartingState.From(done, another, "x", goesOn: true).TargetVersion);
    }

    [Theory]
    [InlineData(UpdateStatus.InProgress, UpdateStatus.Failed)]
    [InlineData(UpdateStatus.Failed, UpdateStatus.Pending)]
    public void What_failed_is_tried_again_by_the_step_after_the_update_has_ended(UpdateStatus cluster, UpdateStatus node)
    {
        var found = new ClusterUpdate
        {
            ClusterUpdateStatus = cluster,
            EventStoreNodeUpdates = [new NodeUpdate { NodeName = "a", NodeUpdateStatus = UpdateStatus.Failed }],
        };

        Assert.Equal(node, StartingState.From(found, Asked, "x", goesOn: true).EventStoreNodeUpdates[0].NodeUpdateStatus);
    }

    [Fact]
    public void A_node_that_is_done_stays_done_though_it_was_started_as_it_was_meanwhile()
    {
        var done = new NodeUpdate { NodeName = "a", NodeUpdateStatus = UpdateStatus.Success, LastStartTried = true };

        Assert.Equal(UpdateStatus.Success, StartingState.Retried(done, null).NodeUpdateStatus);
    }

    [Fact]
    public void The_clock_of_a_phase_starts_with_the_phase()
    {
        var begun = DateTimeOffset.UnixEpoch;
        var waiting = new NodeUpdate { NodeName = "a" }.InPhase(NodePhase.Waiting, null, begun);

        Assert.Equal(begun, waiting.InPhase(NodePhase.Waiting, "it waits", begun.AddMinutes(1)).PhaseSince);
        Assert.Equal(begun.AddMinutes(1), waiting.InPhase(NodePhase.Stopping, null, begun.AddMinutes(1)).PhaseSince);
    }

    private static ClusterUpdate From(ClusterUpdate? found, UpdateRequest request) =>
        StartingState.From(found, request, Ec2InstanceTypeUpdate.StrategyName);
}
