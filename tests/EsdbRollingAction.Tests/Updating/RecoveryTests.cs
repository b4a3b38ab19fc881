using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Tests.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>An update was cut off in the middle of a node.</summary>
public sealed class RecoveryTests : IDisposable
{
    private const string ThisRun = "https://github.com/org/ops/actions/runs/7";
    private const string OtherRun = "https://github.com/org/ops/actions/runs/6";

    private readonly ServiceFixture roll = new();
    private readonly List<ITimer> timers = [];

    public RecoveryTests() => roll.Settings = roll.Settings with { Run = ThisRun };

    private PicturedNode Node => roll.Picture["follower1"];

    public void Dispose()
    {
        timers.ForEach(timer => timer.Dispose());
        roll.Dispose();
    }

    [Theory]
    [InlineData("t2.large")]
    [InlineData(Picture.Target)]
    public async Task What_was_stopped_is_started_as_it_is_and_nothing_else_is_done(string type)
    {
        Stopped();
        Node.InstanceType = type;

        var told = await roll.RecoverAsync(CutOff() with { TargetInstanceType = null });

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
        Assert.Empty(roll.Cluster.Asked);
        Assert.Equal(type, Node.InstanceType);
        Assert.Contains("i-follower1 of follower1 was started as it was", told, StringComparison.Ordinal);
        Assert.Contains("answers again", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_update_left_off_that_failed_hours_ago_is_started_too(bool wasStartRefused)
    {
        Stopped();
        var failed = FailedHoursAgo(node => node with { LastStartTried = wasStartRefused });

        await roll.RecoverAsync(failed with { ClusterUpdateStatus = UpdateStatus.Failed });

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
        var end = roll.File.Read()!;
        Assert.Equal((UpdateStatus.Failed, "It failed."), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1").FailureMessage));
    }

    [Fact]
    public async Task What_an_update_that_failed_never_touched_is_left_as_it_is()
    {
        roll.Picture["follower2"].GoesDown();
        roll.Picture["follower2"].InstanceState = InstanceState.Stopped;

        await roll.RecoverAsync(FailedHoursAgo(node => node));

        Assert.Empty(roll.Instances.Asked);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    public async Task A_database_that_a_command_left_silent_is_named_and_nothing_is_sent_to_it(int minutesAgo)
    {
        var spec = new CommandSpec { Parameters = CommandParameters.Parse("""{"commands":["upgrade"]}""", "x") };
        var sent = new FakeCommands(roll);
        using var command = new ServiceFixture
        {
            MakesStrategy = all => new SsmCommandUpdate(new StrategyParts(all, sent, roll.Time) { Command = spec }, spec.Target),
        };
        command.Picture["follower1"].GoesDown();
        var failedAt = command.Time.GetUtcNow().AddMinutes(-minutesAgo);
        var state = command.Picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            CommandRequests = [new("change-1", failedAt.AddMinutes(-5)) { Status = "Failed", EndedAt = failedAt }],
            FinishedAt = failedAt,
        });

        var left = await Assert.ThrowsAsync<RollingUpdateException>(() => command.RecoverAsync(state with
        {
            UpdateStrategy = SsmCommandUpdate.StrategyName,
            TargetVersion = spec.Target,
            StartedAt = failedAt.AddMinutes(-30),
        }));

        Assert.Contains("follower1 is Running with type t2.large, and the database does not answer", left.Message, StringComparison.Ordinal);
        Assert.Empty(command.Instances.Asked);
        Assert.Empty(sent.Commands);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_that_was_started_as_it_was_is_begun_anew_though_a_recovery_looked_at_it(bool recovers)
    {
        roll.Picture.Updated("replica", "follower2", "leader");
        var state = CutOff(node => node with
        {
            NodeUpdateStatusDetail = nameof(NodePhase.Starting),
            StopRequestedAt = roll.Time.GetUtcNow().AddHours(-2),
            StartRequestedAt = roll.Time.GetUtcNow().AddHours(-2),
            StartRequests = 1,
            LastStartTried = true,
        });
        roll.File.Write(state);
        if (recovers)
        {
            await roll.RecoverAsync(state);
        }

        roll.Settings = roll.Settings with { MaxNodes = 0 };
        var request = new UpdateRequest(null, Picture.Target, null);
        await roll.RunAsync(StartingState.From(roll.File.Read(), request, Ec2InstanceTypeUpdate.StrategyName));

        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task The_next_run_goes_on_with_the_node_and_finishes_the_update()
    {
        Stopped();
        await roll.RecoverAsync(CutOff());
        var request = new UpdateRequest(null, Picture.Target, null);

        var end = await roll.RunAsync(StartingState.From(roll.File.Read(), request, Ec2InstanceTypeUpdate.StrategyName));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.All(roll.Picture.Nodes, node => Assert.Equal(Picture.Target, node.InstanceType));
    }

    [Fact]
    public async Task Where_nothing_is_off_nothing_is_done_and_nothing_waited_for()
    {
        var begun = roll.Time.GetUtcNow();

        var told = await roll.RecoverAsync(CutOff(node => node with { NodeUpdateStatusDetail = nameof(NodePhase.CatchingUp) }));

        Assert.Empty(roll.Instances.Asked);
        Assert.InRange(roll.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.StartsWith("Nothing was to be brought back", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InstanceState.Stopped, UpdateStatus.Pending)]
    [InlineData(InstanceState.Running, UpdateStatus.Pending)]
    [InlineData(InstanceState.Running, UpdateStatus.Success)]
    public async Task A_node_that_no_update_took_down_is_left_as_it_is(InstanceState instance, UpdateStatus status)
    {
        var begun = roll.Time.GetUtcNow();
        roll.Picture["follower2"].GoesDown();
        (roll.Picture["follower2"].InstanceState, roll.Picture["follower2"].InstanceType) = (instance, Picture.Target);
        var state = CutOff();
        var node = state.EventStoreNodeUpdates.Single(node => node.NodeName == "follower2");

        await roll.RecoverAsync(state.With(node with { NodeUpdateStatus = status, StopRequestedAt = status is UpdateStatus.Success ? begun.AddHours(-1) : null }));

        Assert.Empty(roll.Instances.Asked);
        Assert.InRange(roll.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(InstanceState.Running, "EC2 does not show i-follower1 of follower1 now.", FailureReason.AwsUnreachable)]
    [InlineData(InstanceState.Terminated, "i-follower1 of follower1 is Terminated: it cannot be started any more.", FailureReason.InstanceStartFailed)]
    [InlineData(InstanceState.Stopping, "i-follower1 of follower1 is Stopping with type t2.large.", FailureReason.InstanceStartFailed)]
    public async Task What_does_not_come_back_is_named_as_it_is(InstanceState instance, string told, FailureReason reason)
    {
        (Node.InstanceState, Node.InstanceShown) = (instance, instance is not InstanceState.Running);
        if (instance is InstanceState.Terminated)
        {
            Node.GoesDown();
        }

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff()));

        Assert.Equal(reason, failure.Reason);
        Assert.StartsWith(told, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("i-leader")]
    public async Task Without_a_state_a_restore_point_that_reads_show_late_is_found_all_the_same(string? showsOneThatIsGone)
    {
        Stopped();
        Node.RestorePoint = "type=t2.large";
        var shows = roll.Time.GetUtcNow().AddSeconds(10);
        roll.Instances.Shown = instance => roll.Time.GetUtcNow() < shows
            ? instance with { RestorePoint = instance.Id == showsOneThatIsGone ? "type=t2.large" : null, State = InstanceState.Running }
            : instance;

        await roll.RecoverAsync(found: null);

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task A_probe_that_lasts_longer_than_an_iteration_and_tells_nothing_does_not_count_as_a_look()
    {
        Stopped();
        Node.RestorePoint = "type=t2.large";
        var calls = 0;
        roll.Instances.BeforeDescribe = token => ++calls is > 1 and < 6 ? Task.Delay(TimeSpan.FromSeconds(12), roll.Time, token) : Task.CompletedTask;

        await roll.RecoverAsync(found: null);

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task Why_a_start_is_refused_now_is_told_and_not_why_an_earlier_one_was_undone()
    {
        Stopped();
        Node.StateReason = new StateReason("Client.InstanceInitiatedShutdown", "Client.InstanceInitiatedShutdown: Instance initiated shutdown");
        Refuse(InstanceErrorKind.Transient, 1000);
        var before = roll.Time.GetUtcNow().AddHours(-1);

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff(node => node with
        {
            StartRequestedAt = before,
            StartRequests = 1,
        })));

        Assert.Contains("i-follower1 of follower1 is Stopped with type t2.large: EC2 said so.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_lives_is_heeded_though_EC2_did_not_answer_at_first()
    {
        Stopped();
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;
        roll.Instances.Shown = instance => instance with { Lease = new LeaseTag(OtherRun, "0a", 3) { Renewed = roll.Time.GetUtcNow() }.ToString() };
        roll.Instances.CannotDescribe = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
        After(60, () => roll.Instances.CannotDescribe = null);

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff() with { AutoScavengePausedAt = roll.Time.GetUtcNow() }));

        Assert.Empty(roll.Instances.Asked);
        Assert.Equal(AutoScavengeState.Paused, roll.Cluster.AutoScavengeIs);
    }

    [Fact]
    public async Task A_state_that_knows_no_instance_hides_no_restore_point()
    {
        Stopped();
        Node.RestorePoint = "type=t2.large";
        var written = roll.Picture.State();

        await roll.RecoverAsync(written with { EventStoreNodeUpdates = [.. written.EventStoreNodeUpdates.Select(node => node with { Ec2InstanceId = null })] });

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task A_plan_that_was_never_begun_keeps_its_nodes()
    {
        await roll.PlanAsync();

        await roll.RecoverAsync(roll.File.Read());

        Assert.Equal(4, roll.File.Read()!.EventStoreNodeUpdates.Count);
    }

    [Fact]
    public async Task No_credentials_go_to_a_node_that_only_the_state_names()
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Running;
        var foreign = roll.Picture["leader"];
        roll.Picture.ClusterSize = 1;
        roll.Picture.Nodes.RemoveAll(node => node != foreign);
        roll.Settings = roll.Settings with { Seeds = [new NodeEndpoint("nowhere.test", 2113)] };

        await roll.RecoverAsync(roll.Picture.State("leader", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, StopRequestedAt = roll.Time.GetUtcNow().AddHours(-1) }));

        Assert.Empty(roll.Cluster.AskedOfAutoScavenge);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_update_paused_stays_paused_while_another_run_may_live(bool isAnyOff)
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;
        if (isAnyOff)
        {
            Stopped();
        }

        roll.Instances.Shown = instance => instance with { Lease = new LeaseTag(OtherRun, "0a", 3) { Renewed = roll.Time.GetUtcNow() }.ToString() };

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff() with { AutoScavengePausedAt = roll.Time.GetUtcNow() }));

        Assert.Equal(AutoScavengeState.Paused, roll.Cluster.AutoScavengeIs);
    }

    [Fact]
    public async Task An_instance_that_EC2_shows_late_is_started_when_it_does()
    {
        Stopped();
        Node.InstanceShown = false;
        After(30, () => Node.InstanceShown = true);

        await roll.RecoverAsync(CutOff());

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task An_EC2_that_answers_late_is_asked_until_it_tells_what_is_off()
    {
        Stopped();
        Node.RestorePoint = "type=t2.large";
        roll.Instances.CannotDescribe = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
        After(90, () => roll.Instances.CannotDescribe = null);

        await roll.RecoverAsync(CutOff(node => node with { NodeUpdateStatusDetail = nameof(NodePhase.Waiting), StopRequestedAt = null }));

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task An_instance_that_still_stops_is_started_when_it_has_stopped()
    {
        Stopped();
        Node.InstanceState = InstanceState.Stopping;
        After(30, () => Node.InstanceState = InstanceState.Stopped);

        await roll.RecoverAsync(CutOff());

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
        Assert.Equal(InstanceState.Running, Node.InstanceState);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_whose_answer_was_cut_off_is_waited_for_since_it_may_have_been_heard(bool wasHeard)
    {
        var begun = roll.Time.GetUtcNow();
        After(5, () =>
        {
            if (wasHeard)
            {
                Stopped();
            }
        });

        await roll.RecoverAsync(CutOff(node => node with { StopRequestedAt = roll.Time.GetUtcNow(), EventStoreInstanceIdBeforeStop = Node.InstanceId }));

        Assert.Equal(wasHeard ? ["start i-follower1"] : [], roll.Instances.Asked);
        Assert.InRange(roll.Time.GetUtcNow() - begun, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_read_that_is_older_than_the_start_is_no_reason_to_start_again()
    {
        Stopped();
        var shows = roll.Time.GetUtcNow().AddSeconds(8);
        roll.Instances.Shown = instance => roll.Time.GetUtcNow() < shows && instance.Id == "i-follower1"
            ? instance with { State = InstanceState.Stopped }
            : instance;

        await roll.RecoverAsync(CutOff());

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task What_EC2_has_no_capacity_for_is_tried_until_the_time_is_over_and_named()
    {
        Stopped();
        Refuse(InstanceErrorKind.Capacity, 1000);
        var begun = roll.Time.GetUtcNow();

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff()));

        Assert.Equal(FailureReason.InsufficientCapacity, failure.Reason);
        Assert.Contains("i-follower1 of follower1 is Stopped with type t2.large: EC2 said so.", failure.Message, StringComparison.Ordinal);
        Assert.InRange(roll.Time.GetUtcNow() - begun, Recovery.Patience, Recovery.Patience + TimeSpan.FromSeconds(5));
        Assert.InRange(roll.Instances.Asked.Count, 60, 250);
    }

    [Fact]
    public async Task What_EC2_refuses_once_is_asked_again()
    {
        Stopped();
        Refuse(InstanceErrorKind.Transient, 3);

        await roll.RecoverAsync(CutOff());

        Assert.Equal(InstanceState.Running, Node.InstanceState);
    }

    [Fact]
    public async Task What_EC2_refuses_for_good_is_not_asked_again()
    {
        Stopped();
        Refuse(InstanceErrorKind.AccessDenied, 1);

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff()));

        Assert.Equal(FailureReason.InstanceStartFailed, failure.Reason);
        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_waited_for_four_minutes_and_named()
    {
        Stopped();
        roll.Instances.AfterStart = node => node.GoesDown();

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff()));

        Assert.Equal(FailureReason.ClusterUnreachable, failure.Reason);
        Assert.Contains("i-follower1 of follower1 is Running with type t2.large, and the database does not answer", failure.Message, StringComparison.Ordinal);
        Assert.Contains("4 min", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_EC2_that_does_not_answer_is_asked_until_the_time_is_over()
    {
        Stopped();
        roll.Instances.CannotDescribe = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff()));

        Assert.Equal(FailureReason.AwsUnreachable, failure.Reason);
        Assert.Contains("EC2 did not answer.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_EC2_cannot_be_read_it_is_not_said_that_nothing_is_off()
    {
        Stopped();
        Node.RestorePoint = "type=t2.large";
        roll.Instances.CannotDescribe = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
        var before = CutOff(node => node with { NodeUpdateStatusDetail = nameof(NodePhase.Waiting), StopRequestedAt = null });

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(before));

        Assert.Equal(FailureReason.AwsUnreachable, failure.Reason);
        Assert.StartsWith("Whether an instance is off is not known: EC2 did not answer.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_EC2_undoes_is_not_repeated_for_four_minutes_and_its_reason_is_told()
    {
        Stopped();
        roll.Instances.AfterStart = node =>
        {
            node.GoesDown();
            (node.InstanceState, node.StateReason) =
                (InstanceState.Stopped, new StateReason("Server.InternalError", "Client.InternalError: Client error on launch", ""));
        };

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff()));

        Assert.Equal(2, roll.Instances.Asked.Count);
        Assert.Contains("i-follower1 of follower1 was started and is Stopped again with type t2.large. EC2 says", failure.Message, StringComparison.Ordinal);
        Assert.Contains("kms:CreateGrant", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_only_the_state_file_calls_the_node_s_is_not_started()
    {
        Stopped();
        Node.NameTag = "something-else";

        var state = CutOff();
        state = state with
        {
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node.NodeName == "follower1"
                ? node with { NodeName = "old-node", NodeAddress = "old-node.test" }
                : node)],
        };

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(state));

        Assert.Empty(roll.Instances.Asked);
        Assert.Contains("Nothing but the state file says that it is the node's", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("old-node", "follower1.test", null)]
    [InlineData("something-else", "old-node.test", null)]
    [InlineData("old-node", "old-node.test", "type=t2.large")]
    public async Task An_instance_is_the_node_s_by_its_address_its_name_or_its_restore_point(string name, string address, string? point)
    {
        Stopped();
        (Node.NameTag, Node.RestorePoint) = ("something-else", point);
        var state = CutOff();
        state = state with
        {
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node.NodeName == "follower1"
                ? node with { NodeName = name, NodeAddress = address }
                : node)],
        };

        await Record.ExceptionAsync(() => roll.RecoverAsync(state));

        Assert.Contains("start i-follower1", roll.Instances.Asked);
    }

    [Fact]
    public async Task A_run_without_a_name_takes_no_lease()
    {
        Stopped();
        roll.Settings = roll.Settings with { Run = null };

        await roll.RecoverAsync(CutOff());

        Assert.Empty(roll.Instances.Leases);
    }

    [Fact]
    public async Task What_another_run_works_on_by_now_is_left_to_it()
    {
        Stopped();
        roll.Instances.Shown = instance => instance with
        {
            Lease = new LeaseTag(OtherRun, "0a", 2) { Renewed = roll.Time.GetUtcNow() }.ToString(),
        };

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RecoverAsync(CutOff()));

        Assert.Equal(FailureReason.TakenOver, failure.Reason);
        Assert.Contains(OtherRun, failure.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
    }

    [Theory]
    [InlineData("leader", true)]
    [InlineData("follower1", true)]
    [InlineData("follower1", false)]
    public async Task Without_its_nodes_in_the_state_the_mark_tells_what_the_update_stopped(string seed, bool hasState)
    {
        Stopped();
        Node.RestorePoint = $"type=t2.large node={Node.Endpoint}";
        roll.Settings = roll.Settings with { Seeds = [roll.Picture[seed].Endpoint] };

        var told = await roll.RecoverAsync(hasState ? ServiceFixture.Begin() : null);

        Assert.Equal(["start i-follower1"], roll.Instances.Asked);
        Assert.Contains("i-follower1 of follower1 was started as it was", told, StringComparison.Ordinal);
        Assert.False(File.Exists(roll.File.Path));
    }

    [Fact]
    public async Task Nothing_is_started_once_it_is_to_end_as_well()
    {
        Stopped();
        Node.InstanceState = InstanceState.Stopping;
        using var signal = new CancellationTokenSource(TimeSpan.FromSeconds(10), roll.Time);
        After(11, () => Node.InstanceState = InstanceState.Stopped);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RecoverAsync(CutOff(), signal));

        Assert.Empty(roll.Instances.Asked);
    }

    private void Stopped()
    {
        Node.GoesDown();
        Node.InstanceState = InstanceState.Stopped;
    }

    private void Refuse(InstanceErrorKind kind, int times) =>
        Enumerable.Repeat(new InstanceException(kind, "Code", "EC2 said so."), times).ToList().ForEach(roll.Instances.Refusals.Enqueue);

    private void After(int seconds, Action happens) =>
        timers.Add(roll.Time.CreateTimer(_ => happens(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan));

    private ClusterUpdate FailedHoursAgo(Func<NodeUpdate, NodeUpdate> change) => CutOff(node => change(node with
    {
        NodeUpdateStatus = UpdateStatus.Failed,
        NodeUpdateStatusDetail = nameof(NodePhase.Failed),
        FinishedAt = roll.Time.GetUtcNow().AddHours(-2),
        FailureMessage = "It failed.",
    }));

    private ClusterUpdate CutOff(Func<NodeUpdate, NodeUpdate>? change = null)
    {
        var state = roll.Picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.Stopping),
            StopRequestedAt = roll.Time.GetUtcNow().AddMinutes(-1),
        });
        var node = state.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");
        return state.With(change is null ? node : change(node)) with
        {
            StartedAt = roll.Time.GetUtcNow().AddMinutes(-5),
            LastIterationAt = roll.Time.GetUtcNow(),
            ClusterUpdateStatus = UpdateStatus.InProgress,
        };
    }
}
