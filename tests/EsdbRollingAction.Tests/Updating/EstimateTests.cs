using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public class EstimateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
    private readonly ClusterUpdate planned = Picture.OfFour().State();

    [Fact]
    public void Before_a_node_has_told_each_is_assumed_to_take_the_same() =>
        Assert.Equal(4 * RollEstimate.Assumed, RollEstimate.Left(planned, TimeSpan.Zero, Now));

    [Theory]
    [InlineData(1, 15)]
    [InlineData(2, 10)]
    [InlineData(3, 5)]
    [InlineData(4, 0)]
    public void What_is_left_is_told_by_the_nodes_that_are_done(int done, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), RollEstimate.Left(Done(planned, done, TimeSpan.FromMinutes(5)), TimeSpan.Zero, Now));

    /// <summary>A state is input.</summary>
    [Fact]
    public void Times_that_nothing_can_have_taken_add_up_to_what_can_still_be_counted_with()
    {
        var span = new PhaseSpan { Phase = nameof(NodePhase.CatchingUp), Since = DateTimeOffset.MinValue, Until = DateTimeOffset.MaxValue };
        var node = new NodeUpdate { Phases = [span, span, span, span] };

        Assert.Equal(TimeSpan.FromDays(1000), node.Busy(Now));
        Assert.Equal(TimeSpan.FromDays(1000), node.Worked(Now));
    }

    [Fact]
    public void An_outlier_does_not_decide_it()
    {
        var state = Done(planned, 3, TimeSpan.FromMinutes(5));
        var slow = Worked(state.EventStoreNodeUpdates[0], TimeSpan.FromHours(5));

        Assert.Equal(TimeSpan.FromMinutes(5), RollEstimate.Left(state.With(slow), TimeSpan.Zero, Now));
    }

    [Fact]
    public void The_node_under_way_needs_what_is_left_of_its_time_and_never_less_than_nothing()
    {
        var state = Done(planned, 2, TimeSpan.FromMinutes(5));
        var busy = state.EventStoreNodeUpdates[2] with { NodeUpdateStatus = UpdateStatus.InProgress };

        Assert.Equal(TimeSpan.FromMinutes(8), RollEstimate.Left(state.With(busy.InPhase(NodePhase.Stopping, null, Now.AddMinutes(-2))), TimeSpan.Zero, Now));
        Assert.Equal(TimeSpan.FromMinutes(5), RollEstimate.Left(state.With(busy.InPhase(NodePhase.Stopping, null, Now.AddMinutes(-60))), TimeSpan.Zero, Now));
    }

    [Fact]
    public void Waiting_for_a_rule_tells_nothing_of_the_others_and_baking_is_known()
    {
        var state = Done(planned, 1, TimeSpan.FromMinutes(5));
        var done = state.EventStoreNodeUpdates[0];
        var waited = done with
        {
            Phases =
            [
                new PhaseSpan { Phase = nameof(NodePhase.Waiting), Since = Now.AddHours(-3), Until = Now.AddHours(-2) },
                .. done.Phases,
                new PhaseSpan { Phase = nameof(NodePhase.Baking), Since = Now.AddHours(-1), Until = Now },
            ],
        };

        Assert.Equal(TimeSpan.FromMinutes(3 * (5 + 10)), RollEstimate.Left(state.With(waited), TimeSpan.FromMinutes(10), Now));
    }

    [Fact]
    public void A_node_that_bakes_needs_the_rest_of_its_bake()
    {
        var state = Done(planned, 3, TimeSpan.FromMinutes(5));
        var last = Worked(state.EventStoreNodeUpdates[3], TimeSpan.FromMinutes(5)) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            Bake = new Bake(Now.AddMinutes(-4), null),
        };

        Assert.Equal(TimeSpan.FromMinutes(6), RollEstimate.Left(state.With(last), TimeSpan.FromMinutes(10), Now));
    }

    [Theory]
    [InlineData(Picture.Target)]
    [InlineData("m5.large")]
    public void The_update_before_this_one_tells_while_this_one_has_not_whatever_it_was(string target)
    {
        var before = Done(planned, 4, TimeSpan.FromMinutes(7)) with { ClusterUpdateStatus = UpdateStatus.Success };

        var start = StartingState.From(before, new UpdateRequest(null, target, null), Ec2InstanceTypeUpdate.StrategyName);

        Assert.Equal(TimeSpan.FromMinutes(28), RollEstimate.Left(planned with { EarlierNodes = start.EarlierNodes }, TimeSpan.Zero, Now));
    }

    private static ClusterUpdate Done(ClusterUpdate state, int nodes, TimeSpan each) =>
        state.EventStoreNodeUpdates.Take(nodes).Aggregate(state, (now, node) => now.With(Worked(node, each)));

    private static NodeUpdate Worked(NodeUpdate node, TimeSpan time) => node with
    {
        NodeUpdateStatus = UpdateStatus.Success,
        StopRequestedAt = Now - time,
        FinishedAt = Now,
        Phases = [new PhaseSpan { Phase = nameof(NodePhase.Stopping), Since = Now - time, Until = Now }],
    };
}
