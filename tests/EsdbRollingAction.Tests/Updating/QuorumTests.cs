using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>Fewer voters are alive than a majority: the decision tells since when.</summary>
public class QuorumTests
{
    private readonly Picture picture = Picture.OfFour();

    public QuorumTests()
    {
        picture.Updated("replica", "follower1");
        picture["follower1"].GoesDown();
    }

    [Fact]
    public void One_voter_that_boots_costs_no_quorum() => Assert.Null(picture.Decide().LostQuorum);

    [Fact]
    public void Every_decision_tells_which_voters_are_up_and_which_of_them_are_level()
    {
        var voters = picture.Decide().Voters!;

        Assert.Equal((3, picture.At), (voters.Of, voters.At));
        Assert.Equal(Endpoints("follower2", "leader"), voters.Up.ToHashSet());
        Assert.Equal(voters.Up.ToHashSet(), voters.Level.ToHashSet());

        // Alone the leader is agreed upon by nobody: who is level cannot be told.
        picture["follower2"].Answers = false;
        var unheard = picture.Decide().Voters!;
        Assert.Equal(voters.Up.ToHashSet(), unheard.Up.ToHashSet());
        Assert.Empty(unheard.Level);
    }

    private HashSet<NodeEndpoint> Endpoints(params string[] names) => [.. names.Select(name => picture[name].Endpoint)];

    [Fact]
    public void A_second_voter_that_goes_down_while_one_boots_costs_it_and_since_when_is_remembered()
    {
        var before = picture.Decide().State;
        picture["follower2"].GoesDown();
        picture.At += TimeSpan.FromSeconds(5);
        var lost = picture.Decide(before);
        var since = picture.At;
        picture.At += TimeSpan.FromSeconds(5);

        Assert.Equal(new LostQuorum(1, 3, since), lost.LostQuorum);
        Assert.Equal(new LostQuorum(1, 3, since), picture.Decide(lost.State).LostQuorum);

        picture["follower2"].ComesBack(NodeState.Follower, 500_000_000);
        var found = picture.Decide(lost.State);
        Assert.Null(found.LostQuorum);
        Assert.Null(found.State.QuorumLostSince);
    }

    [Fact]
    public void A_voter_that_does_not_answer_us_and_is_seen_by_others_is_alive()
    {
        picture["follower2"].Answers = false;

        Assert.Null(picture.Decide().LostQuorum);
    }

    [Fact]
    public void Another_run_begins_to_measure_anew()
    {
        var found = picture.State() with { QuorumLostSince = picture.At };
        var request = new UpdateRequest(null, Picture.Target, null);

        Assert.Null(StartingState.From(found, request, "Ec2InstanceTypeUpdate").QuorumLostSince);
        Assert.Equal(picture.At, StartingState.From(found, request, "Ec2InstanceTypeUpdate", goesOn: true).QuorumLostSince);
    }

    [Fact]
    public void A_majority_agrees_on_a_leader_that_lives_and_is_the_one_that_each_sees()
    {
        var four = Picture.OfFour();
        four["leader"].GoesDown();
        four["follower1"].State = NodeState.Leader;
        Assert.Equal(four["follower1"].Endpoint, four.Observe().Cluster.Leader?.Endpoint);

        four["follower2"].SeesAsLeader = four["replica"].Endpoint;

        Assert.Null(four.Observe().Cluster.Leader);
    }
}
