using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>Auto-scavenge is paused before the first node is taken down, and resumed however the run ends.</summary>
public sealed class AutoScavengeTests : IDisposable
{
    private readonly ServiceFixture roll = new();
    private readonly List<AutoScavengeState> atStop = [];

    public AutoScavengeTests()
    {
        roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7", LeaseId = "55555555" };
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Running;
        roll.Instances.AfterStop = _ => atStop.Add(roll.Cluster.AutoScavengeIs);
    }

    private List<string> Asked => roll.Cluster.AskedOfAutoScavenge;

    public void Dispose() => roll.Dispose();

    private int Looks() => Asked.Count(asked => asked.StartsWith("status", StringComparison.Ordinal));

    [Fact]
    public async Task It_is_paused_when_nodes_go_down_and_resumed_in_the_end()
    {
        var end = await roll.RunAsync();

        Assert.Equal(Enumerable.Repeat(AutoScavengeState.Paused, 4), atStop);
        Assert.Equal(["status leader.test", "status leader.test", "pause leader.test"], Asked[..3]);
        Assert.Equal(4, Asked.Count);
        Assert.StartsWith("resume", Asked[3], StringComparison.Ordinal);
        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
        Assert.Equal((null, null), (end.AutoScavengePausedAt, roll.File.Read()!.AutoScavengePausedAt));
        Assert.Equal((UpdateStatus.Success, UpdateStatus.Success), (end.ClusterUpdateStatus, roll.File.Read()!.ClusterUpdateStatus));
    }

    [Theory]
    [InlineData(AutoScavengeState.Absent)]
    [InlineData(AutoScavengeState.NotConfigured)]
    public async Task Where_nothing_is_to_be_paused_nothing_is_asked_but_how_it_stands(AutoScavengeState state)
    {
        roll.Cluster.AutoScavengeIs = state;

        await roll.RunAsync();

        Assert.Equal(["status leader.test", "status leader.test"], Asked);
        Assert.DoesNotContain(roll.Notices, notice => notice.Contains("uto-scavenge", StringComparison.Ordinal));
        Assert.Contains(roll.Checks, check => check is { Name: "NoAutoScavengeRuns", Outcome: CheckOutcome.Passed });
    }

    [Fact]
    public async Task What_a_person_paused_stays_paused_and_is_noted()
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;

        await roll.RunAsync();

        Assert.Equal(AutoScavengeState.Paused, roll.Cluster.AutoScavengeIs);
        Assert.DoesNotContain(Asked, asked => asked.StartsWith("resume", StringComparison.Ordinal));
        Assert.Contains(roll.Checks, check => check is { Name: "NoAutoScavengeRuns", Outcome: CheckOutcome.Note });
    }

    [Fact]
    public async Task A_scavenge_that_takes_a_while_to_stop_is_waited_for()
    {
        roll.Cluster.LooksUntilPaused = 5;

        await roll.RunAsync();

        Assert.Equal(Enumerable.Repeat(AutoScavengeState.Paused, 4), atStop);
        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
        Assert.All(roll.File.Read()!.EventStoreNodeUpdates, node => Assert.InRange(node.UpdateIterations, 0, 20));
    }

    [Fact]
    public async Task One_that_does_not_stop_holds_the_roll_up_for_a_minute_and_is_said_once()
    {
        roll.Cluster.LooksUntilPaused = 1_000;
        var begun = roll.Time.GetUtcNow();
        var first = DateTimeOffset.MaxValue;
        var looks = 0;
        roll.Instances.AfterStop = _ => (first, looks) = first < DateTimeOffset.MaxValue ? (first, looks) : (roll.Time.GetUtcNow(), Looks());

        await roll.RunAsync();

        Assert.InRange(first - begun, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(75));
        Assert.Single(roll.Notices, notice => notice.StartsWith("Auto-scavenge is not paused", StringComparison.Ordinal));
        Assert.Equal(looks, Looks());
        Assert.StartsWith("resume", Asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_an_earlier_run_has_asked_to_pause_and_that_does_not_stop_holds_the_roll_up_for_a_minute_too()
    {
        (roll.Cluster.AutoScavengeIs, roll.Cluster.LooksUntilPaused) = (AutoScavengeState.Pausing, 1_000);

        await roll.RunAsync(ServiceFixture.Begin() with { AutoScavengePausedAt = roll.Time.GetUtcNow().AddHours(-1) });

        Assert.Equal(4, atStop.Count);
        Assert.Contains(roll.Decisions, decision => decision.Why.Contains("the scavenge of a node is still to stop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_without_an_answer_is_repeated_and_a_resumption_too()
    {
        (roll.Cluster.Unanswered["pause"], roll.Cluster.Unanswered["resume"]) = (2, 5);

        await roll.RunAsync();

        Assert.Equal(2, roll.Refused.Count(why => why.Contains("answered HTTP 500", StringComparison.Ordinal)));

        Assert.Equal(Enumerable.Repeat(AutoScavengeState.Paused, 4), atStop);
        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
        Assert.Null(roll.File.Read()!.AutoScavengePausedAt);
    }

    [Fact]
    public async Task What_cannot_be_resumed_is_said_with_what_to_do_and_left_to_the_next_run()
    {
        roll.Cluster.Unanswered["resume"] = 1_000;

        var end = await roll.RunAsync();

        Assert.Contains(roll.Warnings, warning => warning.Contains("POST /auto-scavenge/resume", StringComparison.Ordinal));
        Assert.NotNull(roll.File.Read()!.AutoScavengePausedAt);
        roll.Cluster.Unanswered.Clear();
        await roll.RunAsync(Again());
        Assert.Equal((UpdateStatus.Success, AutoScavengeState.Running), (end.ClusterUpdateStatus, roll.Cluster.AutoScavengeIs));
        Assert.Null(roll.File.Read()!.AutoScavengePausedAt);
    }

    [Fact]
    public async Task A_run_that_fails_resumes_it()
    {
        roll.Instances.AfterStart = node => node.GoesDown();
        roll.Settings = roll.Settings with { RollBackOnFailure = false };

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 5 });

        Assert.Equal((UpdateStatus.Failed, AutoScavengeState.Running), (end.ClusterUpdateStatus, roll.Cluster.AutoScavengeIs));
        Assert.Equal((UpdateStatus.Failed, null), (roll.File.Read()!.ClusterUpdateStatus, roll.File.Read()!.AutoScavengePausedAt));
    }

    [Fact]
    public async Task A_run_whose_time_is_over_resumes_it()
    {
        roll.Settings = roll.Settings with { Deadline = roll.Time.GetUtcNow().AddMinutes(2) };
        roll.Instances.AfterStop = _ => roll.Time.Advance(TimeSpan.FromMinutes(3));

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal((FailureReason.TimeLimit, AutoScavengeState.Running), (end.Reason, roll.Cluster.AutoScavengeIs));
        Assert.Null(roll.File.Read()!.AutoScavengePausedAt);
    }

    [Fact]
    public async Task A_cancelled_run_resumes_it()
    {
        using var signal = new CancellationTokenSource();
        roll.Instances.AfterStop = _ => signal.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
        Assert.Null(roll.File.Read()!.AutoScavengePausedAt);
        Assert.NotNull(roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").StopRequestedAt);
    }

    [Fact]
    public async Task A_run_that_lost_its_lease_leaves_it_to_the_other_one()
    {
        roll.Instances.AfterStop = _ => roll.Picture["leader"].Lease =
            new LeaseTag("https://github.com/org/ops/actions/runs/6", "99999999", 9) { Renewed = roll.Time.GetUtcNow() }.ToString();

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(AutoScavengeState.Paused, roll.Cluster.AutoScavengeIs);
        Assert.Contains(roll.Notices, notice => notice.StartsWith("Auto-scavenge stays paused for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_killed_run_paused_the_next_one_resumes()
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;

        await roll.RunAsync(ServiceFixture.Begin() with { AutoScavengePausedAt = roll.Time.GetUtcNow() });

        Assert.DoesNotContain(Asked, asked => asked.StartsWith("pause", StringComparison.Ordinal));
        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
    }

    [Fact]
    public async Task What_a_killed_run_paused_a_run_with_nothing_left_to_do_resumes()
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;
        roll.Picture.Updated("replica", "follower1", "follower2", "leader");

        await roll.RunAsync(ServiceFixture.Begin() with { AutoScavengePausedAt = roll.Time.GetUtcNow() });

        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
        Assert.Empty(atStop);
    }

    [Fact]
    public async Task What_a_killed_run_paused_a_run_that_preflight_refuses_resumes_once()
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;
        roll.Picture["follower1"].InstanceShown = false;

        await Assert.ThrowsAsync<RollingUpdateException>(
            () => roll.RunAsync(ServiceFixture.Begin() with { AutoScavengePausedAt = roll.Time.GetUtcNow() }));

        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
        Assert.Null(roll.File.Read()!.AutoScavengePausedAt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_run_that_paused_it_may_live_it_is_left_paused(bool isAsWanted)
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;
        roll.Picture.Updated(isAsWanted ? [.. roll.Picture.Nodes.Select(node => node.Name)] : []);
        roll.Instances.Shown = instance => instance with
        {
            Lease = new LeaseTag("https://github.com/org/ops/actions/runs/6", "0a0a0a0a", 3) { Renewed = roll.Time.GetUtcNow() }.ToString(),
        };

        await Assert.ThrowsAsync<RollingUpdateException>(
            () => roll.RunAsync(ServiceFixture.Begin() with { AutoScavengePausedAt = roll.Time.GetUtcNow() }));

        Assert.Equal(AutoScavengeState.Paused, roll.Cluster.AutoScavengeIs);
    }

    [Fact]
    public async Task A_recovery_resumes_what_the_state_says_that_its_update_paused()
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Paused;

        await roll.RecoverAsync(roll.Picture.State() with { AutoScavengePausedAt = roll.Time.GetUtcNow(), StartedAt = roll.Time.GetUtcNow() });

        Assert.Equal(AutoScavengeState.Running, roll.Cluster.AutoScavengeIs);
        Assert.Null(roll.File.Read()!.AutoScavengePausedAt);
        Assert.DoesNotContain(Asked, asked => asked.StartsWith("pause", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_only_looks()
    {
        await roll.PlanAsync();

        Assert.All(Asked, asked => Assert.StartsWith("status", asked, StringComparison.Ordinal));
        Assert.Contains(roll.Checks, check => check is { Name: "NoAutoScavengeRuns", Outcome: CheckOutcome.Note });
    }

    [Fact]
    public async Task Steps_keep_it_paused_until_the_last_one()
    {
        var state = ServiceFixture.Begin();
        for (var step = 0; step < 200 && state.ClusterUpdateStatus is not UpdateStatus.Success; step++)
        {
            state = await roll.RunAsync(
                StartingState.From(state, new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName, goesOn: true), oneIteration: true);
        }

        Assert.Equal(Enumerable.Repeat(AutoScavengeState.Paused, 4), atStop);
        Assert.Single(Asked, asked => asked.StartsWith("pause", StringComparison.Ordinal));
        Assert.Single(Asked, asked => asked.StartsWith("resume", StringComparison.Ordinal));
        Assert.Equal((UpdateStatus.Success, AutoScavengeState.Running), (state.ClusterUpdateStatus, roll.Cluster.AutoScavengeIs));
    }

    [Fact]
    public async Task Where_it_may_not_be_paused_that_is_said_once_and_the_roll_goes_on()
    {
        roll.Cluster.AutoScavengeIs = AutoScavengeState.Denied;

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Single(roll.Notices, notice => notice.StartsWith("Auto-scavenge is not paused", StringComparison.Ordinal));
        Assert.DoesNotContain(Asked, asked => asked.StartsWith("resume", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_paused_that_could_not_be_remembered()
    {
        roll.Instances.AfterTag = _ => Directory.CreateDirectory(roll.File.Path + ".tmp");

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.DoesNotContain(Asked, asked => asked.StartsWith("pause", StringComparison.Ordinal));
        Assert.Empty(atStop);
    }

    private ClusterUpdate Again() => StartingState.From(
        roll.File.Read(), new UpdateRequest(null, Picture.Target, null), Ec2InstanceTypeUpdate.StrategyName);
}
