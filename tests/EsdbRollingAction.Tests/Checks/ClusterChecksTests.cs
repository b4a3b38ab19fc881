using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Checks;

public class ClusterChecksTests
{
    private readonly Picture picture = Picture.OfFour();

    [Fact]
    public void A_steady_cluster_passes() => AssertRoles(CheckOutcome.Passed, CheckOutcome.Passed);

    [Fact]
    public void Without_a_leader_nothing_is_begun()
    {
        picture["leader"].State = NodeState.Unknown;

        AssertRoles(CheckOutcome.Refused, CheckOutcome.Refused);
    }

    [Fact]
    public void A_voter_that_is_behind_is_refused_and_named()
    {
        picture["follower2"].Checkpoint -= 100_000_000;

        Assert.StartsWith("follower2 is 95.4 MiB behind", AssertRoles(CheckOutcome.Passed, CheckOutcome.Refused).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_voter_that_the_leader_does_not_see_is_refused()
    {
        picture["follower1"].SeenAlive = false;

        AssertRoles(CheckOutcome.Passed, CheckOutcome.Refused);
    }

    [Fact]
    public void A_voter_that_is_down_and_recovers_is_noted()
    {
        picture["follower2"].GoesDown();

        var check = AssertRoles(CheckOutcome.Passed, CheckOutcome.Note, "follower2");

        Assert.Equal("follower2 refused the connection, it is started", check.Found);
    }

    [Fact]
    public void Voters_without_a_leader_wait_for_one_that_is_brought_back()
    {
        picture["leader"].GoesDown();
        picture["follower1"].GoesDown();
        picture["follower2"].State = NodeState.Unknown;

        var check = AssertRoles(CheckOutcome.Note, CheckOutcome.Note, "leader", "follower1");

        Assert.Contains(
            "follower2 cannot be called level: no node says that it leads, until the others are back", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void That_one_voter_recovers_says_nothing_of_another()
    {
        picture["follower1"].Checkpoint -= 100_000_000;
        picture["follower2"].Checkpoint -= 100_000_000;

        Assert.DoesNotContain("follower2", AssertRoles(CheckOutcome.Passed, CheckOutcome.Refused, "follower2").Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_voter_that_nobody_knows_is_refused()
    {
        picture.ClusterSize = 5;

        Assert.Equal("only 3 of the 5 configured voters are known", AssertRoles(CheckOutcome.Passed, CheckOutcome.Refused).Found);
    }

    [Theory]
    [InlineData(1, false, CheckOutcome.Refused)]
    [InlineData(2, false, CheckOutcome.Refused)]
    [InlineData(2, true, CheckOutcome.Warning)]
    [InlineData(3, false, CheckOutcome.Passed)]
    [InlineData(5, true, CheckOutcome.Passed)]
    public void A_cluster_that_cannot_spare_a_voter_is_refused_unless_downtime_is_allowed(int size, bool allowed, CheckOutcome outcome) =>
        Assert.Equal(outcome, ClusterChecks.ClusterCanSpareAVoter(size, allowed).Outcome);

    [Fact]
    public void Mixed_versions_are_noted()
    {
        Assert.Equal(CheckOutcome.Passed, ServerChecks.ServerVersionsAreEqual(Of("22.10.5", "22.10.5")).Outcome);
        Assert.Equal("the nodes run 22.10.5 and 23.10.6", ServerChecks.ServerVersionsAreEqual(Of("23.10.6", "22.10.5", "23.10.6")).Found);
        Assert.StartsWith("not checked", ServerChecks.ServerVersionsAreEqual([]).Found, StringComparison.Ordinal);

        static IReadOnlyList<ServerFacts> Of(params string[] versions) =>
            [.. versions.Select(version => new ServerFacts("node", new NodeInfo(version, null)))];
    }

    [Fact]
    public void A_scavenge_is_noted_with_its_node()
    {
        var running = new ServerFacts("node1", IsScavenging: true);
        var unknown = new ServerFacts("node2");

        Assert.Equal(CheckOutcome.Passed, ServerChecks.NoScavengeRuns([new ServerFacts("node3", IsScavenging: false)]).Outcome);
        Assert.StartsWith("one runs on node1", ServerChecks.NoScavengeRuns([running, unknown]).Found, StringComparison.Ordinal);
        Assert.Equal("not checked: node2 did not tell", ServerChecks.NoScavengeRuns([unknown]).Found);
    }

    [Fact]
    public void A_licence_is_noted_with_what_another_type_means_for_it()
    {
        var unknown = new ServerFacts("node3");
        var check = ServerChecks.NoLicenceToActivate(
            [new ServerFacts("node1", IsLicensed: true), new ServerFacts("node2", IsLicensed: true), unknown]);

        Assert.Equal(CheckOutcome.Note, check.Outcome);
        Assert.StartsWith("node1, node2 have a licence key: another instance type is another machine", check.Found, StringComparison.Ordinal);
        Assert.Contains("outbound HTTPS", check.Advice, StringComparison.Ordinal);
        Assert.Equal("not checked: node3 did not tell", ServerChecks.NoLicenceToActivate([unknown]).Found);
        Assert.Equal(CheckOutcome.Passed, ServerChecks.NoLicenceToActivate([new ServerFacts("node1", IsLicensed: false)]).Outcome);
    }

    [Fact]
    public void Read_only_replicas_are_shown_too()
    {
        Assert.Empty(ClusterChecks.ReplicasAreLevel(picture.Observe().Cluster, []));
        Assert.Equal(CheckOutcome.Passed, Replicas().Outcome);

        picture["replica"].State = NodeState.ReadOnlyLeaderless;

        Assert.Equal((CheckOutcome.Note, "replica says ReadOnlyLeaderless"), (Replicas().Outcome, Replicas().Found));
    }

    [Fact]
    public void Without_a_leader_nothing_is_said_of_read_only_replicas()
    {
        picture["leader"].State = NodeState.Unknown;

        Assert.Equal("not checked: there is no leader to compare them with", Replicas().Found);
    }

    private Check Replicas() => Assert.Single(ClusterChecks.ReplicasAreLevel(
        picture.Observe().Cluster,
        [.. picture.Nodes.Where(node => node.IsReplica).Select(node => new CheckedMember(node.Endpoint, node.Name))]));

    private Check AssertRoles(CheckOutcome leader, CheckOutcome level, params string[] recovering)
    {
        List<CheckedMember> voters = [.. picture.Nodes.Where(node => !node.IsReplica)
            .Select(node => new CheckedMember(node.Endpoint, node.Name, recovering.Contains(node.Name) ? "it is started" : null))];
        List<Check> checks = [.. ClusterChecks.OfRoles(picture.Observe().Cluster, new CheckedMembers(voters, []))];
        Assert.Equal([leader, level], checks.Select(check => check.Outcome));
        return checks[1];
    }
}
