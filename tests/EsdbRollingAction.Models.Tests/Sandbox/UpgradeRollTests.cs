using System.Text.Json;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Resuming;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>A roll of another version of the database, as the referee sees it.</summary>
public sealed class UpgradeRollTests
{
    private const string Old = "23.10.8";
    private const string New = "24.10.4";
    private static readonly SandboxOptions Upgrading = new() { ServerVersion = Old, Upgrade = new UpgradeOptions(New, Old) };

    private readonly VirtualCluster cluster = new(Upgrading);

    [Theory]
    [InlineData("24.10.4")]
    [InlineData("24.10")]
    public void A_careful_roll_breaks_no_rule(string target)
    {
        var careful = new VirtualCluster(Upgrading with { Upgrade = new UpgradeOptions(target, Old) });
        Roll(careful, target);
        careful.Referee.Finish();

        Assert.Empty(careful.BrokenRules);
        Assert.Equal((4, 1), (careful.Referee.NodesUpdated, careful.Referee.LeadershipMoves));
        Assert.All(careful.Cluster.NodeNames, node => Assert.StartsWith("24.10.", careful.Truth(node).EsVersion, StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_is_updated_once_it_runs_the_version_and_is_level_whatever_was_sent()
    {
        cluster.RunToEnd(cluster.Send(Follower, $"apt-get install -y kurrentdb={New}"));
        cluster.Pass(60);
        Assert.Equal(0, cluster.Referee.NodesUpdated);
        cluster.RunToEnd(cluster.Send(Follower, "systemctl restart kurrentdb"));
        cluster.PassUntil(() => cluster.Cluster.Truth(Follower)?.EsVersion == New);
        Assert.Equal(0, cluster.Referee.NodesUpdated);
        cluster.Pass(60);

        Assert.Equal(1, cluster.Referee.NodesUpdated);
    }

    [Fact]
    public void A_command_that_succeeded_without_the_version_has_updated_nothing()
    {
        var idle = new VirtualCluster(Upgrading with { Faults = new Faults { UpgradeDoesNothing = Replica } });
        Assert.Equal("Success", idle.RunToEnd(idle.Upgrade(Replica, New)).Status);
        idle.Pass(60);

        Assert.Equal(0, idle.Referee.NodesUpdated);
    }

    [Fact]
    public void A_longer_number_is_another_version()
    {
        var other = new VirtualCluster(Upgrading with { Upgrade = new UpgradeOptions("24.1") });
        other.RunToEnd(other.Upgrade(Replica, New));
        other.Pass(60);

        Assert.Equal(0, other.Referee.NodesUpdated);
    }

    [Fact]
    public void Notices_the_command_on_a_node_that_runs_the_version_however_it_got_it()
    {
        cluster.Cluster.Install(Replica, New);
        cluster.RebootAndComeUp(Replica);
        cluster.Pass(60);
        cluster.Upgrade(Replica, New);

        Assert.Equal("stopped-without-need", Assert.Single(cluster.BrokenRules));
    }

    [Fact]
    public void Notices_the_command_on_the_leader_before_the_replica_and_twice()
    {
        cluster.Upgrade(Leader, New);
        cluster.Upgrade(Leader, New);

        Assert.Equal(["command-sent-twice", "leader-stopped", "order"], cluster.BrokenRules.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Notices_that_an_upgraded_node_leads_while_an_old_voter_could()
    {
        cluster.UpgradeAndWait(Replica, New);
        cluster.UpgradeAndWait(OtherFollower, New);
        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Cluster.Resign(Leader);
        cluster.Pass(10);

        Assert.Equal(OtherFollower, cluster.Cluster.Leader);
        Assert.Equal(["order", "upgraded-node-leads"], cluster.BrokenRules);
        Assert.Contains(cluster.Referee.BrokenRules, rule => rule.What.Contains($"{Follower} (23.10.8.0) is up", StringComparison.Ordinal));
    }

    [Fact]
    public void An_old_voter_may_be_made_to_lead_before_the_others_are_done()
    {
        cluster.UpgradeAndWait(Replica, New);
        cluster.UpgradeAndWait(OtherFollower, New);
        cluster.Cluster.SetPriority(OtherFollower, -1);
        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Cluster.Resign(Leader);
        cluster.Pass(10);

        Assert.Equal(Follower, cluster.Cluster.Leader);
        Assert.DoesNotContain("upgraded-node-leads", cluster.BrokenRules);
    }

    [Fact]
    public void Leadership_that_moves_by_itself_is_nobodys_fault_even_after_a_resignation_that_was_not_heard()
    {
        var deaf = new VirtualCluster(Upgrading with { Faults = new Faults { ResignsIgnored = 1 } });
        deaf.UpgradeAndWait(Replica, New);
        deaf.UpgradeAndWait(Follower, New);
        deaf.Cluster.Resign(Leader);
        deaf.Pass(1);
        deaf.Cluster.MoveLeadership();
        deaf.Pass(10);

        Assert.Equal(Follower, deaf.Cluster.Leader);
        Assert.Equal("order", Assert.Single(deaf.BrokenRules));
    }

    [Fact]
    public void An_old_voter_that_is_down_could_not_have_led()
    {
        cluster.UpgradeAndWait(Replica, New);
        cluster.UpgradeAndWait(OtherFollower, New);
        cluster.Cluster.Crash(Follower, restartAfterSeconds: 600);
        cluster.Pass(5);
        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Cluster.Resign(Leader);
        cluster.Pass(10);

        Assert.Equal(OtherFollower, cluster.Cluster.Leader);
        Assert.DoesNotContain("upgraded-node-leads", cluster.BrokenRules);
    }

    [Fact]
    public void A_node_that_missed_its_version_may_be_sent_what_undoes_it_and_one_that_has_it_may_not()
    {
        var idle = new VirtualCluster(Upgrading with { Faults = new Faults { UpgradeDoesNothing = Replica } });
        idle.RunToEnd(idle.Upgrade(Replica, New));
        idle.Pass(60);
        idle.Upgrade(Replica, Old);
        Assert.Empty(idle.BrokenRules);

        cluster.Upgrade(Replica, Old);
        Assert.Equal("command-on-a-healthy-node", Assert.Single(cluster.BrokenRules));
    }

    [Fact]
    public void What_breaks_on_the_new_version_may_be_undone()
    {
        var breaking = new VirtualCluster(Upgrading with { Faults = new Faults { UpgradeBreaks = Replica } });
        breaking.RunToEnd(breaking.Upgrade(Replica, New));
        breaking.Pass(60);
        breaking.RunToEnd(breaking.Upgrade(Replica, Old));
        breaking.Pass(60);

        Assert.Empty(breaking.BrokenRules);
        Assert.Equal("23.10.8.0", breaking.Truth(Replica).EsVersion);
    }

    [Fact]
    public void Notices_at_the_end_a_priority_that_was_left()
    {
        Roll(cluster, New);
        cluster.Cluster.SetPriority(Follower, 7);
        cluster.Referee.Finish();

        Assert.Equal("priority-not-restored", Assert.Single(cluster.BrokenRules));
    }

    [Fact]
    public void A_sandbox_that_goes_on_remembers_what_is_installed_and_what_runs()
    {
        cluster.UpgradeAndWait(Replica, New);
        cluster.Cluster.Install(Follower, New);
        var again = Again(cluster, Upgrading);

        Assert.Equal((New, "23.10.8.0"), (again.Truth(Replica).EsVersion, again.Truth(Follower).EsVersion));
        Assert.Equal((1, New), (again.Referee.NodesUpdated, again.Cluster.InstalledVersion(Follower)));
        again.Cluster.Crash(Follower);
        again.Pass(60);
        Assert.Equal(2, again.Referee.NodesUpdated);
    }

    [Fact]
    public void A_database_that_did_not_start_with_its_new_version_still_does_not_and_starts_with_its_old_one()
    {
        var options = Upgrading with { Faults = new Faults { UpgradeBreaks = Replica } };
        var breaking = new VirtualCluster(options);
        breaking.RunToEnd(breaking.Upgrade(Replica, New));
        breaking.Pass(10);
        var again = Again(breaking, options with { ServerVersion = "23.10.6" });
        again.Pass(60);
        Assert.Null(again.Cluster.Truth(Replica));
        again.RunToEnd(again.Upgrade(Replica, Old));
        again.Pass(10);

        Assert.Equal("23.10.8.0", again.Truth(Replica).EsVersion);
    }

    [Fact]
    public void A_database_that_was_starting_runs_what_is_installed()
    {
        cluster.RunToEnd(cluster.Upgrade(Replica, New));

        Assert.Null(cluster.Cluster.Truth(Replica));
        Assert.Equal(New, Again(cluster, Upgrading).Truth(Replica).EsVersion);
    }

    [Fact]
    public void Taken_back_a_roll_is_done_where_the_old_version_runs_again()
    {
        cluster.UpgradeAndWait(Replica, New);
        cluster.UpgradeAndWait(Follower, New);
        var back = Again(cluster, Upgrading with { Upgrade = Upgrading.Upgrade! with { IsTakenBack = true } });
        Assert.Equal(2, back.Referee.NodesUpdated);
        foreach (var node in new[] { Replica, Follower })
        {
            back.RunToEnd(back.Upgrade(node, Old));
            back.Pass(60);
        }

        back.Referee.Finish();
        Assert.Equal(4, back.Referee.NodesUpdated);
        Assert.Empty(back.BrokenRules);
        back.Upgrade(OtherFollower, Old);
        Assert.Equal("stopped-without-need", Assert.Single(back.BrokenRules));
    }

    [Fact]
    public void Taken_back_whoever_is_back_may_lead_the_others()
    {
        Roll(cluster, New);
        var back = Again(cluster, Upgrading with { Upgrade = Upgrading.Upgrade! with { IsTakenBack = true } });
        var leader = back.Cluster.Leader!;
        back.UpgradeAndWait(Replica, Old);
        back.UpgradeAndWait(Leader, Old);
        back.Cluster.SetPriority(leader, -1);
        back.Cluster.Resign(leader);
        back.Pass(10);

        Assert.Equal(Leader, back.Cluster.Leader);
        Assert.DoesNotContain("upgraded-node-leads", back.BrokenRules);
    }

    private static void Roll(VirtualCluster cluster, string version)
    {
        foreach (var node in new[] { Replica, Follower, OtherFollower })
        {
            cluster.UpgradeAndWait(node, version);
        }

        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Cluster.Resign(Leader);
        cluster.Pass(10);
        cluster.UpgradeAndWait(Leader, version);
    }

    /// <summary>Through the file that it is kept in.</summary>
    private static VirtualCluster Again(VirtualCluster cluster, SandboxOptions options)
    {
        var json = JsonSerializer.Serialize(LeftCluster.Of(cluster.Options, cluster.Model), LeftClusterJson.Default.LeftCluster);
        return new VirtualCluster(JsonSerializer.Deserialize(json, LeftClusterJson.Default.LeftCluster)!.Over(options));
    }
}
