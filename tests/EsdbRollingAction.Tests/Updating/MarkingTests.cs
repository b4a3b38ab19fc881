using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public sealed class MarkingTests : IDisposable
{
    private const string Run = "https://github.com/org/ops/actions/runs/7";
    private const string Other = "https://github.com/org/ops/actions/runs/6";

    private readonly ServiceFixture roll = new();

    public MarkingTests() => roll.Settings = roll.Settings with { Run = Run };

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task An_instance_is_marked_before_the_first_act_on_its_node_and_the_mark_is_gone_when_it_is_done()
    {
        var marks = new List<string?>();
        roll.Instances.BeforeAct = () =>
        {
            marks.Add(roll.Picture["replica"].Mark);
            return Task.CompletedTask;
        };

        await roll.RunAsync();

        Assert.Equal(
            ["mark i-replica", "stop i-replica", "type t2.xlarge i-replica", "start i-replica", "unmark i-replica", "mark i-follower1"], roll.Instances.Asked[..6]);
        Assert.Equal((Run, "t2.large", 0, "t2.xlarge"), NodeMark.Parse(marks[1]) is { } mark ? (mark.Run, mark.OriginalType, mark.OriginalPriority, mark.Target) : default);
        Assert.All(roll.Picture.Nodes, node => Assert.Null(node.Mark));
        Assert.Equal(["priority -1 leader.test", "resign leader.test"], roll.Cluster.Asked[..2]);
    }

    [Fact]
    public async Task A_mark_is_renewed_once_a_minute_while_the_node_waits()
    {
        roll.Instances.AfterStart = node => node.Checkpoint -= 100_000_000;
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(200), roll.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: enough));

        Assert.Equal(1 + 3, roll.Instances.Asked.Count(asked => asked == "mark i-replica"));
        Assert.InRange(roll.Time.GetUtcNow() - NodeMark.Parse(roll.Picture["replica"].Mark)!.At!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1.2));
    }

    [Theory]
    [InlineData(InstanceErrorKind.AccessDenied)]
    [InlineData(InstanceErrorKind.Terminal)]
    [InlineData(InstanceErrorKind.Transient)]
    public async Task Where_marking_is_refused_it_is_said_once_and_everything_still_works(InstanceErrorKind kind)
    {
        roll.Instances.CannotMark = new InstanceException(kind, "UnauthorizedOperation", "Not allowed to mark i-replica.");

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Contains("Not allowed to mark", Assert.Single(roll.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_was_marked_and_then_not_touched_is_not_left_marked()
    {
        roll.Instances.AfterMark = _ => roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.Terminal, "OperationNotPermitted", "It may not be stopped."));

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.All(roll.Picture.Nodes, node => Assert.Null(node.Mark));
    }

    [Fact]
    public async Task Where_ec2_forgets_the_mark_the_roll_goes_on()
    {
        roll.Instances.AfterMark = node => node.Mark = null;

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_mark_of_a_run_that_lives_refuses_the_roll_with_its_owner_and_age()
    {
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromSeconds(42));
        roll.Instances.Runs[Other] = true;

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.Locked, refusal.Reason);
        Assert.Contains(Other, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("42 s ago", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
    }

    [Theory]
    [InlineData(false, 1, false)]
    [InlineData(true, 1, true)]
    [InlineData(null, 6, false)]
    public async Task A_mark_of_a_run_that_has_ended_or_is_taken_over_from_holds_nobody_up(bool? alive, double minutesAgo, bool takeOver)
    {
        roll.Settings = roll.Settings with { TakeOver = takeOver };
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromMinutes(minutesAgo));
        if (alive is { } known)
        {
            roll.Instances.Runs[Other] = known;
        }

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.All(roll.Picture.Nodes, node => Assert.Null(node.Mark));
    }

    [Fact]
    public async Task A_run_that_takes_over_gives_the_other_time_to_see_its_mark_before_it_touches_anything_and_only_once()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromMinutes(1));
        var acts = new List<DateTimeOffset>();
        roll.Instances.BeforeAct = () =>
        {
            acts.Add(roll.Time.GetUtcNow());
            return Task.CompletedTask;
        };

        await roll.RunAsync();

        Assert.Equal(["mark i-replica", "stop i-replica"], roll.Instances.Asked[..2]);
        Assert.InRange(acts[1] - acts[0], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
        var (marked, stopped) = (roll.Instances.Asked.IndexOf("mark i-follower1"), roll.Instances.Asked.IndexOf("stop i-follower1"));
        Assert.InRange(acts[stopped] - acts[marked], TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_mark_whose_answer_was_lost_gives_the_other_run_the_same_time()
    {
        var picture = Picture.OfFour();
        var settings = Picture.Settings with { Run = Run, TakeOver = true };
        picture["replica"].Mark = (new NodeMark(Run) { At = picture.At - TimeSpan.FromSeconds(5), TookOverAt = picture.At }).ToString();
        var seen = picture.Observe() with { Predecessors = Predecessors.None with { TookOverAt = picture.At }, MayMark = true };

        var decision = new Decider(picture.Strategy, settings).Decide(picture.State(), seen);

        Assert.Equal(Marking.TakeOverIsSeen, decision.Rule);
        Assert.IsType<Act.StopInstance>(new Decider(picture.Strategy, settings).Decide(picture.State(), seen with { At = seen.At + TimeSpan.FromSeconds(26) }).Act);
    }

    [Fact]
    public async Task A_run_that_nobody_knows_is_watched_and_has_ended_when_its_mark_is_not_renewed()
    {
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromSeconds(10));
        var before = roll.Time.GetUtcNow();

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.True(end.StartedAt - before >= TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task A_run_that_nobody_knows_and_that_renews_its_mark_lives()
    {
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromSeconds(50));
        await using var renewal = roll.Time.CreateTimer(_ => roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.Zero), null, TimeSpan.FromSeconds(12), Timeout.InfiniteTimeSpan);

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
    }

    [Fact]
    public async Task A_run_that_goes_on_to_its_next_node_lives()
    {
        roll.Picture["follower1"].Mark = MarkOf(Other, TimeSpan.FromSeconds(50));
        await using var next = roll.Time.CreateTimer(
            _ => (roll.Picture["follower1"].Mark, roll.Picture["follower2"].Mark) = (null, MarkOf(Other, TimeSpan.Zero)), null, TimeSpan.FromSeconds(12), Timeout.InfiniteTimeSpan);

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
    }

    [Fact]
    public async Task An_old_mark_of_a_run_does_not_hide_its_new_one()
    {
        roll.Picture["follower1"].Mark = MarkOf(Other, TimeSpan.FromMinutes(20));
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromSeconds(50));
        await using var renewal = roll.Time.CreateTimer(_ => roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.Zero), null, TimeSpan.FromSeconds(12), Timeout.InfiniteTimeSpan);

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
    }

    [Fact]
    public async Task A_run_whose_node_is_taken_over_ends_and_leaves_it_to_the_other()
    {
        roll.Instances.AfterStart = node => node.Mark = MarkOf(Other, TimeSpan.Zero, takesOver: true);

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.TakenOver, refusal.Reason);
        Assert.Equal("start i-replica", roll.Instances.Asked[^1]);
        Assert.NotEqual(UpdateStatus.Success, roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").NodeUpdateStatus);
    }

    [Fact]
    public async Task A_node_that_is_off_is_left_to_who_took_over_and_the_run_ends_when_it_is_on()
    {
        var stopped = new List<DateTimeOffset>();
        await using var other = TakesOverTheStopped("replica", stopped.Add, startsItAfter: TimeSpan.FromSeconds(20));

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.TakenOver, refusal.Reason);
        Assert.Equal("stop i-replica", roll.Instances.Asked[^1]);
        Assert.Equal(InstanceState.Running, roll.Picture["replica"].InstanceState);
        Assert.InRange(roll.Time.GetUtcNow() - stopped[0], TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_node_that_who_took_over_does_not_bring_back_is_not_left_off_and_the_run_goes_on()
    {
        var stopped = new List<DateTimeOffset>();
        DateTimeOffset? started = null;
        await using var other = TakesOverTheStopped("replica", stopped.Add, startsItAfter: Timeout.InfiniteTimeSpan);

        roll.Instances.AfterStart = _ => started ??= roll.Time.GetUtcNow();

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.InRange(started!.Value - stopped[0], RunLock.RenewedWithin, RunLock.RenewedWithin + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_taking_over_that_was_seen_once_counts_though_its_mark_no_longer_shows()
    {
        await using var marksOver = roll.Time.CreateTimer(
            _ => roll.Picture["replica"].Mark = MarkOf(Run, TimeSpan.Zero), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var other = TakesOverTheStopped(
            "replica", _ => marksOver.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan), startsItAfter: TimeSpan.FromSeconds(20));

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.TakenOver, refusal.Reason);
        Assert.Equal("stop i-replica", roll.Instances.Asked[^1]);
    }

    [Fact]
    public async Task A_run_that_takes_over_says_so_again_when_the_other_marks_over_it_while_a_node_comes_back()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Picture["replica"].Mark = MarkOf(Other, TimeSpan.FromMinutes(1));
        await using var back = roll.Time.CreateTimer(
            _ => roll.Picture["replica"].ComesBack(NodeState.ReadOnlyReplica, 500_000_000), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        roll.Instances.AfterStart = node =>
        {
            roll.Instances.AfterStart = null;
            node.GoesDown();
            node.Mark = MarkOf(Other, TimeSpan.Zero);
            back.Change(TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
        };

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.Equal(["start i-replica", "mark i-replica", "unmark i-replica"], roll.Instances.Asked.SkipWhile(act => act != "start i-replica").Take(3));
    }

    [Fact]
    public void A_mark_of_a_run_that_takes_over_is_not_taken_off_a_node_that_is_done()
    {
        var picture = Picture.OfFour().Updated("replica");
        picture["replica"].Mark = MarkOf(Other, TimeSpan.Zero, takesOver: true);
        picture["follower1"].GoesDown();
        picture["follower1"].InstanceState = InstanceState.Stopping;
        var decider = new Decider(picture.Strategy, Picture.Settings with { Run = Run });

        Assert.IsType<Act.Wait>(decider.Decide(picture.State(), picture.Observe() with { MayMark = true }).Act);

        picture["replica"].Mark = MarkOf(Run, TimeSpan.Zero);
        Assert.IsType<Act.UnmarkInstance>(decider.Decide(picture.State(), picture.Observe() with { MayMark = true }).Act);
    }

    [Fact]
    public async Task A_mark_that_a_run_which_has_ended_wrote_over_this_runs_is_made_again_before_anything_is_touched()
    {
        roll.Picture["replica"].Mark = MarkOf(Other, TimeSpan.FromMinutes(6));
        roll.Instances.AfterMark = node =>
        {
            node.Mark = MarkOf(Other, TimeSpan.FromMinutes(6));
            roll.Instances.AfterMark = null;
        };

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.Equal(["mark i-replica", "mark i-replica", "stop i-replica"], roll.Instances.Asked[..3]);
    }

    [Fact]
    public async Task Another_attempt_that_takes_over_marks_again_what_the_first_has_marked_and_gives_the_same_time()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Picture["replica"].Mark = MarkOf(Run, TimeSpan.FromMinutes(10));
        var before = roll.Time.GetUtcNow();
        roll.Instances.AfterStop = _ => Assert.InRange(roll.Time.GetUtcNow() - before, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));

        await roll.RunAsync();

        Assert.Equal(["mark i-replica", "stop i-replica"], roll.Instances.Asked[..2]);
    }

    [Fact]
    public async Task A_run_that_takes_over_and_finds_no_mark_tells_the_run_between_two_nodes_as_well()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        var acts = new List<DateTimeOffset>();
        roll.Instances.BeforeAct = () =>
        {
            acts.Add(roll.Time.GetUtcNow());
            return Task.CompletedTask;
        };
        var mark = "";
        roll.Instances.AfterMark = node => mark = node.Mark!;

        await roll.RunAsync();

        Assert.NotNull(NodeMark.Parse(mark)!.TookOverAt);
        Assert.InRange(acts[1] - acts[0], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_taking_over_that_cannot_be_told_touches_nothing()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromMinutes(1));
        roll.Instances.CannotMark = new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed to mark.");

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.Locked, refusal.Reason);
        Assert.Contains(Other, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task Once_a_taking_over_is_told_refused_marks_end_nothing()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromMinutes(1));
        roll.Instances.AfterStart = _ => roll.Instances.CannotMark = new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed to mark.");

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_taking_over_that_cannot_be_told_gives_way_to_a_run_that_marks_after_it_began()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Instances.CannotMark = new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed to mark.");
        await using var other = roll.Time.CreateTimer(_ => roll.Picture["follower1"].Mark = MarkOf(Other, TimeSpan.Zero), null, TimeSpan.FromMilliseconds(200), Timeout.InfiniteTimeSpan);

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_mark_that_was_marked_over_has_told_nobody_and_the_time_begins_anew()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Picture["replica"].Mark = MarkOf(Other, TimeSpan.FromMinutes(1));
        var marks = new List<DateTimeOffset>();
        DateTimeOffset? stopped = null;
        roll.Instances.AfterStop = _ => stopped ??= roll.Time.GetUtcNow();
        roll.Instances.AfterMark = node =>
        {
            marks.Add(roll.Time.GetUtcNow());
            node.Mark = marks.Count == 1 ? MarkOf(Other, TimeSpan.Zero) : node.Mark;
        };

        await roll.RunAsync();

        Assert.InRange(stopped!.Value - marks[1], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_taker_that_is_refused_or_cancelled_gives_nothing_of_a_living_runs_back()
    {
        roll.Settings = roll.Settings with { TakeOver = true, ReserveCapacity = CapacityPolicy.Auto };
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromMinutes(1));
        roll.Instances.Runs[Other] = true;
        roll.Instances.Hold("i-follower2", Picture.Target);
        using var signal = new CancellationTokenSource();
        await using var cancelling = roll.Time.CreateTimer(_ => signal.Cancel(), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));
        roll.Settings = roll.Settings with { ExpectedPlanDigest = "another" };
        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal("i-follower2", Assert.Single(roll.Instances.Held).InstanceId);
    }

    [Fact]
    public async Task What_is_held_for_a_node_that_is_left_to_who_took_over_is_not_given_back_when_this_run_is_cancelled()
    {
        roll.Settings = roll.Settings with { ReserveCapacity = CapacityPolicy.Auto };
        using var signal = new CancellationTokenSource();
        await using var other = TakesOverTheStopped("replica", _ => { }, startsItAfter: Timeout.InfiniteTimeSpan);
        await using var cancelling = roll.Time.CreateTimer(_ => signal.Cancel(), null, TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.Equal(InstanceState.Stopped, roll.Picture["replica"].InstanceState);
        Assert.NotEmpty(roll.Instances.Held);
    }

    [Fact]
    public async Task A_run_that_was_followed_and_takes_over_again_under_its_name_is_given_way_to()
    {
        roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.FromMinutes(6));
        roll.Instances.AfterStart = _ => roll.Picture["follower2"].Mark = MarkOf(Other, TimeSpan.Zero, takesOver: true);

        Assert.Equal(FailureReason.TakenOver, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
        Assert.Equal("start i-replica", roll.Instances.Asked[^1]);
    }

    [Fact]
    public async Task A_run_that_was_told_to_take_over_does_not_ask_whether_one_that_shows_late_lives()
    {
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Instances.Runs[Other] = true;
        roll.Instances.AfterMark = node => roll.Picture["follower2"].Mark ??= MarkOf(Other, TimeSpan.FromMinutes(2));

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_run_that_does_not_know_of_this_one_is_left_the_cluster_and_not_a_node_that_is_down()
    {
        roll.Instances.BeforeAct = () =>
        {
            roll.Picture["replica"].Mark = roll.Instances.Asked.Contains("stop i-replica") ? MarkOf(Other, TimeSpan.Zero) : roll.Picture["replica"].Mark;
            return Task.CompletedTask;
        };

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.TakenOver, refusal.Reason);
        Assert.Equal("start i-replica", roll.Instances.Asked[^1]);
        Assert.Equal((InstanceState.Running, Picture.Target), (roll.Picture["replica"].InstanceState, roll.Picture["replica"].InstanceType));
    }

    [Fact]
    public async Task A_mark_older_than_this_run_that_was_not_shown_before_is_no_taking_over_unless_it_is_renewed()
    {
        roll.Instances.AfterMark = node => roll.Picture["follower2"].Mark ??= MarkOf(Other, TimeSpan.FromMinutes(2));

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task Of_two_runs_that_begin_at_once_the_one_whose_mark_is_overwritten_stops_nothing()
    {
        roll.Instances.AfterMark = node => node.Mark = MarkOf(Other, TimeSpan.Zero);

        Assert.Equal(FailureReason.TakenOver, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
        Assert.Equal(["mark i-replica"], roll.Instances.Asked);
    }

    [Fact]
    public async Task Without_a_state_the_mark_tells_what_the_node_was()
    {
        var replica = roll.Picture["replica"];
        replica.GoesDown();
        (replica.InstanceState, replica.InstanceType) = (InstanceState.Stopped, Picture.Target);
        replica.Mark = MarkOf(Other, TimeSpan.FromHours(1));

        var end = await roll.RunAsync();

        Assert.Equal("t2.large", end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").OriginalInstanceType);
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal(UpdateStatus.Success, node.NodeUpdateStatus));
    }

    [Fact]
    public async Task Without_a_state_a_leader_whose_priority_was_lowered_gets_the_one_of_its_mark_back()
    {
        roll.Picture["leader"].Priority = -1;
        roll.Picture["leader"].InstanceType = Picture.Target;
        roll.Picture["leader"].Mark = (NodeMark.Parse(MarkOf(Other, TimeSpan.FromHours(1)))! with { OriginalPriority = 5 }).ToString();

        await roll.RunAsync();

        Assert.Equal(5, roll.Picture["leader"].Priority);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Step_by_step_every_step_gets_on_whether_instances_can_be_marked_or_not(bool canMark)
    {
        roll.Instances.CannotMark = canMark ? null : new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed to mark.");
        var state = ServiceFixture.Begin();
        var steps = 0;
        for (; steps < 60 && state.FinishedAt is null; steps++)
        {
            roll.Settings = roll.Settings with { Run = $"ops:{steps}:1:2" };
            roll.Instances.Runs[$"ops:{steps - 1}:1:2"] = false;
            state = await roll.RunAsync(state, oneIteration: true);
        }

        Assert.Equal(UpdateStatus.Success, state.ClusterUpdateStatus);
        Assert.All(roll.Picture.Nodes, node => Assert.Null(node.Mark));
    }

    [Fact]
    public async Task A_node_that_is_given_up_keeps_its_mark()
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = false };
        roll.Instances.AfterStart = node => node.GoesDown();
        var start = ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 8 };

        var end = await roll.RunAsync(start);

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Equal("t2.large", NodeMark.Parse(roll.Picture["replica"].Mark)!.OriginalType);
    }

    /// <summary>Another run, as this one sees it: once the node is off it is marked by it, and perhaps started.</summary>
    private ITimer TakesOverTheStopped(string name, Action<DateTimeOffset> atThat, TimeSpan startsItAfter)
    {
        var node = roll.Picture[name];
        var start = roll.Time.CreateTimer(_ =>
        {
            node.InstanceState = InstanceState.Running;
            node.ComesBack(NodeState.ReadOnlyReplica, 500_000_000);
        },
        null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        roll.Instances.AfterStop = stopped =>
        {
            roll.Instances.AfterStop = null;
            stopped.Mark = MarkOf(Other, TimeSpan.Zero, takesOver: true);
            atThat(roll.Time.GetUtcNow());
            start.Change(startsItAfter, Timeout.InfiniteTimeSpan);
        };
        return start;
    }

    private string MarkOf(string run, TimeSpan age, bool takesOver = false) => new NodeMark(run)
    {
        TookOverAt = takesOver ? roll.Time.GetUtcNow() : null,
        OriginalType = "t2.large",
        OriginalPriority = 0,
        Target = Picture.Target,
        At = roll.Time.GetUtcNow() - age,
    }.ToString();
}
