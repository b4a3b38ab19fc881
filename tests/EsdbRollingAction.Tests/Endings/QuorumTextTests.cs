using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Endings;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests.Endings;

public class QuorumTextTests
{
    [Theory]
    [InlineData(3, 3, 3, "3 of 3 voters are up and level: the quorum is whole, and 1 may fail.")]
    [InlineData(3, 2, 3, "3 of 3 voters are up, 2 of them level: no data is at risk, but no further voter may fail until the other one is up and level.")]
    [InlineData(2, 2, 3, "2 of 3 voters are up and level: no data is at risk, but no further voter may fail until the other one is up and level.")]
    [InlineData(2, 1, 3, "2 of 3 voters are up, 1 of them level: the quorum stands, but too few are level: writes may have to wait, and no voter may fail.")]
    [InlineData(1, 1, 3, "1 of 3 voters is up and level: the quorum is lost, and nothing can be written until another voter is up.")]
    [InlineData(4, 4, 5, "4 of 5 voters are up and level: no data is at risk, and 1 more may fail until the other one is up and level.")]
    [InlineData(1, 1, 1, "1 of 1 voters is up and level: the quorum is whole, and no voter may fail.")]
    public void How_many_voters_are_up_is_said_with_what_that_leaves(int up, int level, int of, string said) =>
        Assert.Equal(said, Said(new VotersUp(Endpoints(up), Endpoints(level), of, Reports.Begin)));

    [Fact]
    public void A_voter_that_was_stopped_after_the_look_is_not_up()
    {
        var node = Situations.Running(Progress.NodeOff).Nodes[1];
        var seen = Situations.Running(Progress.NodeOff) with { Voters = Situations.Voters(0, 1, 2) };

        Assert.Equal(InstanceState.Stopped, node.CurrentInstanceState);
        Assert.Contains(Ending.Of(seen).Answers, answer => answer.Text.StartsWith("2 of 3 voters are up", StringComparison.Ordinal));
    }

    [Fact]
    public void The_time_of_a_look_that_was_long_ago_is_said() => Assert.StartsWith(
        "3 of 3 voters are up and level (seen at 03:30:00Z): ",
        Said(new VotersUp(Endpoints(3), Endpoints(3), 3, Reports.Begin), Reports.Begin.AddMinutes(1)),
        StringComparison.Ordinal);

    [Fact]
    public void Where_nobody_looked_nothing_is_said_of_it() => Assert.DoesNotContain(
        Ending.Of(Situations.Ended(Core.FailureReason.ClusterUnreachable, Progress.NothingBegun)).Answers, answer => answer.IsAboutNow);

    private static string Said(VotersUp voters, DateTimeOffset? now = null) =>
        QuorumText.Of(voters, new InstancesOff(Reports.Updated()), now ?? voters.At);

    private static NodeEndpoint[] Endpoints(int count) => [.. Enumerable.Range(0, count).Select(index => new NodeEndpoint($"voter-{index}", 2113))];
}
