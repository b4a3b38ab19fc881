using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>The only node whose address is known was stopped by an update that did not end.</summary>
public sealed class RevivalTests : IDisposable
{
    private const string Ended = "https://github.com/org/ops/actions/runs/6";

    private readonly ServiceFixture roll = new();

    public RevivalTests()
    {
        roll.Settings = roll.Settings with { Seeds = [roll.Picture["replica"].Endpoint], Run = "https://github.com/org/ops/actions/runs/7" };
        roll.Picture["replica"].GoesDown();
        roll.Picture["replica"].InstanceState = InstanceState.Stopped;
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task What_was_begun_is_finished_when_its_mark_tells_so_and_the_update_is_carried_on()
    {
        roll.Picture["replica"].RestorePoint = $"target={Picture.Target}";

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["type t2.xlarge i-replica", "start i-replica"], roll.Instances.Asked[..2]);
        Assert.DoesNotContain("stop i-replica", roll.Instances.Asked);
        Assert.Contains(roll.Notices, notice => notice.Contains("an update that did not end stopped one: it is brought back first", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_it_was_started_already_its_database_is_waited_for(bool isTagged)
    {
        var replica = roll.Picture["replica"];
        (replica.InstanceState, replica.InstanceType, replica.RestorePoint) = (InstanceState.Running, Picture.Target, isTagged ? "type=t2.large" : null);
        roll.After(TimeSpan.FromMinutes(1), replica.ComesBack);
        var remembered = isTagged ? null : roll.Picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.Starting),
            StopRequestedAt = roll.Time.GetUtcNow().AddMinutes(-4),
            StartRequestedAt = roll.Time.GetUtcNow().AddMinutes(-3),
        });

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync(remembered)).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_node_that_was_started_and_is_none_that_is_named_is_not_all_that_is_said()
    {
        roll.Settings = roll.Settings with { Seeds = [new("nobody.test", 2113)] };
        roll.Picture["replica"].InstanceState = InstanceState.Running;
        var before = roll.Time.GetUtcNow().AddMinutes(-3);
        var state = roll.Picture.State("replica", node => node.InPhase(NodePhase.Starting, null, before) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = before,
            StartRequestedAt = before,
        });

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(state));

        Assert.Contains("nobody.test:2113", failure.Message, StringComparison.Ordinal);
        Assert.Contains("onnection string", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_that_is_older_than_its_mark_does_not_hide_it()
    {
        roll.Picture["replica"].RestorePoint = $"target={Picture.Target}";
        var shows = roll.Time.GetUtcNow().AddSeconds(10);
        roll.Instances.Shown = instance => roll.Time.GetUtcNow() < shows ? instance with { RestorePoint = null } : instance;

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task When_it_does_not_answer_then_either_it_is_said_what_was_started_and_what_it_was_before()
    {
        roll.Picture["replica"].RestorePoint = "type=t2.large";
        roll.Instances.AfterStart = node => node.GoesDown();

        var failure = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.ClusterUnreachable, failure.Reason);
        Assert.Contains("6 min after i-replica was started", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_EC2_undoes_is_tried_twice_and_told_with_EC2_s_words()
    {
        roll.Picture["replica"].RestorePoint = "type=t2.large";
        roll.Instances.AfterStart = node =>
        {
            node.GoesDown();
            node.InstanceState = InstanceState.Stopped;
            node.StateReason = new StateReason("Server.InternalError", "Client.InternalError: Client error on launch");
        };

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Contains(
            "i-replica of replica was started 2 times and was off again each time."
            + " EC2 says \"Server.InternalError, Client.InternalError: Client error on launch\".",
            end.EventStoreNodeUpdates[0].FailureMessage,
            StringComparison.Ordinal);
        Assert.Equal(2, roll.Instances.Asked.Count(act => act == "start i-replica"));
    }

    [Fact]
    public async Task Changed_already_and_not_to_be_started_so_it_gets_back_what_it_was()
    {
        roll.Picture["replica"].RestorePoint = "type=t2.large";
        roll.Picture["replica"].InstanceType = Picture.Target;
        roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.Terminal, "Unsupported", "Not here."));
        var state = roll.Picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            OriginalInstanceType = "t2.large",
            StopRequestedAt = roll.Time.GetUtcNow(),
        });

        var end = await roll.RunAsync(state);

        Assert.Equal(["start i-replica", "type t2.large i-replica", "start i-replica"], roll.Instances.Asked[..3]);
        Assert.Equal((UpdateStatus.Failed, "RolledBack"), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").NodeUpdateStatusDetail));
    }

    [Fact]
    public async Task What_a_run_that_lives_stopped_is_left_to_it_whatever_an_older_state_says()
    {
        roll.Picture["replica"].RestorePoint = "type=t2.large";
        roll.Instances.Shown = instance => instance with { Lease = new LeaseTag(Ended, "0a", 3) { Renewed = roll.Time.GetUtcNow() }.ToString() };

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(roll.Picture.State(
            "replica", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, StopRequestedAt = roll.Time.GetUtcNow() })));

        Assert.Equal(FailureReason.Locked, refusal.Reason);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task What_a_run_of_which_nobody_knows_stopped_is_started_once_that_has_surely_ended()
    {
        roll.Picture["replica"].RestorePoint = "type=t2.large";
        roll.Picture["replica"].Lease = new LeaseTag(Ended, "0a", 3) { Renewed = roll.Time.GetUtcNow().AddMinutes(-1) }.ToString();
        var begun = roll.Time.GetUtcNow();
        var startedAt = DateTimeOffset.MinValue;
        roll.Instances.AfterStart = _ => startedAt = startedAt == DateTimeOffset.MinValue ? roll.Time.GetUtcNow() : startedAt;

        await roll.RunAsync();

        Assert.InRange(startedAt - begun, LeaseWatch.Duration, LeaseWatch.Duration + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task It_is_started_by_its_restore_point_though_a_state_names_nodes_without_their_instances()
    {
        roll.Picture["replica"].RestorePoint = "type=t2.large";
        var written = roll.Picture.State();
        written = written with { EventStoreNodeUpdates = [.. written.EventStoreNodeUpdates.Select(node => node with { Ec2InstanceId = null })] };

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync(written)).ClusterUpdateStatus);
    }

    [Fact]
    public async Task An_update_that_is_taken_back_forgets_no_node_because_nobody_answers_at_first()
    {
        roll.Picture["replica"].RestorePoint = "type=t2.large";
        var done = roll.Picture.Updated("follower1").State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.Success,
            CurrentInstanceType = Picture.Target,
        });
        roll.Target = null;

        await roll.RunAsync(TakingBack.From(done with { StartedAt = roll.Time.GetUtcNow() }, new UpdateRequest(null, null, null)));

        Assert.Equal("t2.large", roll.Picture["follower1"].InstanceType);
    }

    [Fact]
    public async Task It_is_started_when_the_state_tells_so()
    {
        var state = roll.Picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = roll.Time.GetUtcNow().AddMinutes(-3),
        });

        var end = await roll.RunAsync(state);

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["type t2.xlarge i-replica", "start i-replica"], roll.Instances.Asked[..2]);
    }

    [Fact]
    public async Task It_is_started_when_the_state_tells_that_it_was_on_its_way_though_the_answer_to_the_stop_was_lost()
    {
        var end = await roll.RunAsync(roll.Picture.State(
            "replica", node => node.InPhase(NodePhase.Changing, null, roll.Time.GetUtcNow()) with { NodeUpdateStatus = UpdateStatus.InProgress }));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["type t2.xlarge i-replica", "start i-replica"], roll.Instances.Asked[..2]);
    }

    [Fact]
    public async Task It_is_started_when_the_update_was_begun_and_gave_it_up_without_starting_it()
    {
        var given = roll.Picture.State("replica", node => node with { NodeUpdateStatus = UpdateStatus.Failed, StopRequestedAt = roll.Time.GetUtcNow() })
            with
        { StartedAt = roll.Time.GetUtcNow(), ClusterUpdateStatus = UpdateStatus.InProgress };

        var end = await roll.RunAsync(StartingState.From(given, new UpdateRequest(null, Picture.Target, null), "Ec2InstanceTypeUpdate"));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
    }

    [Fact]
    public async Task It_is_started_when_it_answered_once_more_before_it_was_down()
    {
        roll.Picture["replica"].Answers = true;
        roll.Picture["replica"].InstanceState = InstanceState.Stopping;
        roll.Cluster.AfterGossip = () =>
        {
            roll.Cluster.AfterGossip = null;
            roll.Picture["replica"].GoesDown();
            roll.Picture["replica"].InstanceState = InstanceState.Stopped;
        };

        var end = await roll.RunAsync(roll.Picture.State(
            "replica", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, StopRequestedAt = roll.Time.GetUtcNow() }));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
    }

    [Fact]
    public async Task It_is_started_as_it_was_when_it_does_not_start_changed()
    {
        roll.Picture["replica"].RestorePoint = $"target={Picture.Target}";
        roll.Instances.BeforeAct = () =>
        {
            if (roll.Picture["replica"].InstanceType == Picture.Target && roll.Instances.Asked.Count == 1 && roll.Instances.Asked[0].StartsWith("type", StringComparison.Ordinal))
            {
                roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.Terminal, "Unsupported", "Not here."));
            }

            return Task.CompletedTask;
        };

        await roll.RunAsync();

        Assert.Equal(["type t2.xlarge i-replica", "start i-replica", "type t2.large i-replica", "start i-replica"], roll.Instances.Asked[..4]);
    }

    [Theory]
    [InlineData(true, "RolledBack")]
    [InlineData(false, null)]
    public async Task What_did_not_start_changed_is_not_stopped_again_to_fail_again(bool rollsBack, string? detail)
    {
        roll.Settings = roll.Settings with { RollBackOnFailure = rollsBack, CapacityRetry = TimeSpan.Zero };
        roll.Instances.BeforeAct = () =>
        {
            if (roll.Instances.Asked.Count == 1 && roll.Instances.Asked[0].StartsWith("type", StringComparison.Ordinal))
            {
                roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.Capacity, "InsufficientInstanceCapacity", "None here."));
            }

            return Task.CompletedTask;
        };
        var state = roll.Picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            OriginalInstanceType = "t2.large",
            StopRequestedAt = roll.Time.GetUtcNow().AddMinutes(-3),
        });

        var end = await roll.RunAsync(state);

        var replica = end.EventStoreNodeUpdates.Single(node => node.NodeName == "replica");
        Assert.Equal((UpdateStatus.Failed, FailureReason.InsufficientCapacity), (end.ClusterUpdateStatus, replica.FailureReason));
        Assert.DoesNotContain("stop i-replica", roll.Instances.Asked);
        Assert.True(detail is null || replica.NodeUpdateStatusDetail == detail);
    }

    [Fact]
    public async Task What_a_person_stopped_is_left_to_the_person()
    {
        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.ClusterUnreachable, refusal.Reason);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task What_a_run_that_lives_works_on_is_left_to_it()
    {
        roll.Picture["replica"].Lease = new LeaseTag(Ended, "0a", 3) { Renewed = roll.Time.GetUtcNow() }.ToString();

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_start_that_passes_is_asked_for_again()
    {
        roll.Picture["replica"].RestorePoint = $"target={Picture.Target}";
        roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.LookAgain, "IncorrectInstanceState", "It is stopping."));

        Assert.Equal(UpdateStatus.Success, (await roll.RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task Where_neither_the_cluster_nor_EC2_answers_the_run_ends_and_says_that_EC2_does_not()
    {
        roll.Instances.CannotFind = () => new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 gave no usable answer.");
        var begun = roll.Time.GetUtcNow();

        var end = await Assert.ThrowsAsync<InstanceException>(() => roll.RunAsync());

        Assert.Equal(InstanceErrorKind.Transient, end.Kind);
        Assert.InRange(roll.Time.GetUtcNow() - begun, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));
    }
}
