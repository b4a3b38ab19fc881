using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Alarms;

public sealed class BakeAlarmTests : IDisposable
{
    private static readonly TimeSpan Bake = TimeSpan.FromMinutes(10);
    private readonly FakeAlarms alarms = new() { States = { ["errors"] = AlarmState.Ok } };
    private readonly ServiceFixture roll;

    public BakeAlarmTests()
    {
        roll = new ServiceFixture { Alarms = alarms };
        roll.Settings = roll.Settings with { BakeTime = Bake, AlarmNames = ["errors"] };
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Quiet_alarms_let_a_node_bake_for_its_time_and_not_longer()
    {
        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.All(end.EventStoreNodeUpdates, node => Assert.InRange(Baked(node), Bake, Bake + TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public async Task An_alarm_that_is_raised_while_a_node_bakes_takes_that_node_back_and_no_other_is_begun()
    {
        WhileItBakes("follower1", TimeSpan.FromMinutes(4), () => alarms.States["errors"] = AlarmState.Alarm);

        var end = await roll.RunAsync();

        Assert.Equal(["t2.large", "t2.large", "t2.large", "t2.xlarge"], roll.Picture.Nodes.Select(node => node.InstanceType));
        Assert.Equal((NodePhase.RolledBack, FailureReason.Alarm), (Node(end, "follower1").Phase, Node(end, "follower1").FailureReason));
        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Contains("follower1 bakes: the alarm errors is in ALARM", Node(end, "follower1").FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_taken_back_the_run_waits_and_ends_resumable_and_the_next_one_bakes_the_node_anew()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        WhileItBakes("follower1", TimeSpan.FromMinutes(4), () => alarms.States["errors"] = AlarmState.Alarm);

        var end = await Assert.ThrowsAsync<RollingUpdateException>(
            () => roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 40 }));

        Assert.Equal(FailureReason.Alarm, end.Reason);
        Assert.Contains("follower1 still bakes, and its 40 iterations are over", end.Message, StringComparison.Ordinal);
        Assert.Equal("t2.xlarge", roll.Picture["follower1"].InstanceType);
        alarms.States["errors"] = AlarmState.Ok;
        roll.Instances.AfterStart = node => node.ComesBack();
        var next = await roll.RunAsync(
            StartingState.From(roll.File.Read(), new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName));
        Assert.Equal(UpdateStatus.Success, next.ClusterUpdateStatus);
        Assert.True(Node(next, "follower1").Phases[^1].Until - Node(next, "follower1").Phases[^1].Since >= Bake);
    }

    [Fact]
    public async Task An_alarm_that_ends_while_the_run_waits_gives_the_node_its_whole_time_again()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        var quiet = DateTimeOffset.MaxValue;
        WhileItBakes("follower1", TimeSpan.FromMinutes(4), () => alarms.States["errors"] = AlarmState.Alarm);
        WhileItBakes("follower1", TimeSpan.FromMinutes(6), () => (alarms.States["errors"], quiet) = (AlarmState.Ok, roll.Time.GetUtcNow()));

        var end = await roll.RunAsync();

        Assert.InRange(Node(end, "follower1").FinishedAt!.Value, quiet + Bake, quiet + Bake + TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData(8, "t2.xlarge")]
    [InlineData(12, "t2.large")]
    public async Task An_alarm_that_the_restart_itself_raised_has_as_long_to_become_quiet_as_a_node_bakes(int minutes, string type)
    {
        WhileItBakes("follower1", TimeSpan.Zero, () => alarms.States["errors"] = AlarmState.Alarm);
        WhileItBakes("follower1", TimeSpan.FromMinutes(minutes), () => alarms.States["errors"] = AlarmState.Ok);

        await roll.RunAsync();

        Assert.Equal(type, roll.Picture["follower1"].InstanceType);
    }

    [Fact]
    public async Task Alarms_that_cannot_be_read_hold_the_end_of_a_bake_and_take_nothing_back()
    {
        var problem = new InstanceException(InstanceErrorKind.Transient, "Throttling", "CloudWatch is asked too often.");
        WhileItBakes("follower1", TimeSpan.FromMinutes(4), () => alarms.Problem = problem);
        WhileItBakes("follower1", TimeSpan.FromMinutes(15), () => alarms.Problem = null);

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.InRange(Baked(Node(end, "follower1")), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15.2));
    }

    [Fact]
    public async Task An_alarm_that_is_on_when_a_run_goes_on_has_its_time_to_become_quiet_from_then_on()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        WhileItBakes("follower1", TimeSpan.FromMinutes(4), () => alarms.States["errors"] = AlarmState.Alarm);
        await Assert.ThrowsAsync<RollingUpdateException>(
            () => roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 40 }));
        roll.Time.Advance(TimeSpan.FromDays(2));
        roll.Instances.AfterStart = null;
        roll.Settings = roll.Settings with { RollBackOnFailure = true };
        roll.After(TimeSpan.FromMinutes(8), () => alarms.States["errors"] = AlarmState.Ok);

        var next = await roll.RunAsync(
            StartingState.From(roll.File.Read(), new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName) with
            {
                MaxNumberOfIterationsPerNodeUpdate = 1000,
            });

        Assert.Equal(UpdateStatus.Success, next.ClusterUpdateStatus);
    }

    [Fact]
    public async Task Waiting_before_the_node_went_down_takes_nothing_from_what_it_is_given_while_it_bakes()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        alarms.States["errors"] = AlarmState.Alarm;
        roll.After(TimeSpan.FromSeconds(150), () => alarms.States["errors"] = AlarmState.Ok);
        WhileItBakes("replica", TimeSpan.FromMinutes(2), () => alarms.States["errors"] = AlarmState.Alarm);
        WhileItBakes("replica", TimeSpan.FromMinutes(4), () => alarms.States["errors"] = AlarmState.Ok);

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 40 });

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
    }

    [Fact]
    public async Task No_alarm_is_waited_for_beyond_the_time_limit()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false, Deadline = roll.Time.GetUtcNow().AddMinutes(30) };
        WhileItBakes("replica", TimeSpan.FromMinutes(4), () => alarms.States["errors"] = AlarmState.Alarm);

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.Alarm, end.Reason);
        Assert.Contains("replica still bakes, and the time limit is over", end.Message, StringComparison.Ordinal);
        Assert.InRange(roll.Time.GetUtcNow() - roll.Settings.Deadline.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_waited_for()
    {
        using var restart = new ServiceFixture
        {
            Alarms = alarms,
            MakesStrategy = instances => new Ec2InstanceRestart(instances, Ec2InstanceRestart.Restarted),
        };
        restart.Settings = restart.Settings with { BakeTime = Bake, AlarmNames = ["errors"] };
        restart.Instances.AfterStart = node =>
        {
            node.ComesBack();
            restart.After(TimeSpan.FromMinutes(4), () => alarms.States["errors"] = AlarmState.Alarm);
        };
        var request = new UpdateRequest(Ec2InstanceRestart.StrategyName, null, 40) { TargetVersion = Ec2InstanceRestart.Restarted };

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => restart.RunAsync(StartingState.From(null, request, "x")));

        Assert.Equal(FailureReason.Alarm, end.Reason);
    }

    private void WhileItBakes(string name, TimeSpan after, Action act)
    {
        var before = roll.Instances.AfterStart;
        roll.Instances.AfterStart = node =>
        {
            before?.Invoke(node);
            if (node.Name == name && node.InstanceType == Picture.Target)
            {
                roll.After(after, act);
            }
        };
    }

    private static NodeUpdate Node(ClusterUpdate state, string name) => state.EventStoreNodeUpdates.Single(node => node.NodeName == name);

    private static TimeSpan Baked(NodeUpdate node) =>
        TimeSpan.FromTicks(node.Phases.Where(span => span.Phase == nameof(NodePhase.Baking)).Sum(span => (span.Until - span.Since)!.Value.Ticks));
}
