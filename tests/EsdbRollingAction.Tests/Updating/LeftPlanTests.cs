using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>What <c>mode: plan</c> left in a folder where later runs of other updates find it.</summary>
public class LeftPlanTests
{
    private static readonly UpdateRequest Asked = new(null, "t2.xlarge", null);

    private static ClusterUpdate Plan { get; } = new()
    {
        PlanDigest = "0123456789abcdef",
        EventStoreNodeUpdates = [new NodeUpdate { NodeName = "a" }],
    };

    [Theory]
    [InlineData(Ec2InstanceTypeUpdate.StrategyName, "t2.large")]
    [InlineData("OtherUpdate", "t2.xlarge")]
    public void A_plan_that_was_never_begun_stands_in_the_way_of_no_other_update(string strategy, string target)
    {
        var plan = Plan with { UpdateStrategy = strategy, TargetInstanceType = target };

        var state = From(plan, Asked with { UpdateStrategy = Ec2InstanceTypeUpdate.StrategyName });

        Assert.Equal((Ec2InstanceTypeUpdate.StrategyName, "t2.xlarge", null), (state.UpdateStrategy, state.TargetInstanceType, state.PlanDigest));
        Assert.Empty(state.EventStoreNodeUpdates);
    }

    [Fact]
    public void A_plan_of_the_same_update_is_what_it_begins_with() =>
        Assert.Single(From(Plan with { TargetInstanceType = "t2.xlarge" }, Asked).EventStoreNodeUpdates);

    [Fact]
    public void A_plan_of_another_update_that_was_begun_is_an_unfinished_update() =>
        Assert.Throws<RollingUpdateException>(
            () => From(Plan with { TargetInstanceType = "t2.large", StartedAt = DateTimeOffset.UnixEpoch }, Asked));

    [Fact]
    public void What_a_person_wrote_by_hand_asks_for_something_and_is_refused() =>
        Assert.Throws<RollingUpdateException>(
            () => From(new ClusterUpdate { UpdateStrategy = Ec2InstanceTypeUpdate.StrategyName, TargetInstanceType = "t2.large" }, Asked));

    private static ClusterUpdate From(ClusterUpdate found, UpdateRequest request) =>
        StartingState.From(found, request, Ec2InstanceTypeUpdate.StrategyName);
}
