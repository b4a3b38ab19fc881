using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class ServiceTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Every_node_is_stopped_changed_and_started_in_order()
    {
        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(
            new[] { "replica", "follower1", "follower2", "leader" }.SelectMany(node => new[] { $"stop i-{node}", $"type t2.xlarge i-{node}", $"start i-{node}" }),
            roll.Instances.Asked);
        Assert.Equal(["priority -1 leader.test", "resign leader.test"], roll.Cluster.Asked[..2]);
    }

    [Fact]
    public async Task Every_decision_comes_with_what_each_node_is_now()
    {
        await roll.RunAsync();

        var last = roll.Decisions[^1].Now;
        Assert.Equal(4, last.Count);
        Assert.All(last, node => Assert.True(node is { Instance.State: InstanceState.Running, Level.Holds: true }));
        Assert.Single(last, node => node is { Leads: true, Own.State: NodeState.Leader });
        Assert.Contains(roll.Decisions, decision => decision.Now.Any(node => node is { Instance.State: InstanceState.Stopped, Own: null, Level.Holds: false }));
    }

    [Fact]
    public async Task The_state_is_written_before_every_act_and_after_it()
    {
        var before = new List<NodeUpdate>();
        roll.Instances.BeforeAct = () =>
        {
            before.Add(roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeUpdateStatus == UpdateStatus.InProgress));
            return Task.CompletedTask;
        };

        await roll.RunAsync();

        Assert.Equal(["Stopping", "Changing", "Starting"], before[..3].Select(node => node.NodeUpdateStatusDetail));
        Assert.NotNull(before[0].EventStoreInstanceIdBeforeStop);
        Assert.True(before[0].StopRequestedAt.HasValue);
        Assert.Equal((null, true), (before[1].ChangeRequestedAt, before[2].ChangeRequestedAt.HasValue));
        Assert.Equal(UpdateStatus.Success, roll.File.Read()!.ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_stop_that_was_not_asked_for_because_the_run_was_to_end_is_not_remembered()
    {
        using var signal = new CancellationTokenSource();
        roll.Decided = decision => (decision.Act is Act.ChangeInstance ? signal : null)?.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.Equal(NodePhase.Waiting, roll.File.Read()!.EventStoreNodeUpdates[0].Phase);
        Assert.Null(roll.File.Read()!.EventStoreNodeUpdates[0].StopRequestedAt);
    }

    [Fact]
    public async Task A_stop_that_EC2_refused_because_the_credentials_have_expired_is_not_remembered()
    {
        roll.Instances.Refusals.Enqueue(new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", "Expired."));

        await Assert.ThrowsAsync<InstanceException>(() => roll.RunAsync());

        Assert.Equal(NodePhase.Waiting, roll.File.Read()!.EventStoreNodeUpdates[0].Phase);
        Assert.Null(roll.File.Read()!.EventStoreNodeUpdates[0].StopRequestedAt);
    }

    [Fact]
    public async Task Iterations_are_counted_not_probes()
    {
        roll.Picture["follower1"].Checkpoint -= 100_000_000;
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(23), roll.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(ServiceFixture.Begin() with { StartedAt = roll.Time.GetUtcNow() }, signal: enough));

        Assert.Equal(5, roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").UpdateIterations);
    }

    [Fact]
    public async Task A_probe_that_would_be_made_when_the_iteration_is_over_is_left_to_the_next_one()
    {
        var asked = new List<DateTimeOffset>();
        roll.Picture["follower1"].Checkpoint -= 100_000_000;
        roll.Cluster.AfterGossip = () => asked.Add(roll.Time.GetUtcNow());
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(23), roll.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(ServiceFixture.Begin() with { StartedAt = roll.Time.GetUtcNow() }, signal: enough));

        Assert.All(asked.CountBy(at => at).Skip(2), look => Assert.Equal(roll.Picture.Nodes.Count, look.Value));
    }

    [Fact]
    public async Task A_priority_that_a_node_did_not_hear_is_asked_for_again_at_once()
    {
        var asked = new List<DateTimeOffset>();
        roll.Cluster.BeforeAct = node =>
        {
            asked.Add(roll.Time.GetUtcNow());
            return asked.Count == 1 ? throw new NodeUnreachableException(node, "no answer") : Task.CompletedTask;
        };

        await roll.RunAsync();

        Assert.InRange(asked[1] - asked[0], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task What_a_probe_has_shown_no_older_read_hides_again()
    {
        var (at, reads) = (roll.Time.GetUtcNow(), 0);
        var needed = new List<int>();
        roll.Instances.AfterStop = _ => (at, reads) = (roll.Time.GetUtcNow().AddSeconds(7), 0);
        roll.Instances.Shown = instance => instance.State is InstanceState.Stopped && (roll.Time.GetUtcNow() < at || ++reads is > 1 and < 30)
            ? instance with { State = InstanceState.Stopping }
            : instance;
        roll.Decided = decision => needed.AddRange(decision.Act is Act.ChangeInstance { Step.TakesNodeDown: false } ? [reads] : []);

        await roll.RunAsync();

        Assert.Equal([1, 1, 1, 1], needed);
    }

    [Fact]
    public async Task While_leadership_moves_the_cluster_is_looked_at_as_often_as_the_summary_says()
    {
        var looks = new List<DateTimeOffset>();
        var old = roll.Picture["leader"];
        roll.Cluster.FormerLeaderIs = NodeState.Unknown;
        roll.Cluster.AfterGossip = () =>
        {
            if (old.State is NodeState.Unknown)
            {
                looks.Add(roll.Time.GetUtcNow());
                old.State = looks[^1] - looks[0] >= TimeSpan.FromSeconds(2) ? NodeState.Follower : old.State;
            }
        };

        await roll.RunAsync();

        Assert.InRange(looks.Distinct().Count(), 5, 6);
    }

    [Fact]
    public async Task One_iteration_does_one_act()
    {
        await roll.RunAsync(oneIteration: true);

        Assert.Equal(["stop i-replica"], roll.Instances.Asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_that_looks_whether_a_node_was_stopped_goes_on_until_it_can_tell(bool isShuttingDown)
    {
        roll.Picture.Updated("replica", "follower1", "follower2", "leader");
        roll.Picture["replica"].GoesDown();
        (roll.Picture["replica"].Answers, roll.Picture["replica"].State) = (isShuttingDown, NodeState.ShuttingDown);
        var begun = roll.Time.GetUtcNow();
        var state = roll.Picture.State() with { StartedAt = roll.Time.GetUtcNow() };
        state = state with { EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node with { NodeUpdateStatus = UpdateStatus.Success, CurrentInstanceType = Picture.Target })] };

        var end = await roll.RunAsync(state, oneIteration: true);

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.InRange(end.FinishedAt!.Value - begun, Timings.ReadConsistency, 2 * Timings.ReadConsistency);
    }

    [Fact]
    public async Task Begins_nothing_new_once_it_is_cancelled_but_finishes_the_act_in_flight()
    {
        using var signal = new CancellationTokenSource();
        roll.Instances.BeforeAct = async () => await signal.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: signal));

        Assert.Equal(["stop i-replica"], roll.Instances.Asked);
        Assert.NotNull(roll.File.Read()!.EventStoreNodeUpdates[0].StopRequestedAt);
    }

    [Fact]
    public async Task A_throttled_act_is_tried_again()
    {
        roll.Instances.Refusals.Enqueue(Refusal(InstanceErrorKind.Transient));

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["stop i-replica", "stop i-replica"], roll.Instances.Asked[..2]);
    }

    [Fact]
    public async Task An_act_that_ec2_refuses_for_good_ends_the_update_at_that_node()
    {
        roll.Instances.Refusals.Enqueue(Refusal(InstanceErrorKind.AccessDenied));

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Equal(["stop i-replica"], roll.Instances.Asked);
    }

    [Fact]
    public async Task Expired_credentials_end_the_run_with_the_state_kept()
    {
        roll.Instances.BeforeAct = () => throw Refusal(InstanceErrorKind.CredentialsExpired);

        await Assert.ThrowsAsync<InstanceException>(() => roll.RunAsync());

        Assert.Equal(UpdateStatus.InProgress, roll.File.Read()!.ClusterUpdateStatus);
    }

    [Fact]
    public async Task While_ec2_cannot_be_asked_nothing_is_stopped_and_the_reason_is_said()
    {
        roll.Instances.CannotDescribe = Refusal(InstanceErrorKind.Transient);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(23), roll.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: enough));

        Assert.Empty(roll.Instances.Asked);
        Assert.Equal("EC2 said so", roll.Decisions[^1].Why);
    }

    [Fact]
    public async Task A_resignation_without_an_answer_counts_as_asked()
    {
        roll.Picture.Updated("replica", "follower1", "follower2");
        roll.Cluster.BeforeAct = node => roll.Picture["leader"].Priority < 0 ? throw new NodeUnreachableException(node, "no answer") : Task.CompletedTask;
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(4), roll.Time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roll.RunAsync(signal: enough));

        Assert.Equal(1, roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeName == "leader").ResignRequests);
    }

    [Fact]
    public async Task A_lost_state_is_made_again_from_what_is_observed()
    {
        roll.Picture.Updated("replica");
        roll.Picture["follower1"].GoesDown();
        roll.Picture["follower1"].InstanceState = InstanceState.Stopped;

        var end = await roll.RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["type t2.xlarge i-follower1", "start i-follower1", "stop i-follower2"], roll.Instances.Asked[..3]);
    }

    [Fact]
    public async Task A_priority_that_an_interrupted_hand_over_left_is_known_again_by_the_configured_one()
    {
        roll.Picture.Updated("replica", "follower1", "follower2", "leader");
        roll.Picture.ConfiguredPriority = 4;
        foreach (var node in roll.Picture.Nodes)
        {
            node.Priority = 4;
        }

        roll.Picture["leader"].Priority = -1;

        await roll.RunAsync();

        Assert.Equal(["priority 4 leader.test"], roll.Cluster.Asked);
    }

    [Fact]
    public async Task A_node_that_was_silent_when_the_cluster_was_planned_has_its_configured_priority_once_it_answers()
    {
        roll.Picture.Updated("replica", "follower1", "leader");
        roll.Picture.ConfiguredPriority = 4;
        foreach (var node in roll.Picture.Nodes)
        {
            node.Priority = 4;
        }

        var silent = roll.Picture["follower2"];
        silent.Priority = -1;
        silent.Answers = false;
        var answersFrom = roll.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
        roll.Cluster.AfterGossip = () => silent.Answers = roll.Time.GetUtcNow() >= answersFrom;

        await roll.RunAsync();

        Assert.Equal(4, roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeName == "follower2").OriginalNodePriority);
    }

    private static InstanceException Refusal(InstanceErrorKind kind) => new(kind, "Code", "EC2 said so.");
}
