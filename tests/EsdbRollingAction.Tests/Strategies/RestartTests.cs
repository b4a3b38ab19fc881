using EsdbRollingAction.Core.Cluster;
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

    [Fact]
    public async Task Without_the_state_a_node_that_was_restarted_and_carries_its_restore_point_is_not_restarted_again()
    {
        roll.Settings = roll.Settings with { Run = "run" };
        roll.Picture["replica"].RestorePoint = new RestorePoint { Type = "t2.large", Version = "up-since-2026-12-24T00:00:00Z" }.ToString();

        await roll.RunAsync(Begin(Ec2InstanceRestart.Restarted));

        Assert.Equal(Names[1..].Select(name => $"stop i-{name}"), ActsOf(roll).Where(act => act.StartsWith("stop", StringComparison.Ordinal)));
        Assert.Null(roll.Picture["replica"].RestorePoint);
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

        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
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
            ComesBack(node);
            node.InstanceId = before[node.Name];
            After(reboot, TimeSpan.FromMinutes(3), () => node.InstanceId = Guid.NewGuid());
        };
        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(3)));
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
            ComesBack(node);
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
        reboot.Instances.AfterReboot = node =>
        {
            if (node.Name != "follower1")
            {
                ComesBack(node);
            }
        };

        var end = await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
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
            ComesBack(node);
        };

        await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Contains("reboot i-follower2", ActsOf(reboot));
    }

    [Fact]
    public async Task A_reboot_whose_answer_was_lost_is_not_repeated_at_once()
    {
        using var reboot = RollOf(Ec2InstanceRestart.Rebooted);
        reboot.Instances.AfterReboot = node =>
        {
            ComesBack(node);
            if (node.IsReplica)
            {
                throw new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
            }
        };

        await reboot.RunAsync(Begin(Ec2InstanceRestart.Rebooted));

        Assert.Equal(Names.Select(name => $"reboot i-{name}"), ActsOf(reboot));
    }

    [Fact]
    public void A_reboot_that_was_decided_by_a_run_that_is_gone_counts_as_asked_for()
    {
        var begun = Begin(Ec2InstanceRestart.Rebooted) with
        {
            LastIterationAt = roll.Time.GetUtcNow(),
            EventStoreNodeUpdates = [new NodeUpdate { NodeUpdateStatus = UpdateStatus.InProgress, NodeUpdateStatusDetail = nameof(NodePhase.Changing) }],
        };

        Assert.Equal(begun.LastIterationAt, LeftOffNodes.WithUnansweredRequests(begun).EventStoreNodeUpdates[0].ChangeRequestedAt);
    }

    [Fact]
    public void A_restart_cannot_be_taken_back()
    {
        var done = Begin(Ec2InstanceRestart.Restarted) with { EventStoreNodeUpdates = [new NodeUpdate { NodeUpdateStatus = UpdateStatus.Success }] };

        var refusal = Assert.Throws<Core.RollingUpdateException>(() => TakingBack.From(done, new UpdateRequest(null, null, null)));

        Assert.Equal(Core.FailureReason.InvalidInput, refusal.Reason);
    }

    [Theory]
    [InlineData(null, Ec2InstanceRestart.Restarted)]
    [InlineData(Ec2InstanceRestart.Rebooted, Ec2InstanceRestart.Rebooted)]
    public void The_catalogue_reads_the_kind_from_the_state(string? inState, string target) =>
        Assert.Equal(target, StrategyCatalogue.Of(new ClusterUpdate { UpdateStrategy = Ec2InstanceRestart.StrategyName, TargetVersion = inState }, roll.Instances).TargetVersion);

    [Fact]
    public void A_kind_that_there_is_not_is_refused()
    {
        var state = new ClusterUpdate { UpdateStrategy = Ec2InstanceRestart.StrategyName, TargetVersion = "reborn" };

        Assert.Contains("reborn", Assert.Throws<Core.RollingUpdateException>(() => StrategyCatalogue.Of(state, roll.Instances)).Message, StringComparison.Ordinal);
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

    private static void ComesBack(PicturedNode node) =>
        node.ComesBack(node.IsReplica ? NodeState.ReadOnlyReplica : NodeState.Follower, node.Checkpoint);

    private readonly List<ITimer> timers = [];

    private void After(ServiceFixture of, TimeSpan delay, Action act) =>
        timers.Add(of.Time.CreateTimer(_ => act(), null, delay, Timeout.InfiniteTimeSpan));

    private static UpdateRequest Request(string target) => new(Ec2InstanceRestart.StrategyName, null, null) { TargetVersion = target };

    private static ClusterUpdate Begin(string target) => StartingState.From(null, Request(target), Ec2InstanceTypeUpdate.StrategyName);

    private static IEnumerable<string> ActsOf(ServiceFixture of) => of.Instances.Asked.Where(act =>
        new[] { "stop", "start", "type", "reboot" }.Contains(act.Split(' ')[0]));

    private static ServiceFixture RollOf(string target) => new() { MakesStrategy = instances => new Ec2InstanceRestart(instances, target) };
}
