using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public sealed class BakingTests : IDisposable
{
    private static readonly TimeSpan Bake = TimeSpan.FromMinutes(10);
    private readonly ServiceFixture roll = new();

    public BakingTests() => roll.Settings = roll.Settings with { BakeTime = Bake };

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task The_next_node_is_begun_when_the_one_before_has_been_level_for_so_long_and_not_later()
    {
        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.All(end.EventStoreNodeUpdates, node => Assert.InRange(Length(node), Bake, Bake + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task No_iteration_counts_while_a_node_bakes()
    {
        var end = await roll.RunAsync();

        Assert.All(end.EventStoreNodeUpdates, node => Assert.InRange(node.UpdateIterations, 1, 15));
    }

    [Fact]
    public async Task A_node_that_bakes_is_looked_at_once_an_iteration_for_nothing_is_due_before_its_time_is_over()
    {
        var questions = 0;
        roll.Cluster.AfterGossip = () => questions += roll.Decisions is [.., { Node.Phase: NodePhase.Baking }] ? 1 : 0;
        roll.Settings = roll.Settings with { MaxNodes = 1 };

        await roll.RunAsync();

        var iterations = Bake / roll.Settings.IterationInterval;
        Assert.InRange(questions, iterations, iterations * 3 * roll.Picture.Nodes.Count);
    }

    [Fact]
    public async Task The_lease_is_renewed_while_a_node_bakes_however_long_an_iteration_is()
    {
        roll.Settings = roll.Settings with { MaxNodes = 1, Run = "this-run", LeaseId = "00000001", IterationInterval = Bake };

        await roll.RunAsync();

        var renewals = Bake / TimeSpan.FromSeconds(25);
        Assert.InRange(roll.Instances.Leases.Count, renewals, int.MaxValue);
    }

    [Fact]
    public void A_node_that_needed_its_last_iteration_to_come_level_bakes_like_any_other()
    {
        var picture = Picture.OfFour().Updated("replica");
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-5),
            StartRequestedAt = picture.At.AddMinutes(-4),
            UpdateIterations = 7,
        });

        var decision = picture.Decide(state with { MaxNumberOfIterationsPerNodeUpdate = 7 }, Picture.Settings with { BakeTime = Bake, RollBackOnFailure = true });

        Assert.IsType<Act.Wait>(decision.Act);
        Assert.Equal(NodePhase.Baking, decision.Node!.Phase);
    }

    [Fact]
    public void A_node_that_has_restarted_at_the_very_end_of_its_time_has_not_baked()
    {
        var picture = Picture.OfFour().Updated("replica");
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-15),
            StartRequestedAt = picture.At.AddMinutes(-14),
            Bake = new Bake(picture.At - Bake, Guid.NewGuid()),
        });

        Assert.StartsWith("replica has restarted, while it baked", picture.Decide(state, Picture.Settings with { BakeTime = Bake }).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_was_rebooted_bakes_though_no_restore_point_tells_of_it()
    {
        using var reboot = new ServiceFixture { MakesStrategy = instances => new Ec2InstanceRestart(instances, Ec2InstanceRestart.Rebooted) };
        reboot.Settings = reboot.Settings with { BakeTime = Bake };
        reboot.Instances.AfterReboot = node => node.ComesBack();
        var request = new UpdateRequest(Ec2InstanceRestart.StrategyName, null, null) { TargetVersion = Ec2InstanceRestart.Rebooted };

        var end = await reboot.RunAsync(StartingState.From(null, request, "x"));

        Assert.All(end.EventStoreNodeUpdates, node => Assert.InRange(Length(node), Bake, Bake + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task The_log_shows_the_time_left()
    {
        await roll.RunAsync();

        Assert.Contains("10.0 min left", Waits("replica")[0], StringComparison.Ordinal);
        Assert.Contains("0.1 min left", Waits("replica")[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_restarts_while_it_bakes_has_its_whole_time_before_it_again_and_is_named()
    {
        var restarted = DateTimeOffset.MaxValue;
        roll.Instances.AfterStart = node =>
        {
            node.ComesBack();
            if (node.Name == "follower1")
            {
                roll.After(TimeSpan.FromMinutes(9), () =>
                {
                    node.ComesBack();
                    restarted = roll.Time.GetUtcNow();
                });
            }
        };

        var end = await roll.RunAsync();

        Assert.InRange(Node(end, "follower1").FinishedAt!.Value, restarted + Bake, restarted + Bake + TimeSpan.FromSeconds(10));
        Assert.Contains(roll.Decisions, decision =>
            decision.Why.Contains("follower1 has restarted, while it baked: its 10.0 min begin again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_falls_behind_while_it_bakes_has_its_whole_time_before_it_again_and_is_named()
    {
        var level = DateTimeOffset.MaxValue;
        roll.Instances.AfterStart = node =>
        {
            node.ComesBack();
            if (node.Name == "follower1")
            {
                roll.After(TimeSpan.FromMinutes(5), () => node.Checkpoint = 1);
                roll.After(TimeSpan.FromMinutes(7), () => (node.Checkpoint, level) = (500_000_000, roll.Time.GetUtcNow()));
            }
        };

        var end = await roll.RunAsync();

        Assert.InRange(Node(end, "follower1").FinishedAt!.Value, level + Bake, level + Bake + TimeSpan.FromSeconds(10));
        Assert.Contains(roll.Decisions, decision => decision.Why.Contains("while it baked: its 10.0 min begin again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_question_that_is_not_answered_once_does_not_begin_the_time_again()
    {
        roll.Instances.AfterStart = node =>
        {
            node.ComesBack();
            roll.After(TimeSpan.FromMinutes(5), () => node.Answers = false);
            roll.After(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(8), () => node.Answers = true);
        };

        var end = await roll.RunAsync();

        Assert.All(end.EventStoreNodeUpdates, node => Assert.InRange(Length(node), Bake, Bake + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void One_lost_answer_of_the_health_check_puts_back_no_node_that_bakes_and_has_used_up_its_iterations()
    {
        var picture = Picture.OfFour().Updated("replica");
        var before = picture.Observe().Cluster.Now;
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddMinutes(-5),
            StartRequestedAt = picture.At.AddMinutes(-4),
            UpdateIterations = 7,
            Bake = new Bake(picture.At.AddMinutes(-1), picture["replica"].InstanceId),
        });
        picture["replica"].IsLive = false;

        var decision = picture.Decide(
            state with { MaxNumberOfIterationsPerNodeUpdate = 7 },
            Picture.Settings with { BakeTime = Bake, RollBackOnFailure = true },
            seen => seen with { Cluster = new ClusterView(before, seen.Cluster.Now, 3, 1024 * 1024) });

        Assert.IsType<Act.Wait>(decision.Act);
        Assert.Equal(NodePhase.Baking, decision.Node!.Phase);
    }

    [Fact]
    public async Task A_node_that_is_silent_when_its_time_is_over_is_waited_for()
    {
        roll.Settings = roll.Settings with { MaxNodes = 1 };
        roll.Instances.AfterStart = node =>
        {
            node.ComesBack();
            roll.After(Bake - TimeSpan.FromSeconds(4), () => node.Answers = false);
            roll.After(Bake + TimeSpan.FromSeconds(30), () => node.Answers = true);
        };

        var end = await roll.RunAsync();

        Assert.InRange(Length(Node(end, "replica")), Bake + TimeSpan.FromSeconds(25), Bake + TimeSpan.FromSeconds(35));
    }

    [Fact]
    public async Task A_node_that_falls_behind_for_good_while_it_bakes_uses_up_its_iterations_and_is_put_back()
    {
        roll.Instances.AfterStart = node =>
        {
            node.ComesBack();
            if (node is { Name: "follower1", InstanceType: Picture.Target })
            {
                roll.After(TimeSpan.FromMinutes(5), () => node.Checkpoint = 1);
            }
        };

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 40 });

        Assert.Equal("t2.large", roll.Picture["follower1"].InstanceType);
        Assert.Equal(NodePhase.RolledBack, Node(end, "follower1").Phase);
        Assert.Single(Node(end, "follower1").Phases, span => span.Phase == nameof(NodePhase.Baking));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_is_cut_off_while_a_node_bakes_is_gone_on_with_and_the_time_goes_on_where_the_state_tells_it(bool hasState)
    {
        roll.Settings = roll.Settings with { Run = "run" };
        var cut = await CutOffWhileItBakes(TimeSpan.FromMinutes(6));

        var end = await roll.RunAsync(hasState ? Resumed() : null);

        var baked = Node(end, "replica").FinishedAt!.Value - cut;
        Assert.InRange(baked, hasState ? TimeSpan.FromMinutes(3) : Bake, hasState ? TimeSpan.FromMinutes(5) : Bake + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_node_that_restarts_between_two_runs_has_its_whole_time_before_it_again()
    {
        var cut = await CutOffWhileItBakes(TimeSpan.FromMinutes(6));
        roll.Picture["replica"].ComesBack();

        var end = await roll.RunAsync(Resumed());

        Assert.InRange(Node(end, "replica").FinishedAt!.Value - cut, Bake, Bake + TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(-3)]
    public async Task Time_in_which_nobody_looked_counts_for_nothing_whatever_the_other_machine_s_clock_said(int minutesAhead)
    {
        await CutOffWhileItBakes(TimeSpan.FromMinutes(6));
        roll.Time.Advance(TimeSpan.FromMinutes(30));
        var begun = roll.Time.GetUtcNow();
        var ahead = TimeSpan.FromMinutes(minutesAhead);
        var found = roll.File.Read()!;
        var node = Node(found, "replica");
        found = found.With(node with { Bake = node.Bake! with { Since = node.Bake.Since + ahead }, PhaseSince = node.PhaseSince + ahead });

        var end = await roll.RunAsync(Resumed(found with { LastIterationAt = found.LastIterationAt + ahead }));

        Assert.InRange(Node(end, "replica").FinishedAt!.Value - begun, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void A_bake_that_began_in_a_future_that_nobody_lives_to_see_begins_anew()
    {
        var picture = Picture.OfFour().Updated("replica");
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.Baking),
            StopRequestedAt = picture.At.AddMinutes(-5),
            StartRequestedAt = picture.At.AddMinutes(-4),
            Bake = new Bake(DateTimeOffset.MaxValue, picture["replica"].InstanceId),
        });

        var decision = picture.Decide(state with { LastIterationAt = picture.At.AddHours(-1) }, Picture.Settings with { BakeTime = Bake });

        Assert.EndsWith("(10.0 min left)", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_as_wanted_before_bakes_not()
    {
        roll.Picture.Updated("replica", "follower1", "follower2", "leader");
        var begun = roll.Time.GetUtcNow();

        var end = await roll.RunAsync();

        Assert.True(end.FinishedAt - begun < TimeSpan.FromMinutes(1));
    }

    /// <returns>When.</returns>
    private async Task<DateTimeOffset> CutOffWhileItBakes(TimeSpan after)
    {
        using var signal = new CancellationTokenSource();
        roll.Settings = roll.Settings with { MaxNodes = 1 };
        roll.Instances.AfterStart = node => roll.After(after, signal.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));
        roll.Instances.AfterStart = null;
        return roll.Time.GetUtcNow();
    }

    private ClusterUpdate Resumed(ClusterUpdate? found = null) =>
        StartingState.From(found ?? roll.File.Read(), new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName);

    private List<string> Waits(string name) =>
    [
        .. roll.Decisions.Where(decision => decision.Node is { Phase: NodePhase.Baking } node && node.NodeName == name).Select(decision => decision.Why),
    ];

    private static NodeUpdate Node(ClusterUpdate state, string name) => state.EventStoreNodeUpdates.Single(node => node.NodeName == name);

    private static TimeSpan Length(NodeUpdate node) =>
        TimeSpan.FromTicks(node.Phases.Where(span => span.Phase == nameof(NodePhase.Baking)).Sum(span => (span.Until - span.Since)!.Value.Ticks));
}
