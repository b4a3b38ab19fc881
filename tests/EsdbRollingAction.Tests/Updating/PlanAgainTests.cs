using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>A read-only replica is named in the middle of a roll, and a check may refuse it: what was begun is finished, and nothing else is.</summary>
public sealed class PlanAgainTests : IDisposable
{
    private const string Run = "https://github.com/org/ops/actions/runs/7";

    private readonly ServiceFixture roll = new();
    private readonly PicturedNode replica;

    public PlanAgainTests()
    {
        replica = roll.Picture["replica"];
        roll.Settings = roll.Settings with { Run = Run };
        roll.Picture.Forget(replica);
    }

    private PicturedNode Leader => roll.Picture.Nodes.Single(node => node.Name == "leader");

    public void Dispose() => roll.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_the_middle_of_a_hand_over_that_is_finished_first(bool hasResigned)
    {
        Protect("i-replica");
        Names(() => hasResigned ? roll.Cluster.Asked.Exists(asked => asked.StartsWith("resign", StringComparison.Ordinal)) : Leader.Priority < 0);

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal((FailureReason.PreflightRefused, true), (refusal.Reason, refusal.IsMidway));
        Assert.Equal((0, Picture.Target, null), (Leader.Priority, Leader.InstanceType, Leader.RestorePoint));
        Assert.Equal("t2.large", replica.InstanceType);
    }

    [Fact]
    public async Task It_is_checked_though_another_node_is_marked()
    {
        Protect("i-replica");
        Names(() => roll.Picture["follower2"].RestorePoint is not null);

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.DoesNotContain("stop i-replica", roll.Instances.Asked);
    }

    [Fact]
    public async Task A_node_on_its_way_back_is_put_back_first()
    {
        Protect("i-replica");
        var broken = roll.Picture["follower1"];
        (broken.InstanceType, broken.State, broken.Checkpoint) = (Picture.Target, NodeState.CatchingUp, 1);
        roll.Instances.AfterStart = node => node.ComesBack(NodeState.Follower, 500_000_000);
        var state = roll.Picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            CurrentInstanceType = Picture.Target,
            RollBackReason = "It did not come level.",
        }) with
        { StartedAt = roll.Time.GetUtcNow() };
        var gossips = 0;
        Names(() => ++gossips == 8);

        await roll.RunAsync(state);

        Assert.Equal("t2.large", broken.InstanceType);
    }

    [Fact]
    public async Task A_node_that_may_be_going_down_is_looked_at_before_a_refusal_ends_the_run()
    {
        Protect("i-replica");
        var gone = roll.Picture["follower2"];
        DateTimeOffset? since = null;
        var gossips = 0;
        Names(() => ++gossips == 9, () =>
        {
            gone.GoesDown();
            (gone.InstanceState, since) = (InstanceState.Stopped, roll.Time.GetUtcNow());
        });
        roll.Instances.Shown = instance => instance.Id == "i-follower2" && roll.Time.GetUtcNow() < since + TimeSpan.FromSeconds(10)
            ? instance with { State = InstanceState.Running } : instance;

        await Record.ExceptionAsync(() => roll.RunAsync(roll.Picture.State() with { StartedAt = roll.Time.GetUtcNow() }));

        Assert.Equal(InstanceState.Running, gone.InstanceState);
    }

    [Fact]
    public async Task An_EC2_that_does_not_answer_for_a_while_ends_nothing()
    {
        var failures = 3;
        Names(() => IsUpdated("follower1"), () => roll.Instances.CannotFind = () => failures-- > 0 ? new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.") : null);

        Assert.Equal((UpdateStatus.Success, 4), ((await roll.RunAsync()).ClusterUpdateStatus, roll.File.Read()!.EventStoreNodeUpdates.Count));
    }

    [Fact]
    public async Task An_instance_that_was_replaced_before_its_node_was_begun_is_taken_in_with_the_late_member()
    {
        Names(() => IsUpdated("follower1"), () => roll.Picture["follower2"].Ec2Id = "i-new");

        var end = await roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 30 });

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        Assert.Contains("stop i-new", roll.Instances.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_cannot_be_planned_because_nobody_answers_is_waited_for_and_ends_an_update_that_is_done_otherwise(bool isDone)
    {
        var nobody = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");
        Names(() => isDone ? IsUpdated("leader") && Leader.State == NodeState.Follower : IsUpdated("follower1"), () => roll.Instances.CannotFind = () => nobody);

        var end = await Record.ExceptionAsync(() => roll.RunAsync(ServiceFixture.Begin() with { MaxNumberOfIterationsPerNodeUpdate = 30 }));

        if (isDone)
        {
            var unreachable = Assert.IsType<RollingUpdateException>(end);
            Assert.Equal((FailureReason.AwsUnreachable, true), (unreachable.Reason, unreachable.IsMidway));
        }
        else
        {
            Assert.Null(end);
            Assert.Equal(FailureReason.IterationLimitExceeded, roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeUpdateStatus == UpdateStatus.Failed).FailureReason);
        }
    }

    [Fact]
    public async Task What_EC2_does_not_allow_ends_the_run_in_the_middle_of_the_update()
    {
        Names(() => IsUpdated("follower1"), () => roll.Instances.CannotFind = () => new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed to look."));

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal((FailureReason.PreflightRefused, true), (refusal.Reason, refusal.IsMidway));
        Assert.DoesNotContain("Nothing was changed", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_with_the_name_tag_of_another_is_another_member()
    {
        replica.NameTag = roll.Picture["follower2"].NameTag = "esdb";
        Names(() => IsUpdated("follower1"));

        Assert.Equal((UpdateStatus.Success, 4), ((await roll.RunAsync()).ClusterUpdateStatus, roll.File.Read()!.EventStoreNodeUpdates.Count));
    }

    [Fact]
    public async Task A_plan_has_a_member_that_was_named_between_its_checks_and_its_look()
    {
        var gossips = 0;
        Names(() => ++gossips == 6);

        Assert.Equal(4, (await roll.PlanAsync()).EventStoreNodeUpdates.Count);
    }

    [Fact]
    public async Task What_differs_from_the_approved_plan_ends_the_run_before_the_next_node_is_begun()
    {
        var plan = await roll.PlanAsync();
        roll.Settings = roll.Settings with { ExpectedPlanDigest = plan.PlanDigest };
        Names(() => Leader.Priority < 0);

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(plan));

        Assert.Equal((FailureReason.PlanChanged, true), (refusal.Reason, refusal.IsMidway));
        Assert.Equal((0, Picture.Target), (Leader.Priority, Leader.InstanceType));
    }

    private bool IsUpdated(string name) => roll.Picture[name] is { InstanceType: Picture.Target, InstanceState: InstanceState.Running };

    private void Protect(string id) => roll.Instances.Facts = roll.Instances.Facts with
    {
        StopProtection = new Dictionary<string, AwsAnswer<bool>> { [id] = AwsAnswer.As(true) },
    };

    private void Names(Func<bool> when, Action? also = null) => roll.Cluster.AfterGossip = () =>
    {
        if (when())
        {
            roll.Picture.Remember(replica);
            also?.Invoke();
            roll.Cluster.AfterGossip = null;
        }
    };
}
