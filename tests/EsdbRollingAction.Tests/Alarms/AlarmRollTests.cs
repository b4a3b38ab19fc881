using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Alarms;

/// <summary>Whole rolls in virtual time with alarms.</summary>
public sealed class AlarmRollTests : IDisposable
{
    private const string Orders = "orders 5xx";
    private readonly FakeAlarms alarms = new() { States = { [Orders] = AlarmState.Ok, ["queue"] = AlarmState.Ok } };
    private readonly ServiceFixture roll = new();

    public AlarmRollTests()
    {
        roll.Alarms = alarms;
        roll.Settings = roll.Settings with { AlarmNames = [Orders, "queue"] };
    }

    public void Dispose()
    {
        roll.Dispose();
    }

    [Fact]
    public async Task The_roll_waits_for_an_alarm_and_goes_on_when_it_is_OK()
    {
        alarms.States["queue"] = AlarmState.Alarm;
        roll.After(TimeSpan.FromMinutes(3), () => alarms.States["queue"] = AlarmState.Ok);

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        var waits = roll.Decisions.TakeWhile(decision => !decision.Act.ChangesTheWorld).Where(decision => decision.Rule is nameof(AlarmRule.AlarmsAreQuiet)).ToList();
        Assert.InRange(waits.Count, 30, 40);
        Assert.All(waits, wait => Assert.Equal("the alarm queue is in ALARM (why it is Alarm)", wait.Why));
        Assert.Equal("replica", waits[0].Node!.NodeName);
    }

    [Fact]
    public async Task No_node_is_taken_down_without_the_alarms_having_been_read_in_that_iteration()
    {
        DateTimeOffset? read = null;
        var ages = new List<TimeSpan?>();
        alarms.OnRead = () => read = roll.Time.GetUtcNow();
        roll.Instances.AfterStop = _ => ages.Add(roll.Time.GetUtcNow() - read);

        await roll.RunAsync();

        Assert.Equal(4, ages.Count);
        Assert.All(ages, age => Assert.InRange(age!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Nobody_asks_while_a_node_is_off_or_starting_nor_once_nothing_is_to_be_taken_down()
    {
        var asked = new List<string>();
        alarms.OnRead = () => asked.AddRange(roll.Picture.Nodes.Where(node => !node.Answers).Select(node => node.Name));
        roll.Instances.AfterStart = node => Away(node, TimeSpan.FromMinutes(5));

        await roll.RunAsync();

        Assert.Empty(asked);
        Assert.InRange(alarms.Reads, 5, 40);
    }

    [Fact]
    public async Task A_run_without_alarms_asks_for_none()
    {
        roll.Settings = roll.Settings with { AlarmNames = [] };

        await roll.RunAsync();

        Assert.Equal(0, alarms.Reads);
    }

    [Fact]
    public async Task An_alarm_that_stays_ends_the_run_with_nothing_off_and_the_next_one_goes_on()
    {
        roll.Instances.AfterStart = node => alarms.States[Orders] = node.Name == "follower1" ? AlarmState.Alarm : AlarmState.Ok;

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(Begin(20)));

        Assert.Equal(FailureReason.Alarm, end.Reason);
        Assert.StartsWith("follower2 is not taken down, and its 20 iterations are over: the alarm orders 5xx is in ALARM", end.Message, StringComparison.Ordinal);
        Assert.All(roll.Picture.Nodes, node => Assert.Equal(InstanceState.Running, node.InstanceState));
        var left = roll.File.Read()!;
        Assert.Equal(
            [UpdateStatus.Success, UpdateStatus.Success, UpdateStatus.Pending, UpdateStatus.Pending],
            left.EventStoreNodeUpdates.Select(node => node.NodeUpdateStatus));
        Assert.Equal((UpdateStatus.InProgress, 0), (left.ClusterUpdateStatus, left.EventStoreNodeUpdates[2].UpdateIterations));

        alarms.States[Orders] = AlarmState.Ok;
        roll.Instances.AfterStart = _ => { };
        var next = await roll.RunAsync(StartingState.From(left, new UpdateRequest(null, Picture.Target, 20), "x"));

        Assert.Equal(UpdateStatus.Success, next.ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_leader_that_lowered_its_priority_has_it_back_when_an_alarm_ends_the_run()
    {
        roll.Picture.Nodes.ForEach(node => node.Priority = 3);
        roll.Cluster.BeforeAct = node =>
        {
            alarms.States[Orders] = AlarmState.Alarm;
            return Task.CompletedTask;
        };

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(Begin(20)));

        Assert.Equal(FailureReason.Alarm, end.Reason);
        Assert.Contains("priority 2 leader.test", roll.Cluster.Asked);
        Assert.All(roll.Picture.Nodes, node => Assert.Equal(3, node.Priority));
        Assert.DoesNotContain("resign leader.test", roll.Cluster.Asked);
    }

    [Fact]
    public async Task A_node_that_waited_for_an_alarm_still_has_all_of_its_iterations()
    {
        alarms.States[Orders] = AlarmState.Alarm;
        roll.After(TimeSpan.FromSeconds(80), () => alarms.States[Orders] = AlarmState.Ok);
        roll.Instances.AfterStart = node => Away(node, TimeSpan.FromSeconds(50));

        var end = await roll.RunAsync(Begin(20));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        var replica = end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica");
        Assert.Equal((true, 0), (replica is { IterationsTowardsLimit: <= 20, UpdateIterations: > 20 }, replica.AlarmIterations));
        Assert.Contains(roll.Decisions, decision => decision.Node is { AlarmIterations: > 10 });
    }

    [Theory]
    [InlineData(InstanceErrorKind.Transient)]
    [InlineData(InstanceErrorKind.AccessDenied)]
    [InlineData(InstanceErrorKind.Terminal)]
    public async Task A_read_that_fails_in_the_middle_is_waited_for(InstanceErrorKind kind)
    {
        roll.Instances.AfterStop = _ =>
        {
            alarms.Problem = new InstanceException(kind, "Throttling", "Could not look at the alarms.");
            roll.After(TimeSpan.FromMinutes(2), () => alarms.Problem = null);
        };

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Contains(roll.Decisions, decision => decision is { Rule: nameof(AlarmRule.AlarmsAreQuiet), Why: "Could not look at the alarms" });
    }

    [Fact]
    public async Task A_CloudWatch_that_never_answers_holds_the_roll_back_and_not_for_ever()
    {
        roll.Instances.AfterStop = _ => alarms.Hangs = true;

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(Begin(20)));

        Assert.Equal(FailureReason.Alarm, end.Reason);
        Assert.Contains("CloudWatch did not answer within 10 s", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_credentials_end_the_run_as_elsewhere()
    {
        roll.Instances.AfterStart = _ =>
            alarms.Problem = new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", "The session has expired.");

        Assert.Equal(InstanceErrorKind.CredentialsExpired, (await Assert.ThrowsAsync<InstanceException>(() => roll.RunAsync())).Kind);
    }

    [Fact]
    public async Task A_name_that_is_no_alarm_s_is_refused_before_anything_is_touched()
    {
        roll.Settings = roll.Settings with { AlarmNames = [Orders, "mispelt", "also not there"] };

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.PreflightRefused, refusal.Reason);
        Assert.Contains("AlarmsExist: CloudWatch has no alarm mispelt, also not there in this account and region", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_denied_read_is_refused_with_the_action_that_is_lacking()
    {
        alarms.Problem = new InstanceException(InstanceErrorKind.AccessDenied, "AccessDenied", "The IAM policy must allow cloudwatch:DescribeAlarms.");

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Contains("AlarmsExist: The IAM policy must allow cloudwatch:DescribeAlarms", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task What_does_not_answer_before_the_roll_is_noted_and_waited_for()
    {
        alarms.Problem = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "CloudWatch is away.");
        roll.After(TimeSpan.FromMinutes(2), () => alarms.Problem = null);

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Contains(new Check("AlarmsExist", "not checked: CloudWatch is away", CheckOutcome.Note), roll.Checks);
    }

    [Theory]
    [InlineData(AlarmState.Alarm, CheckOutcome.Warning, "the alarm orders 5xx is in ALARM (why it is Alarm)")]
    [InlineData(AlarmState.InsufficientData, CheckOutcome.Note, "orders 5xx has too little data to tell (INSUFFICIENT_DATA), and holds nothing back")]
    [InlineData(AlarmState.Ok, CheckOutcome.Passed, "no alarm is in ALARM")]
    public async Task A_plan_shows_how_the_alarms_stand(AlarmState state, CheckOutcome outcome, string found)
    {
        alarms.States[Orders] = state;

        await roll.PlanAsync();

        var row = Assert.Single(roll.Checks, check => check.Name == "AlarmsAreQuiet");
        Assert.Equal((outcome, found), (row.Outcome, row.Found));
        Assert.Contains(roll.Checks, check => check is { Name: "AlarmsExist", Outcome: CheckOutcome.Passed });
    }

    [Fact]
    public async Task An_update_that_is_taken_back_asks_for_no_alarm()
    {
        var done = await roll.RunAsync();
        (var reads, roll.Target) = (alarms.Reads, null);
        alarms.States.Clear();

        var end = await roll.RunAsync(TakingBack.From(done, new UpdateRequest(null, null, null)));

        Assert.Equal((UpdateStatus.Success, reads), (end.ClusterUpdateStatus, alarms.Reads));
    }

    private static ClusterUpdate Begin(int iterations) => ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = iterations };

    private void Away(PicturedNode node, TimeSpan span)
    {
        var (state, checkpoint) = (node.State, node.Checkpoint);
        node.GoesDown();
        roll.After(span, () => node.ComesBack(state, checkpoint));
    }
}
