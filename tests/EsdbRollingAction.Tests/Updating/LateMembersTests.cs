using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>A member that nobody names when the update is planned, and somebody does later: who restarts hears of the others late.</summary>
public sealed class LateMembersTests : IDisposable
{
    private static readonly TimeSpan NamedAfter = TimeSpan.FromMinutes(1);

    /// <summary>Two seeds, then three members.</summary>
    private const int GossipsOfTheChecks = 5;

    private readonly ServiceFixture roll = new();
    private readonly PicturedNode late;
    private readonly ClusterUpdate begun;

    public LateMembersTests()
    {
        late = roll.Picture["follower1"];
        var planned = roll.Picture.State("replica", node => node) with { StartedAt = roll.Time.GetUtcNow() };
        begun = planned with { EventStoreNodeUpdates = [.. planned.EventStoreNodeUpdates.Where(node => node.Endpoint != late.Endpoint)] };
        roll.Settings = roll.Settings with { Seeds = [roll.Picture["follower2"].Endpoint, roll.Picture["leader"].Endpoint] };
        roll.Picture.Forget(late);
        var named = roll.Time.GetUtcNow() + NamedAfter;
        roll.Cluster.AfterGossip = () =>
        {
            if (roll.Time.GetUtcNow() >= named)
            {
                roll.Picture.Remember(late);
                roll.Cluster.AfterGossip = null;
            }
        };
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task It_is_planned_and_updated_with_the_others()
    {
        var end = await roll.RunAsync(begun);

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        Assert.Equal("t2.xlarge", late.InstanceType);
        Assert.Contains(roll.Decisions, decision => decision.Why.Contains("is known only now: checking and planning again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Left_stopped_by_an_update_whose_state_is_lost_it_is_brought_back_before_another_is_stopped()
    {
        late.GoesDown();
        (late.InstanceState, late.InstanceType) = (InstanceState.Stopped, "t2.xlarge");

        await roll.RunAsync(begun);

        Assert.Equal("start i-follower1", roll.Instances.Asked[0]);
    }

    [Fact]
    public async Task Until_it_is_planned_no_voter_is_stopped_and_that_is_done_once()
    {
        await roll.RunAsync(begun);

        var again = roll.Decisions.FindIndex(decision => decision.Act is Act.PlanAgain);
        var stop = roll.Decisions.FindIndex(decision => decision is { Act: Act.ChangeInstance { Step: StopStep }, Node.NodeType: not NodeType.ReadOnlyReplica });
        Assert.InRange(stop, again + 1, int.MaxValue);
        Assert.Equal(again, roll.Decisions.FindLastIndex(decision => decision.Act is Act.PlanAgain));
    }

    [Fact]
    public async Task What_a_check_of_it_refuses_ends_the_run_with_no_node_begun_and_what_was_done_told()
    {
        roll.Instances.Facts = roll.Instances.Facts with
        {
            StopProtection = new Dictionary<string, AwsAnswer<bool>> { ["i-follower1"] = AwsAnswer.As(true) },
        };

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(begun));

        Assert.Equal(FailureReason.PreflightRefused, refusal.Reason);
        Assert.Contains("StopIsNotProtected", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing new was begun.", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.IsMidway);
        Assert.All(roll.Picture.Nodes, node => Assert.Equal(InstanceState.Running, node.InstanceState));
    }

    [Fact]
    public async Task A_step_that_plans_again_returns_the_state_with_it()
    {
        var gossips = 0;
        roll.Cluster.AfterGossip = () =>
        {
            if (++gossips == GossipsOfTheChecks + 1)
            {
                roll.Picture.Remember(late);
            }
        };

        var after = await roll.RunAsync(begun, oneIteration: true);

        Assert.Contains(after.EventStoreNodeUpdates, node => node.Endpoint == late.Endpoint);
        Assert.Equal(after.EventStoreNodeUpdates.Count, roll.File.Read()!.EventStoreNodeUpdates.Count);
    }
}
