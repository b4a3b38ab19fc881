using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Strategies;

public sealed class RestartTests : IDisposable
{
    private static readonly string[] Names = ["replica", "follower1", "follower2", "leader"];
    private readonly ServiceFixture roll = RollOf(Ec2InstanceRestart.Restarted);

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Every_node_is_stopped_and_started_once_replicas_first_and_the_leader_last_and_no_type_is_changed()
    {
        var end = await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.SelectMany(name => new[] { $"stop i-{name}", $"start i-{name}" }), ActsOf(roll));
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal((Ec2InstanceRestart.Restarted, "t2.large"), (node.Version, node.CurrentInstanceType)));
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal("up-since-2027-01-01T03:00:00Z", node.VersionBefore));
    }

    [Fact]
    public async Task A_read_as_old_as_before_the_start_makes_no_second_restart()
    {
        var before = roll.Picture.Instances.ToDictionary(instance => instance.Id);
        var started = new Dictionary<string, DateTimeOffset>();
        roll.Instances.AfterStart = node => started[node.Ec2Id] = roll.Time.GetUtcNow();
        roll.Instances.Shown = instance =>
            started.TryGetValue(instance.Id, out var at) && roll.Time.GetUtcNow() - at < TimeSpan.FromSeconds(14) ? before[instance.Id] : instance;

        await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.Equal(Names.Select(name => $"stop i-{name}"), ActsOf(roll).Where(act => act.StartsWith("stop", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_node_that_somebody_restarted_in_the_meantime_is_done()
    {
        var begun = (await roll.PlanAsync(Begin(Ec2InstanceRestart.Restarted))) with { PlanDigest = null };
        roll.Picture["follower1"].LaunchedAt += TimeSpan.FromSeconds(1);

        await roll.RunAsync(begun);

        Assert.DoesNotContain("stop i-follower1", ActsOf(roll));
        Assert.Contains("stop i-follower2", ActsOf(roll));
    }

    [Theory]
    [InlineData(Ec2InstanceRestart.Restarted, 1)]
    [InlineData(Ec2InstanceRestart.Rebooted, 0)]
    public async Task Without_the_state_a_node_that_was_restarted_and_carries_its_restore_point_is_not_restarted_again(string target, int done)
    {
        roll.Settings = roll.Settings with { Run = "run" };
        roll.Picture["replica"].RestorePoint = PointOf(target).ToString();

        await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.Equal(Names[done..].Select(name => $"stop i-{name}"), ActsOf(roll).Where(act => act.StartsWith("stop", StringComparison.Ordinal)));
        Assert.Null(roll.Picture["replica"].RestorePoint);
    }

    [Fact]
    public async Task A_restore_point_that_an_update_of_long_ago_left_makes_no_node_done()
    {
        roll.Settings = roll.Settings with { Run = "run" };
        roll.Picture["replica"].RestorePoint = PointOf(Ec2InstanceRestart.Restarted).ToString();
        roll.Picture["replica"].LaunchedAt = roll.Time.GetUtcNow().AddDays(-2);

        await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.Contains("stop i-replica", ActsOf(roll));
    }

    [Fact]
    public async Task What_the_node_was_is_in_its_restore_point()
    {
        roll.Settings = roll.Settings with { Run = "run" };
        var points = new List<RestorePoint?>();
        roll.Instances.AfterStop = node => points.Add(RestorePoint.Parse(node.RestorePoint));

        await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.All(points, point => Assert.Equal(
            ("t2.large", "up-since-2027-01-01T03:00:00Z", Ec2InstanceRestart.Restarted), (point?.Type, point?.Version, point?.Target)));
    }

    [Fact]
    public async Task Capacity_of_the_same_type_is_held_before_a_node_is_stopped()
    {
        roll.Settings = roll.Settings with { ReserveCapacity = CapacityPolicy.Auto };

        await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.Equal(
            ["reserve t2.large i-replica", "stop i-replica", "start i-replica"], roll.Instances.Asked.Where(act => act.Contains("i-replica", StringComparison.Ordinal)).Take(3));
    }

    [Fact]
    public async Task A_start_that_fails_for_good_leaves_the_update_failed_and_is_not_rolled_back()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = true };
        var refusal = new InstanceException(InstanceErrorKind.Terminal, "Unsupported", "No.");
        roll.Instances.BeforeAct = () => ActsOf(roll).Any(act => act.StartsWith("start", StringComparison.Ordinal)) ? throw refusal : Task.CompletedTask;

        var end = await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Null(end.EventStoreNodeUpdates.Single(node => node.NodeUpdateStatus is UpdateStatus.Failed).RollBackReason);
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("type", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reboot_takes_each_node_down_once_and_stops_none()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        reboot.Settings = reboot.Settings with { ReserveCapacity = CapacityPolicy.Required };
        var types = new List<string?>();
        reboot.Instances.AfterReboot = node =>
        {
            node.ComesBack();
            types.Add(reboot.File.Read()?.EventStoreNodeUpdates[0].CurrentInstanceType);
        };

        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
        Assert.DoesNotContain(reboot.Instances.Asked, act => act.StartsWith("reserve", StringComparison.Ordinal));
        Assert.All(types, type => Assert.Equal("t2.large", type));
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal(Ec2InstanceRestart.Rebooted, node.Version));
    }

    [Fact]
    public async Task A_reboot_that_is_queued_is_awaited_and_no_other_node_is_touched_meanwhile()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        var before = reboot.Picture.Nodes.ToDictionary(node => node.Name, node => node.InstanceId);
        var times = new List<DateTimeOffset>();
        reboot.Instances.AfterReboot = node =>
        {
            times.Add(reboot.Time.GetUtcNow());
            node.ComesBack();
            node.InstanceId = before[node.Name];
            reboot.After(TimeSpan.FromMinutes(3), () => node.InstanceId = Guid.NewGuid());
        };
        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public async Task A_database_that_ends_while_its_reboot_is_queued_is_not_taken_for_rebooted()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        var (asked, down) = (new List<DateTimeOffset>(), TimeSpan.FromSeconds(14));
        reboot.Instances.AfterReboot = node =>
        {
            asked.Add(reboot.Time.GetUtcNow());
            node.ComesBack();
            reboot.After(down, node.GoesDown);
            reboot.After(down + TimeSpan.FromSeconds(30), () => node.ComesBack());
        };

        await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
        Assert.All(asked.Zip(asked.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(44), $"{pair.Second - pair.First}"));
    }

    [Fact]
    public async Task A_reboot_that_never_happened_is_asked_for_again_after_five_minutes()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        var before = reboot.Picture["replica"].InstanceId;
        var asked = new List<DateTimeOffset>();
        reboot.Instances.AfterReboot = node =>
        {
            asked.Add(reboot.Time.GetUtcNow());
            node.ComesBack();
            node.InstanceId = asked.Count == 1 ? before : node.InstanceId;
        };

        await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(["reboot i-replica", "reboot i-replica", "reboot i-follower1"], ActsOf(reboot).Take(3));
        Assert.InRange(asked[1] - asked[0], TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task A_machine_that_does_not_come_back_from_a_reboot_is_stopped_and_started_once()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        var (asked, stopped) = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        reboot.Instances.AfterReboot = node =>
        {
            asked = node.Name == "follower1" ? reboot.Time.GetUtcNow() : asked;
            if (node.Name != "follower1")
            {
                node.ComesBack();
            }
        };
        reboot.Instances.AfterStop = _ => stopped = reboot.Time.GetUtcNow();

        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.InRange(stopped - asked, TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(9));
        Assert.Equal(
            ["reboot i-replica", "reboot i-follower1", "stop i-follower1", "start i-follower1", "reboot i-follower2", "reboot i-leader"], ActsOf(reboot));
    }

    [Fact]
    public async Task A_database_that_ended_by_itself_after_it_was_planned_is_rebooted_all_the_same()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        reboot.Instances.AfterReboot = node =>
        {
            reboot.Picture["follower2"].InstanceId = Guid.NewGuid();
            node.ComesBack();
        };

        await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Contains("reboot i-follower2", ActsOf(reboot));
    }

    [Fact]
    public async Task A_silent_machine_that_another_node_still_sees_is_not_stopped()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        var back = false;
        reboot.Instances.AfterReboot = node =>
        {
            if (!node.IsReplica)
            {
                node.ComesBack();
                return;
            }

            node.SeenAlive = true;
            reboot.After(TimeSpan.FromMinutes(20), () =>
            {
                back = true;
                node.ComesBack();
            });
        };
        reboot.Instances.AfterStop = _ => Assert.Fail("It was stopped.");

        await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.True(back);
    }

    [Fact]
    public async Task The_stop_of_a_machine_that_is_not_back_is_asked_for_again_when_EC2_never_made_it()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        var lost = false;
        reboot.Instances.AfterReboot = node =>
        {
            if (!node.IsReplica)
            {
                node.ComesBack();
            }
        };
        reboot.Instances.BeforeAct = () =>
        {
            var stops = reboot.Decisions.Count > 0 && reboot.Decisions[^1].Act is Act.ChangeInstance { Step: StopStep } && !lost;
            lost |= stops;
            return stops ? throw new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.") : Task.CompletedTask;
        };

        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.True(lost);
        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["reboot i-replica", "stop i-replica", "start i-replica", "reboot i-follower1"], ActsOf(reboot).Take(4));
    }

    [Fact]
    public async Task A_node_that_failed_while_it_caught_up_after_its_reboot_is_not_rebooted_again()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        reboot.Instances.AfterReboot = node =>
        {
            node.ComesBack();
            node.Checkpoint = node.IsReplica ? 1 : node.Checkpoint;
        };
        var failed = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted) with { MaxNumberOfIterationsPerNodeUpdate = 20 });
        reboot.Picture["replica"].Checkpoint = 500_000_000;

        var again = StartingState.From(failed, Request(Ec2InstanceRestart.Rebooted) with { MaxIterations = 900 }, "Ec2InstanceTypeUpdate");
        var end = await reboot.RunAsync(again);

        Assert.Equal((UpdateStatus.Failed, UpdateStatus.Success), (failed.ClusterUpdateStatus, end.ClusterUpdateStatus));
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
    }

    [Fact]
    public async Task A_reboot_that_EC2_refuses_for_good_fails_the_update_and_takes_nothing_down()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        reboot.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "No."));

        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal((UpdateStatus.Failed, Core.FailureReason.InstanceChangeFailed), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.First(node => node.FailureReason is not null).FailureReason!.Value));
        Assert.All(reboot.Picture.Nodes, node => Assert.True(node.Answers));
    }

    [Fact]
    public async Task A_node_that_somebody_stopped_and_started_meanwhile_needs_no_reboot()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        var begun = (await reboot.PlanAsync(Begin(Ec2InstanceRestart.Rebooted))) with { PlanDigest = null };
        reboot.Picture["follower1"].LaunchedAt += TimeSpan.FromSeconds(1);

        await reboot.RunAsync(begun);

        Assert.DoesNotContain("reboot i-follower1", ActsOf(reboot));
        Assert.Contains("reboot i-follower2", ActsOf(reboot));
    }

    [Fact]
    public async Task A_reboot_whose_answer_was_lost_is_not_repeated_at_once()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        reboot.Instances.AfterReboot = node =>
        {
            node.ComesBack();
            if (node.IsReplica)
            {
                throw new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
            }
        };

        await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
    }

    [Fact]
    public void The_reboot_that_is_asked_for_again_is_remembered_before_it_is_asked_for()
    {
        var picture = Rebooting();
        var state = StateOf(picture, "replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.Changing),
            ChangeRequestedAt = picture.At.AddMinutes(-6),
            EventStoreInstanceIdBeforeStop = picture["replica"].InstanceId,
        });

        var decision = picture.Decide(state);

        decision.Acts<Act.ChangeInstance>("replica");
        Assert.Equal(picture.At, decision.NodeNamed("replica").ChangeRequestedAt);
    }

    [Fact]
    public void A_node_that_went_down_by_itself_before_its_turn_is_not_stopped_beside_every_rule()
    {
        var picture = Rebooting();
        picture["follower1"].GoesDown();
        picture.SilentFor = TimeSpan.FromMinutes(30);

        var decision = picture.Decide(StateOf(picture, "follower1", node => node));

        decision.Acts<Act.Wait>("replica");
        Assert.Equal(nameof(SafetyRules.OtherVotersAreLevel), decision.Rule);
    }

    [Fact]
    public void A_rebooted_node_that_is_silent_for_a_moment_is_not_rebooted_again()
    {
        var picture = Rebooting();
        picture["replica"].GoesDown();
        picture.SilentFor = TimeSpan.FromSeconds(2);

        var decision = picture.Decide(StateOf(picture, "replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Success,
            NodeUpdateStatusDetail = nameof(NodePhase.Success),
            CurrentVersion = Ec2InstanceRestart.Rebooted,
            ChangeRequestedAt = picture.At.AddMinutes(-6),
            EventStoreInstanceIdBeforeStop = Guid.NewGuid(),
        }));

        Assert.Equal(UpdateStatus.Success, decision.State.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").NodeUpdateStatus);
    }

    [Fact]
    public void A_step_after_the_last_one_begins_no_other_restart()
    {
        var done = Begin(Ec2InstanceRestart.Restarted) with { ClusterUpdateStatus = UpdateStatus.Success };

        Assert.Same(done, StartingState.From(done, Request(Ec2InstanceRestart.Restarted), "Ec2InstanceTypeUpdate", goesOn: true));
    }

    [Fact]
    public void A_type_without_a_strategy_is_no_restart_whatever_was_done_before()
    {
        var done = Begin(Ec2InstanceRestart.Restarted) with { ClusterUpdateStatus = UpdateStatus.Success };

        var start = StartingState.From(done, new UpdateRequest(null, "t3.large", null), "Ec2InstanceTypeUpdate");

        Assert.Equal(("Ec2InstanceTypeUpdate", "t3.large", null), (start.UpdateStrategy, start.TargetInstanceType, start.TargetVersion));
    }

    [Fact]
    public void A_restart_cannot_be_taken_back()
    {
        var done = Begin(Ec2InstanceRestart.Restarted) with { EventStoreNodeUpdates = [new NodeUpdate { NodeUpdateStatus = UpdateStatus.Success }] };

        var refusal = Assert.Throws<Core.RollingUpdateException>(() => TakingBack.From(done, new UpdateRequest("Ec2InstanceTypeUpdate", null, null)));

        Assert.Contains("cannot be taken back", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, Ec2InstanceRestart.Restarted)]
    [InlineData(Ec2InstanceRestart.Rebooted, Ec2InstanceRestart.Rebooted)]
    public void The_catalogue_reads_the_kind_from_the_state(string? inState, string target) =>
        Assert.Equal(target, StrategyCatalogue.Of(new ClusterUpdate { UpdateStrategy = Ec2InstanceRestart.StrategyName, TargetVersion = inState }, PartsOf(roll)).TargetVersion);

    [Fact]
    public void A_kind_that_there_is_not_is_refused()
    {
        var state = new ClusterUpdate { UpdateStrategy = Ec2InstanceRestart.StrategyName, TargetVersion = "reborn" };

        Assert.Contains("reborn", Assert.Throws<Core.RollingUpdateException>(() => StrategyCatalogue.Of(state, PartsOf(roll))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_update_of_types_says_nothing_of_the_target_of_a_restart()
    {
        var done = new ClusterUpdate { UpdateStrategy = "Ec2InstanceTypeUpdate", TargetInstanceType = "t2.xlarge", ClusterUpdateStatus = UpdateStatus.Success };

        var start = StartingState.From(done, Request(Ec2InstanceRestart.Restarted), "Ec2InstanceTypeUpdate");

        Assert.Equal((Ec2InstanceRestart.StrategyName, null, Ec2InstanceRestart.Restarted), (start.UpdateStrategy, start.TargetInstanceType, start.TargetVersion));
    }

    [Fact]
    public void A_finished_restart_that_is_asked_for_again_restarts_again()
    {
        var done = Begin(Ec2InstanceRestart.Restarted) with
        {
            ClusterUpdateStatus = UpdateStatus.Success,
            EventStoreNodeUpdates = [new NodeUpdate { NodeUpdateStatus = UpdateStatus.Success, OriginalVersion = "up-since-2026-12-24T00:00:00Z" }],
        };

        var start = StartingState.From(done, Request(Ec2InstanceRestart.Restarted), "Ec2InstanceTypeUpdate");

        Assert.Empty(start.EventStoreNodeUpdates);
        Assert.Empty(start.DoneBefore);
    }

    [Fact]
    public void An_unfinished_update_by_stops_is_not_gone_on_with_by_reboots()
    {
        var begun = Begin(Ec2InstanceRestart.Restarted) with { StartedAt = roll.Time.GetUtcNow() };

        var refusal = Assert.Throws<Core.RollingUpdateException>(
            () => StartingState.From(begun, Request(Ec2InstanceRestart.Rebooted), "Ec2InstanceTypeUpdate"));

        Assert.Contains("'restarted', and the inputs ask for 'rebooted'", refusal.Message, StringComparison.Ordinal);
    }

    private Picture Rebooting()
    {
        var picture = Picture.OfFour();
        picture.Strategy = new Ec2InstanceRestart(roll.Instances, Ec2InstanceRestart.Rebooted);
        return picture;
    }

    private static ClusterUpdate StateOf(Picture picture, string name, Func<NodeUpdate, NodeUpdate> change) =>
        picture.State(name, change) with { TargetInstanceType = null, TargetVersion = Ec2InstanceRestart.Rebooted };

    private static RestorePoint PointOf(string target) =>
        new() { Type = "t2.large", Version = "up-since-2026-12-24T00:00:00Z", Target = target };

    private static UpdateRequest Request(string target) => new(Ec2InstanceRestart.StrategyName, null, null) { TargetVersion = target };

    private static ClusterUpdate Begin(string target) => StartingState.From(null, Request(target), Ec2InstanceTypeUpdate.StrategyName);

    private static IEnumerable<string> ActsOf(ServiceFixture of) => of.Instances.Asked.Where(act =>
        new[] { "stop", "start", "type", "reboot" }.Contains(act.Split(' ')[0]));

    private static StrategyParts PartsOf(ServiceFixture roll) => new(roll.Instances, new FakeCommands(roll), roll.Time);

    private static ServiceFixture RollOf(string target) => new() { MakesStrategy = instances => new Ec2InstanceRestart(instances, target) };
}
