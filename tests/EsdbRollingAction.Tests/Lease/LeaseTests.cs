using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Lease;

/// <summary>Who may take nodes of the cluster down.</summary>
public sealed class LeaseTests : IDisposable
{
    private const string Other = "https://github.com/org/ops/actions/runs/6";

    private readonly ServiceFixture roll = new();

    public LeaseTests() => roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7", LeaseId = "55555555" };

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task It_is_on_every_instance_before_the_first_act_and_gone_at_the_end()
    {
        var atFirstStop = new List<LeaseTag?>();
        roll.Instances.AfterStop = _ => atFirstStop.AddRange(atFirstStop.Count > 0 ? [] : roll.Picture.Nodes.Select(node => LeaseTag.Parse(node.Lease)));

        await roll.RunAsync();

        Assert.Equal(4, atFirstStop.Count);
        Assert.All(atFirstStop, lease => Assert.Equal(("55555555", 1), (lease!.Id, lease.Epoch)));
        Assert.All(roll.Picture.Nodes, node => Assert.Equal((null, null), (node.Lease, node.RestorePoint)));
    }

    [Fact]
    public async Task It_is_renewed_while_a_node_is_waited_for()
    {
        var renewed = new HashSet<string?>();
        roll.Instances.AfterStart = node => node.GoesDown();
        roll.Instances.AfterTag = node => renewed.Add(node.Lease);

        await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 20 });

        Assert.InRange(renewed.Count, 4, 100);
    }

    [Fact]
    public async Task A_restore_point_is_on_an_instance_while_its_node_is_worked_on()
    {
        var points = new List<(string Node, RestorePoint? Point)>();
        roll.Instances.AfterStop = node => points.Add((node.Name, RestorePoint.Parse(node.RestorePoint)));

        await roll.RunAsync();

        Assert.Equal(["replica", "follower1", "follower2", "leader"], points.Select(point => point.Node));
        Assert.All(points, point => Assert.Equal(("t2.large", 0, Picture.Target), (point.Point!.Type, point.Point.Priority, point.Point.Target)));
    }

    [Fact]
    public async Task One_that_is_renewed_while_it_is_watched_is_a_living_run_s()
    {
        roll.Instances.Shown = instance => instance with { Lease = Tag(3, roll.Time.GetUtcNow()) };

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal((FailureReason.Locked, Other), (refusal.Reason, refusal.OtherRun));
        Assert.Contains(Other, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
        Assert.Empty(roll.Instances.Leases);
    }

    [Fact]
    public async Task A_third_run_s_that_shows_while_one_is_watched_is_a_living_run_s_whatever_its_clock_says()
    {
        Hold(roll.Time.GetUtcNow());
        var third = new LeaseTag("https://github.com/org/ops/actions/runs/5", "0b0b0b0b", 3) { Renewed = roll.Time.GetUtcNow().AddMinutes(-5) }.ToString();
        roll.After(TimeSpan.FromSeconds(20), () => roll.Picture["replica"].Lease = third);

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-300)]
    [InlineData(+300)]
    public async Task One_that_does_not_change_for_a_minute_by_our_clock_has_expired_whatever_its_owner_s_clock_said(int skew)
    {
        var begun = roll.Time.GetUtcNow();
        Hold(begun.AddSeconds(skew));

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);

        Assert.True(FirstWrite() - begun >= LeaseWatch.Duration);
    }

    /// <summary>Its owner was killed right after it had renewed, and the first read is older than that.</summary>
    [Fact]
    public async Task One_whose_last_renewal_an_old_read_hid_at_first_has_expired_all_the_same()
    {
        var begun = roll.Time.GetUtcNow();
        Hold(begun.AddSeconds(-1));
        roll.Instances.Shown = instance => roll.Time.GetUtcNow() - begun < TimeSpan.FromSeconds(14)
            ? instance with { Lease = Tag(3, begun.AddSeconds(-21)) }
            : instance;

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.Contains($"{Other} has not renewed its lease: it has expired.", roll.Notices);
    }

    [Fact]
    public async Task One_that_was_released_is_watched_only_until_reads_must_show_that()
    {
        var begun = roll.Time.GetUtcNow();
        Hold(begun);
        roll.After(TimeSpan.FromSeconds(12), () => roll.Picture.Nodes.ForEach(node => node.Lease = null));

        await roll.RunAsync();

        Assert.InRange(FirstWrite() - begun, Timings.ReadConsistency, TimeSpan.FromSeconds(22));
        Assert.Contains($"{Other} has released its lease.", roll.Notices);
    }

    [Fact]
    public async Task One_that_was_renewed_long_ago_needs_no_watch()
    {
        var begun = roll.Time.GetUtcNow();
        Hold(begun.AddMinutes(-11));

        await roll.RunAsync();

        Assert.InRange(FirstWrite() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_word_that_its_run_has_completed_only_shortens_the_watch()
    {
        var begun = roll.Time.GetUtcNow();
        Hold(begun);
        roll.Instances.Completed.Add(Other);

        await roll.RunAsync();

        Assert.InRange(FirstWrite() - begun, LeaseWatch.ShortDuration, LeaseWatch.ShortDuration + TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Another_attempt_of_the_same_run_is_another_process_and_is_watched_like_anybody()
    {
        roll.Instances.Shown = instance => instance with
        {
            Lease = new LeaseTag(roll.Settings.Run!, "44444444", 3) { Renewed = roll.Time.GetUtcNow() }.ToString(),
        };

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
    }

    [Fact]
    public async Task Taking_over_waits_for_nobody_but_gives_the_owner_half_a_minute_before_the_first_stop()
    {
        var begun = roll.Time.GetUtcNow();
        Hold(begun);
        roll.Settings = roll.Settings with { TakeOver = true };
        var stoppedAt = DateTimeOffset.MaxValue;
        roll.Instances.AfterStop = _ => stoppedAt = stoppedAt < DateTimeOffset.MaxValue ? stoppedAt : roll.Time.GetUtcNow();

        await roll.RunAsync();

        Assert.InRange(FirstWrite() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(stoppedAt - begun, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45));
    }

    [Fact]
    public async Task Taking_over_is_refused_where_tags_cannot_be_written()
    {
        Hold(roll.Time.GetUtcNow());
        roll.Settings = roll.Settings with { TakeOver = true };
        roll.Instances.CannotTag = new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed.");

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.Locked, refusal.Reason);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task Without_the_right_to_tag_everything_else_works_and_it_is_said_once()
    {
        roll.Instances.CannotTag = new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed.");

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);

        Assert.Single(roll.Warnings, warning => warning.Contains("Instances are not tagged", StringComparison.Ordinal));
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("restore point", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(InstanceErrorKind.AccessDenied, 1)]
    [InlineData(InstanceErrorKind.Transient, 0)]
    public async Task Where_it_cannot_be_renewed_in_the_middle_or_released_at_the_end_the_roll_goes_on(InstanceErrorKind kind, int warnings)
    {
        roll.Instances.AfterStop = _ => roll.Instances.CannotTag ??= new InstanceException(kind, "Code", "Not now.");
        roll.Instances.AfterStart = _ => roll.Time.Advance(LeaseKeeper.RenewAfter);

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);

        Assert.Equal(warnings, roll.Warnings.Count(warning => warning.Contains("Instances are not tagged", StringComparison.Ordinal)));
        Assert.Equal(1 - warnings, roll.Notices.Count(notice => notice.Contains("could not be released", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expired_credentials_are_no_tag_that_is_denied(bool isMidway)
    {
        void Expire() => roll.Instances.CannotTag = new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", "They have expired.");
        roll.Instances.AfterStop = _ => Expire();
        roll.Instances.AfterStart = _ => roll.Time.Advance(LeaseKeeper.RenewAfter);
        if (!isMidway)
        {
            Expire();
        }

        await Assert.ThrowsAsync<InstanceException>(() => roll.RunAsync());

        Assert.Empty(roll.Warnings);
    }

    [Theory]
    [InlineData(InstanceErrorKind.AccessDenied, false, 100, 99)]
    [InlineData(InstanceErrorKind.AccessDenied, true, 100, 99)]
    [InlineData(InstanceErrorKind.LookAgain, true, 100, 97)]
    [InlineData(InstanceErrorKind.Transient, false, 1, 0)]
    public async Task Restore_points_that_cannot_be_written_or_removed_hold_nothing_up_and_that_is_said_once(
        InstanceErrorKind kind, bool isMidway, int refusals, int left)
    {
        void Refuse() => Enumerable.Repeat(new InstanceException(kind, "Code", "Not this tag."), refusals).ToList().ForEach(roll.Instances.CannotRestore.Enqueue);
        roll.Instances.AfterStop = node => (node.Name == "replica" && isMidway ? Refuse : (Action)(() => { }))();
        if (!isMidway)
        {
            Refuse();
        }

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);

        Assert.Equal(left, roll.Instances.CannotRestore.Count);
        Assert.Equal(left > 0 ? 1 : 0, roll.Warnings.Count(warning => warning.StartsWith("No restore point can be written", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_restore_point_that_is_refused_now_and_then_is_on_every_instance_all_the_same()
    {
        var marked = new List<string>();
        roll.Instances.AfterStop = node =>
        {
            marked.AddRange(node.RestorePoint is null ? [] : [node.Name]);
            roll.Instances.CannotRestore.Enqueue(new InstanceException(InstanceErrorKind.Transient, "RequestLimitExceeded", "Slow down."));
        };

        await roll.RunAsync();

        Assert.Equal(["replica", "follower1", "follower2", "leader"], marked);
        Assert.Empty(roll.Warnings);
    }

    [Fact]
    public async Task A_run_that_loses_it_and_whose_start_EC2_puts_off_for_ever_ends_all_the_same()
    {
        var begun = roll.Time.GetUtcNow();
        roll.Instances.AfterStop = _ =>
        {
            roll.Picture["leader"].Lease = new LeaseTag(Other, "99999999", 9) { Renewed = roll.Time.GetUtcNow() }.ToString();
            Enumerable.Repeat(new InstanceException(InstanceErrorKind.LookAgain, "IncorrectInstanceState", "No."), 5000).ToList().ForEach(roll.Instances.Refusals.Enqueue);
        };

        Assert.Equal(FailureReason.TakenOver, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
        Assert.InRange(roll.Time.GetUtcNow() - begun, Timings.StoppingLasts, Timings.StoppingLasts + TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_run_that_loses_it_waits_for_a_stop_that_hangs_no_longer_than_one_may_take()
    {
        var begun = roll.Time.GetUtcNow();
        roll.Instances.AfterStop = node =>
        {
            node.InstanceState = InstanceState.Stopping;
            roll.Picture["leader"].Lease = new LeaseTag(Other, "99999999", 9) { Renewed = roll.Time.GetUtcNow() }.ToString();
        };

        Assert.Equal(FailureReason.TakenOver, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
        Assert.InRange(roll.Time.GetUtcNow() - begun, Timings.StoppingLasts, Timings.StoppingLasts + TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_run_that_loses_it_starts_what_it_stopped_though_its_time_is_over()
    {
        var picture = roll.Picture;
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        var state = picture.State("replica", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, StopRequestedAt = picture.At.AddMinutes(-1) });
        var lost = new LeaseStatus(IsTaken: true, LeaseTag.Parse(Tag(9, picture.At)), DateTimeOffset.MinValue);

        picture.Decide(state, Picture.Settings with { Deadline = picture.At }, seen => seen with { Lease = lost }).Acts<Act.StartInstance>("replica");
    }

    [Fact]
    public async Task A_run_that_loses_it_starts_what_it_stopped_as_it_is_and_ends()
    {
        var lost = new LeaseTag(Other, "99999999", 9) { Renewed = roll.Time.GetUtcNow() }.ToString();
        roll.Instances.AfterStop = node => roll.Picture["leader"].Lease = node.Name is "follower1" ? lost : roll.Picture["leader"].Lease;
        roll.Instances.AfterStart = node =>
        {
            node.GoesDown();
            roll.After(Timings.ReadConsistency, node.ComesBack);
        };

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal((FailureReason.TakenOver, Other), (end.Reason, end.OtherRun));
        Assert.Equal(["restore point i-follower1", "stop i-follower1", "start i-follower1"], roll.Instances.Asked.TakeLast(3));
        Assert.Equal((InstanceState.Running, "t2.large"), (roll.Picture["follower1"].InstanceState, roll.Picture["follower1"].InstanceType));
        Assert.Equal(lost, roll.Picture["leader"].Lease);
    }

    /// <summary>Its run ended a moment before this one began, and EC2 still shows its tag now and then.</summary>
    [Fact]
    public async Task One_that_was_released_before_ours_was_acquired_and_that_an_old_read_shows_is_not_who_took_it()
    {
        var begun = roll.Time.GetUtcNow();
        var released = new LeaseTag(Other, "99999999", 9) { Renewed = begun.AddSeconds(-5) }.ToString();
        roll.Instances.Shown = instance => instance.Lease is not null && roll.Time.GetUtcNow() - begun < TimeSpan.FromSeconds(14)
            ? instance with { Lease = released }
            : instance;
        var firstStop = TimeSpan.MaxValue;
        roll.Instances.AfterStop = _ => firstStop = TimeSpan.FromTicks(Math.Min(firstStop.Ticks, (roll.Time.GetUtcNow() - begun).Ticks));

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
        Assert.InRange(firstStop, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20));
        Assert.Contains(roll.Decisions, decision => decision.Why.Contains($"EC2 still shows the lease of {Other}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_of_a_lower_rank_that_was_written_over_ours_is_written_over_again_and_the_roll_goes_on()
    {
        roll.Instances.AfterStop = node => roll.Picture[node.Name].Lease = new LeaseTag(Other, "00000000", 1) { Renewed = roll.Time.GetUtcNow() }.ToString();

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task Reads_that_still_show_the_lease_that_expired_do_not_have_ours_written_with_every_look()
    {
        Hold(roll.Time.GetUtcNow().AddMinutes(-11));
        var shows = roll.Time.GetUtcNow().AddSeconds(15);
        var old = Tag(3, roll.Time.GetUtcNow().AddMinutes(-11));
        roll.Instances.Shown = instance => roll.Time.GetUtcNow() < shows ? instance with { Lease = old } : instance;
        roll.Instances.AfterStart = node => node.GoesDown();
        var writes = new HashSet<DateTimeOffset>();
        roll.Instances.AfterTag = node =>
        {
            if (roll.Time.GetUtcNow() < shows)
            {
                writes.Add(roll.Time.GetUtcNow());
            }
        };

        await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 5 });

        Assert.InRange(writes.Count, 2, 4);
    }

    [Fact]
    public async Task It_is_released_though_EC2_has_not_answered_to_its_last_renewals()
    {
        using var signal = new CancellationTokenSource();
        roll.Instances.AfterStart = node =>
        {
            node.GoesDown();
            roll.Instances.CannotTag = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
            roll.After(TimeSpan.FromSeconds(50), () =>
            {
                roll.Instances.CannotTag = null;
                signal.Cancel();
            });
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.All(roll.Picture.Nodes, node => Assert.Null(node.Lease));
    }

    [Fact]
    public async Task A_cancelled_run_releases_it_so_that_whoever_resumes_waits_for_nobody()
    {
        using var signal = new CancellationTokenSource();
        roll.Instances.AfterStop = _ => signal.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.All(roll.Picture.Nodes, node => Assert.Null(node.Lease));
        Assert.NotNull(roll.Picture["replica"].RestorePoint);
    }

    [Fact]
    public async Task Steps_of_one_run_are_processes_of_their_own_and_share_it()
    {
        var state = await roll.RunAsync(oneIteration: true);
        Assert.Equal("55555555", state.LeaseId);
        Assert.NotNull(roll.Picture["leader"].Lease);
        var begun = roll.Time.GetUtcNow();

        await roll.RunAsync(state, oneIteration: true);

        Assert.InRange(roll.Time.GetUtcNow() - begun, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task What_version_1_0_0_marked_is_kept_as_a_restore_point_when_the_lease_takes_its_tag()
    {
        var node = roll.Picture["follower1"];
        node.Lease = $"run={Other} at=2025-12-31T03:00:00Z type=t2.large target=t2.xlarge priority=0 node={node.Endpoint}";
        node.GoesDown();
        (node.InstanceState, node.InstanceType) = (InstanceState.Stopped, Picture.Target);
        roll.Instances.AfterStart = started => started.GoesDown();

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 10 });

        Assert.Equal("t2.large", end.EventStoreNodeUpdates.Single(other => other.NodeName == "follower1").OriginalInstanceType);
        Assert.Equal("t2.large", RestorePoint.Parse(node.RestorePoint)!.Type);
    }

    [Fact]
    public async Task A_plan_is_refused_while_another_run_holds_it_and_takes_none()
    {
        roll.Instances.Shown = instance => instance with { Lease = Tag(3, roll.Time.GetUtcNow()) };

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.PlanAsync())).Reason);
        Assert.Empty(roll.Instances.Leases);

        roll.Settings = roll.Settings with { TakeOver = true };
        Assert.NotNull((await roll.PlanAsync()).PlanDigest);
    }

    private static string Tag(int epoch, DateTimeOffset renewed) => new LeaseTag(Other, "0a0a0a0a", epoch) { Renewed = renewed }.ToString();

    private void Hold(DateTimeOffset renewed)
    {
        firstWrite = null;
        roll.Picture.Nodes.ForEach(node => node.Lease = Tag(3, renewed));
        roll.Instances.AfterTag = node => firstWrite ??= roll.Time.GetUtcNow();
    }

    private DateTimeOffset? firstWrite;

    private DateTimeOffset FirstWrite() => firstWrite!.Value;
}
