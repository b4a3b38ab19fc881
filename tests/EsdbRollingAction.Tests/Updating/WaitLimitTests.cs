using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public class WaitLimitTests
{
    private readonly Picture picture = Picture.OfFour();

    [Fact]
    public void A_wait_ends_when_the_iterations_are_spent_that_are_left()
    {
        picture["follower2"].Answers = false;

        var decision = Decide(node => node with { UpdateIterations = 900, IterationsTowardsLimit = 400 });

        Assert.Equal((nameof(SafetyRules.OtherVotersAreLevel), At(600 * 5)), (decision.Rule, decision.GivesUpAt));
        Assert.Contains("; no node is stopped before every voter is level", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_not_begun_waits_no_longer_than_the_time_limit()
    {
        picture["follower2"].Answers = false;

        Assert.Equal(At(600), Decide(node => node, picture.At + TimeSpan.FromMinutes(10)).GivesUpAt);
    }

    [Fact]
    public void A_limit_that_is_out_of_sight_is_no_limit()
    {
        picture["follower2"].Answers = false;
        var state = picture.State() with { MaxNumberOfIterationsPerNodeUpdate = int.MaxValue };

        Assert.Null(picture.Decide(state).GivesUpAt);
    }

    [Fact]
    public void A_node_that_advances_is_not_given_up()
    {
        picture.Updated("replica")["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 8138);
        var first = picture.Decide();
        picture["replica"].ComesBack(NodeState.ReadOnlyReplica, checkpoint: 9000);

        Assert.NotNull(first.GivesUpAt);
        Assert.Null(picture.Decide(first.State).GivesUpAt);
    }

    [Fact]
    public void An_act_is_no_wait() => Assert.Null(picture.Decide().GivesUpAt);

    private DateTimeOffset At(int seconds) => picture.At + TimeSpan.FromSeconds(seconds);

    private Decision Decide(Func<NodeUpdate, NodeUpdate> change, DateTimeOffset? deadline = null) =>
        picture.Decide(picture.State("replica", change), Picture.Settings with { Deadline = deadline });
}
