using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>The update may not go on as it is, and a node was left off by one that did not end.</summary>
public sealed class BeginningTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public BeginningTests()
    {
        roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7" };
        roll.Picture["follower1"].GoesDown();
        roll.Picture["follower1"].InstanceState = InstanceState.Stopped;
        roll.Picture["follower1"].RestorePoint = new RestorePoint { Node = roll.Picture["follower1"].Endpoint, Type = "t2.large" }.ToString();
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task With_credentials_that_may_not_administer_it_is_brought_back_and_nothing_else_is_begun()
    {
        roll.Cluster.Denies = true;

        await AssertBroughtBackOnlyAsync(FailureReason.PreflightRefused);
    }

    [Fact]
    public async Task With_a_check_of_another_node_that_fails_it_is_brought_back_and_nothing_else_is_begun()
    {
        roll.Instances.Facts = roll.Instances.Facts with
        {
            StopProtection = new Dictionary<string, AwsAnswer<bool>> { ["i-leader"] = AwsAnswer.As(true) },
        };

        await AssertBroughtBackOnlyAsync(FailureReason.PreflightRefused);
    }

    [Fact]
    public async Task With_a_plan_that_is_not_the_approved_one_it_is_brought_back_and_nothing_else_is_begun()
    {
        roll.Settings = roll.Settings with { ExpectedPlanDigest = "another" };

        await AssertBroughtBackOnlyAsync(FailureReason.PlanChanged);
    }

    [Fact]
    public async Task Beside_a_dead_member_of_gossip_that_is_on_no_instance_it_is_brought_back()
    {
        var gone = new PicturedNode("gone", NodeState.Follower) { InstanceShown = false };
        gone.GoesDown();
        roll.Picture.Nodes.Add(gone);

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(FailureReason.PreflightRefused, refusal.Reason);
        Assert.Contains("EachNodeHasOneInstance", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("was started first", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(InstanceState.Running, roll.Picture["follower1"].InstanceState);
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("stop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_another_node_gone_for_good_it_is_brought_back()
    {
        var state = roll.Picture.State("follower1", node => node with { NodeUpdateStatus = UpdateStatus.InProgress, StopRequestedAt = roll.Time.GetUtcNow() })
            with
        { StartedAt = roll.Time.GetUtcNow() };
        roll.Picture["follower2"].GoesDown();
        roll.Picture["follower2"].InstanceShown = false;

        await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(state));

        Assert.Equal(InstanceState.Running, roll.Picture["follower1"].InstanceState);
    }

    [Fact]
    public async Task What_a_run_that_lives_has_stopped_is_left_to_it()
    {
        roll.Instances.Shown = instance => instance with { Lease = new LeaseTag("run-6", "0a", 3) { Renewed = roll.Time.GetUtcNow() }.ToString() };

        Assert.Equal(FailureReason.Locked, (await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync())).Reason);
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task A_mark_on_a_node_that_serves_lets_no_check_be_left_out()
    {
        roll.Picture["follower1"].ComesBack(Core.Cluster.NodeState.Follower, 500_000_000);
        roll.Picture["follower1"].InstanceState = InstanceState.Running;
        roll.Instances.Facts = roll.Instances.Facts with
        {
            StopProtection = new Dictionary<string, AwsAnswer<bool>> { ["i-leader"] = AwsAnswer.As(true) },
        };

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Contains("StopIsNotProtected", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
    }

    private async Task AssertBroughtBackOnlyAsync(FailureReason reason)
    {
        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync());

        Assert.Equal(reason, refusal.Reason);
        Assert.Contains("follower1 was brought back first, and no other node was touched.", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(("t2.xlarge", InstanceState.Running), (roll.Picture["follower1"].InstanceType, roll.Picture["follower1"].InstanceState));
        Assert.DoesNotContain(roll.Instances.Asked, asked => asked.StartsWith("stop", StringComparison.Ordinal));
    }
}
