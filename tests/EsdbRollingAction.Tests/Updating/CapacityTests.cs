using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public sealed class CapacityTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public CapacityTests() => Reserve(CapacityPolicy.Auto);

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Capacity_is_held_before_a_node_is_touched_and_given_back_when_all_are_done()
    {
        await roll.RunAsync();

        foreach (var name in new[] { "replica", "follower1", "follower2", "leader" })
        {
            Assert.Equal(
                [$"reserve t2.xlarge i-{name}", $"stop i-{name}", $"type t2.xlarge i-{name}", $"start i-{name}", $"release cr-i-{name}"],
                roll.Instances.Asked.Where(asked => asked.EndsWith($"i-{name}", StringComparison.Ordinal)));
        }

        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task What_an_updated_node_runs_in_is_kept_so_that_it_does_not_take_what_is_held_for_the_next()
    {
        await roll.RunAsync();

        Assert.Equal(
            ["release cr-i-replica", "release cr-i-follower1", "release cr-i-follower2", "release cr-i-leader"],
            roll.Instances.Asked[^4..].Order().OrderBy(asked => roll.Instances.Asked.IndexOf($"stop {asked[11..]}")));
    }

    [Fact]
    public async Task A_node_is_stopped_as_soon_as_its_capacity_is_seen()
    {
        var reservedAt = DateTimeOffset.MaxValue;
        var waited = TimeSpan.Zero;
        roll.Instances.ShowsHeld = () => roll.Time.GetUtcNow() - reservedAt > TimeSpan.FromSeconds(1);
        roll.Instances.BeforeAct = () =>
        {
            reservedAt = roll.Instances.Held.Count == 0 ? roll.Time.GetUtcNow() : reservedAt;
            return Task.CompletedTask;
        };
        roll.Instances.AfterStop = node => waited = node.Name == "replica" ? roll.Time.GetUtcNow() - reservedAt : waited;

        await roll.RunAsync();

        Assert.InRange(waited, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_leader_does_not_hand_over_before_there_is_capacity_for_it()
    {
        roll.Picture.Updated("replica", "follower1", "follower2");
        roll.Cluster.BeforeAct = _ =>
        {
            Assert.Single(roll.Instances.Held);
            return Task.CompletedTask;
        };
        roll.Instances.AfterStart = _ => roll.Cluster.BeforeAct = null;

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.Contains("resign leader.test", roll.Cluster.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_instance_that_is_bound_to_a_full_reservation_is_not_waited_for(bool goesBack)
    {
        Reserve(CapacityPolicy.Off);
        roll.Settings = roll.Settings with { RollBackOnFailure = goesBack };
        roll.Instances.AfterStop = _ =>
        {
            roll.Instances.Shown = instance => instance with { Details = instance.Details with { ReservationTarget = "cr-0123" } };
            roll.Instances.BeforeAct = () =>
            {
                if (roll.Picture["replica"] is { InstanceState: InstanceState.Stopped, InstanceType: Picture.Target })
                {
                    roll.Instances.Refusals.Enqueue(
                        new InstanceException(InstanceErrorKind.Capacity, "ReservationCapacityExceeded", "EC2 answered ReservationCapacityExceeded."));
                }

                return Task.CompletedTask;
            };
        };
        var begun = roll.Time.GetUtcNow();

        var end = await roll.RunAsync();

        var replica = end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica");
        Assert.Equal((UpdateStatus.Failed, FailureReason.InsufficientCapacity), (replica.NodeUpdateStatus, replica.FailureReason));
        Assert.Contains(
            "EC2 answered ReservationCapacityExceeded. i-replica is bound to cr-0123, which has no room for t2.xlarge, however long one waits.",
            replica.FailureMessage,
            StringComparison.Ordinal);
        Assert.InRange(end.FinishedAt!.Value - begun, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Without_capacity_it_asks_again_for_a_while_and_stops_nothing()
    {
        Refuse(InstanceErrorKind.Capacity, times: 500);
        roll.Settings = roll.Settings with { CapacityRetry = TimeSpan.FromMinutes(3) };
        var before = roll.Time.GetUtcNow();

        var end = await roll.RunAsync();

        var failed = end.EventStoreNodeUpdates.Single(node => node.NodeUpdateStatus == UpdateStatus.Failed);
        Assert.Equal(FailureReason.InsufficientCapacity, failed.FailureReason);
        Assert.Contains("was not stopped", failed.FailureMessage, StringComparison.Ordinal);
        Assert.InRange(end.FinishedAt!.Value - before, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task Capacity_that_comes_back_in_time_is_taken()
    {
        Refuse(InstanceErrorKind.Capacity, times: 5);

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.Empty(roll.Instances.Held);
    }

    [Theory]
    [InlineData(InstanceErrorKind.AccessDenied, CapacityPolicy.Auto, UpdateStatus.Success)]
    [InlineData(InstanceErrorKind.Terminal, CapacityPolicy.Auto, UpdateStatus.Success)]
    [InlineData(InstanceErrorKind.AccessDenied, CapacityPolicy.Required, UpdateStatus.Failed)]
    [InlineData(InstanceErrorKind.Terminal, CapacityPolicy.Required, UpdateStatus.Failed)]
    public async Task Where_it_may_not_be_held_auto_goes_on_and_required_stops_nothing(InstanceErrorKind kind, CapacityPolicy policy, UpdateStatus expected)
    {
        Reserve(policy);
        Refuse(kind, times: 1);
        roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.Transient, "RequestLimitExceeded", "Stop later."));

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 100 });

        Assert.Equal(expected, end.ClusterUpdateStatus);
        Assert.Equal(policy == CapacityPolicy.Auto, roll.Instances.Asked.Contains("stop i-replica"));
        Assert.Equal(policy == CapacityPolicy.Auto ? 1 : 0, roll.Notices.Count(notice => notice.Contains("without capacity being held", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_ec2_that_does_not_answer_about_capacity_holds_an_auto_roll_up_only_shortly()
    {
        Refuse(InstanceErrorKind.Transient, times: 100);

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task Capacity_that_another_instance_takes_is_given_back_and_auto_goes_on_without()
    {
        roll.Instances.TakenBy = int.MaxValue;

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["reserve t2.xlarge i-replica", "stop i-replica"], roll.Instances.Asked[..2]);
        Assert.Empty(roll.Instances.Held);
    }

    [Theory]
    [InlineData(CapacityPolicy.Auto)]
    [InlineData(CapacityPolicy.Required)]
    public async Task What_an_updated_node_takes_is_left_to_it_and_the_next_is_free(CapacityPolicy policy)
    {
        Reserve(policy);
        roll.Picture.Updated("replica");
        roll.Instances.TakenBy = 1;

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["reserve t2.xlarge i-follower1", "reserve t2.xlarge i-follower1", "stop i-follower1"], roll.Instances.Asked[..3]);
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task Capacity_that_another_instance_takes_keeps_a_required_roll_from_stopping_anything()
    {
        Reserve(CapacityPolicy.Required);
        roll.Instances.TakenBy = int.MaxValue;
        var begun = roll.Time.GetUtcNow();

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 40 });

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.DoesNotContain("stop i-replica", roll.Instances.Asked);
        Assert.Empty(roll.Instances.Held);
        Assert.InRange(end.FinishedAt!.Value - begun, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("type")]
    [InlineData("start")]
    public async Task A_run_that_is_cancelled_gives_it_back(string during)
    {
        using var signal = new CancellationTokenSource();
        roll.Instances.BeforeAct = () => roll.Instances.Asked.Count > 0 && during == new[] { "stop", "type", "start" }[Math.Min(2, roll.Instances.Asked.Count - 1)]
            ? signal.CancelAsync() : Task.CompletedTask;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.Contains("release cr-i-replica", roll.Instances.Asked);
        Assert.Empty(roll.Instances.Held);
    }

    [Theory]
    [InlineData(CapacityPolicy.Auto, 0, false)]
    [InlineData(CapacityPolicy.Auto, 60, false)]
    [InlineData(CapacityPolicy.Required, 0, false)]
    [InlineData(CapacityPolicy.Required, 60, false)]
    [InlineData(CapacityPolicy.Auto, 60, true)]
    [InlineData(CapacityPolicy.Required, 60, true)]
    public async Task The_run_or_step_after_one_that_was_cancelled_while_it_waited_for_it_asks_anew(CapacityPolicy policy, int later, bool isStep)
    {
        Reserve(policy);
        roll.Settings = roll.Settings with { CapacityRetry = TimeSpan.Zero };
        using var signal = new CancellationTokenSource();
        roll.Instances.ShowsHeld = () => false;
        roll.After(TimeSpan.FromSeconds(5), signal.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));
        Assert.Equal(["reserve t2.xlarge i-replica", "release cr-i-replica"], roll.Instances.Asked);
        roll.Time.Advance(TimeSpan.FromSeconds(later));
        roll.Instances.ShowsHeld = () => true;
        roll.Instances.Asked.Clear();

        var end = await roll.RunAsync(
            StartingState.From(roll.File.Read(), new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName, isStep));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["reserve t2.xlarge i-replica", "stop i-replica"], roll.Instances.Asked.Take(2));
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task The_run_after_one_to_which_EC2_refused_it_asks_anew()
    {
        Reserve(CapacityPolicy.Auto);
        using var signal = new CancellationTokenSource();
        roll.Instances.CannotReserve.Enqueue(new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed."));
        roll.After(TimeSpan.FromMilliseconds(500), signal.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));
        Assert.Equal("Not allowed", roll.File.Read()!.EventStoreNodeUpdates[0].CapacityWaived);

        await roll.RunAsync(
            StartingState.From(roll.File.Read(), new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName));

        Assert.Equal(["reserve t2.xlarge i-replica", "stop i-replica"], roll.Instances.Asked.Take(2));
    }

    [Fact]
    public async Task A_run_that_fails_gives_it_back()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        roll.Instances.AfterStart = node =>
        {
            node.GoesDown();
            node.InstanceState = InstanceState.Stopped;
        };

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task A_run_that_lost_the_lease_leaves_what_is_held_to_the_one_that_has_it()
    {
        roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7" };
        roll.Instances.AfterStart = _ => roll.Picture["leader"].Lease = new LeaseTag("run-8", "ff", 99) { Renewed = roll.Time.GetUtcNow() }.ToString();

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.TakenOver, end.Reason);
        Assert.NotEmpty(roll.Instances.Held);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_given_back_unless_it_is_what_is_needed_next()
    {
        roll.Instances.Hold("i-leader", Picture.Target);
        roll.Instances.Hold("i-replica", Picture.Target);

        await roll.RunAsync();

        Assert.DoesNotContain("reserve t2.xlarge i-replica", roll.Instances.Asked);
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_given_back_even_when_nothing_is_to_be_held()
    {
        Reserve(CapacityPolicy.Off);
        roll.Picture.Updated("replica", "follower1", "follower2", "leader");
        roll.Instances.Hold("i-leader", Picture.Target);

        await roll.RunAsync();

        Assert.Equal(["release cr-i-leader"], roll.Instances.Asked);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_given_back_by_a_run_that_may_not_begin()
    {
        roll.Instances.Hold("i-follower1", Picture.Target);
        roll.Picture.Nodes.ForEach(node => node.GoesDown());
        var begun = roll.Picture.State() with { StartedAt = roll.Time.GetUtcNow() };

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(begun));

        Assert.Equal(["release cr-i-follower1"], roll.Instances.Asked);
    }

    [Fact]
    public async Task What_a_killed_run_asked_for_and_reads_show_late_is_given_back_at_the_end()
    {
        roll.Settings = roll.Settings with { ReserveCapacity = CapacityPolicy.Auto, RollBackOnFailure = false };
        roll.Instances.Hold("i-replica", Picture.Target);
        var since = roll.Time.GetUtcNow();
        roll.Instances.ShowsHeld = () => roll.Time.GetUtcNow() > since + TimeSpan.FromSeconds(8);
        var state = roll.Picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FailureMessage = "It may not be stopped.",
            FinishedAt = since,
            CapacityReservedAt = since,
            CapacityReservation = "cr-i-replica",
        });

        Assert.Equal(UpdateStatus.Failed, (await roll.RunAsync(state)).ClusterUpdateStatus);
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task What_was_made_a_moment_ago_and_is_given_back_at_the_end_is_not_looked_for()
    {
        DateTimeOffset? finished = null;
        roll.Instances.AfterStart = node => finished = node.Name == "leader" ? roll.Time.GetUtcNow() : finished;

        await roll.RunAsync();

        Assert.Empty(roll.Instances.Held);
        Assert.InRange(roll.Time.GetUtcNow() - finished!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_was_asked_for_without_an_answer_and_reads_show_late_is_given_back_at_the_end()
    {
        var since = roll.Time.GetUtcNow();
        roll.Settings = roll.Settings with { Deadline = since.AddSeconds(3) };
        roll.Instances.LosesAnswerOfReserve = true;
        roll.Instances.ShowsHeld = () => roll.Time.GetUtcNow() > since + TimeSpan.FromSeconds(8);

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.TimeLimit, end.Reason);
        Assert.Contains("reserve t2.xlarge i-replica", roll.Instances.Asked);
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task What_a_run_that_lives_holds_is_left_to_it_by_one_that_may_not_begin()
    {
        const string Other = "https://github.com/org/ops/actions/runs/6";
        roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7" };
        roll.Instances.Shown = instance => instance with { Lease = new LeaseTag(Other, "0a", 1) { Renewed = roll.Time.GetUtcNow() }.ToString() };
        roll.Instances.Hold("i-follower1", Picture.Target);
        roll.Picture.Nodes.ForEach(node => node.GoesDown());

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(roll.Picture.State() with { StartedAt = roll.Time.GetUtcNow() }));

        Assert.Single(roll.Instances.Held);
    }

    [Fact]
    public async Task A_run_that_follows_another_and_is_cancelled_gives_back_what_it_knows_of_though_nobody_says_in_time_what_is_held()
    {
        using var signal = new CancellationTokenSource();
        roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7", TakeOver = true };
        roll.Instances.AfterStop = _ =>
        {
            roll.Instances.BeforeHeldIsFound = token => Task.Delay(TimeSpan.FromSeconds(3), roll.Time, token);
            signal.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.Contains("stop i-replica", roll.Instances.Asked);
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task What_a_run_that_was_taken_over_from_asked_for_since_is_given_back_at_the_end()
    {
        Reserve(CapacityPolicy.Off);
        roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7", TakeOver = true };
        roll.Instances.AfterStart = _ => roll.Instances.Hold("i-leader", Picture.Target);

        await roll.RunAsync();

        Assert.Contains("release cr-i-leader", roll.Instances.Asked);
        Assert.Empty(roll.Instances.Held);
    }

    [Theory]
    [InlineData(CapacityPolicy.Auto, UpdateStatus.Success)]
    [InlineData(CapacityPolicy.Required, UpdateStatus.Failed)]
    public async Task What_is_accepted_and_never_held_is_no_capacity(CapacityPolicy policy, UpdateStatus expected)
    {
        Reserve(policy);
        roll.Settings = roll.Settings with { CapacityRetry = TimeSpan.FromMinutes(3) };
        roll.Instances.ShowsHeld = () => false;
        var begun = roll.Time.GetUtcNow();

        var end = await roll.RunAsync();

        Assert.Equal((expected, policy == CapacityPolicy.Auto), (end.ClusterUpdateStatus, roll.Instances.Asked.Contains("stop i-replica")));
        Assert.InRange(end.FinishedAt!.Value - begun, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Empty(roll.Instances.Held);
    }

    [Fact]
    public async Task What_is_held_for_another_type_is_no_capacity()
    {
        roll.Instances.Hold("i-replica", "m5.large");

        await roll.RunAsync();

        Assert.Contains("reserve t2.xlarge i-replica", roll.Instances.Asked);
    }

    [Fact]
    public void What_is_to_be_held_is_waited_for_beside_what_another_instance_has_taken()
    {
        var taken = new CapacityReservation("cr-1", "i-replica", Picture.Target, ReservationState.Active, Available: 0);
        var wait = roll.Picture.Decide(
            settings: roll.Settings, change: seen => seen with { Held = [taken, taken with { Id = "cr-2", State = ReservationState.Pending }] });

        Assert.IsType<Act.Wait>(wait.Act);
        Assert.Equal("cr-2 is to hold capacity of t2.xlarge for i-replica and does not yet", wait.Why);
    }

    [Fact]
    public void Where_what_was_asked_for_has_ended_it_is_asked_for_anew()
    {
        var state = roll.Picture.State("replica", node => node with { CapacityUntil = roll.Picture.At.AddDays(-1) });

        Assert.True(roll.Picture.Decide(state, roll.Settings).Acts<Act.ReserveCapacity>("replica").Until > roll.Picture.At);
    }

    [Fact]
    public void For_a_node_on_its_way_back_none_is_held()
    {
        (roll.Picture["follower1"].InstanceType, roll.Picture["follower1"].State) = (Picture.Target, NodeState.CatchingUp);
        var state = roll.Picture.State("follower1", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, RollBackReason = "It is slow." });

        roll.Picture.Decide(state, roll.Settings).Stops("follower1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_nobody_says_what_is_held_the_roll_goes_on(bool isSlow)
    {
        Reserve(CapacityPolicy.Off);
        roll.Instances.BeforeHeldIsFound = token => isSlow
            ? Task.Delay(TimeSpan.FromHours(1), roll.Time, token)
            : throw new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed to look.");

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Theory]
    [InlineData(InstanceErrorKind.AccessDenied)]
    [InlineData(InstanceErrorKind.Transient)]
    [InlineData(null)]
    public async Task What_ec2_does_not_take_back_holds_nothing_up_and_is_said(InstanceErrorKind? kind)
    {
        roll.Instances.CannotRelease = kind is { } known
            ? new InstanceException(known, "UnauthorizedOperation", "Not allowed to give cr-i-replica back.")
            : new OperationCanceledException("EC2 did not answer in time.");

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.Contains(roll.Warnings, warning => warning.Contains("within six hours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_holding_is_not_allowed_it_is_said_once()
    {
        Refuse(InstanceErrorKind.AccessDenied, times: 4);

        await roll.RunAsync();

        Assert.Single(roll.Notices, notice => notice.Contains("without capacity being held", StringComparison.Ordinal));
        Assert.Equal(3, roll.Instances.CannotReserve.Count);
    }

    [Fact]
    public async Task From_one_step_to_the_next_it_is_kept()
    {
        var state = ServiceFixture.Begin();
        for (var steps = 0; steps < 200 && state.FinishedAt is null; steps++)
        {
            state = await roll.RunAsync(state, oneIteration: true);
        }

        Assert.Equal(UpdateStatus.Success, state.ClusterUpdateStatus);
        Assert.Single(roll.Instances.Asked, asked => asked == "reserve t2.xlarge i-replica");
        Assert.Empty(roll.Instances.Held);
    }

    private void Reserve(CapacityPolicy policy) => roll.Settings = roll.Settings with { ReserveCapacity = policy };

    private void Refuse(InstanceErrorKind kind, int times)
    {
        for (var time = 0; time < times; time++)
        {
            roll.Instances.CannotReserve.Enqueue(new InstanceException(kind, "Refused", "EC2 does not hold capacity of t2.xlarge."));
        }
    }
}
