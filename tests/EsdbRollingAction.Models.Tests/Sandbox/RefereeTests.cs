using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class RefereeTests
{
    private readonly VirtualCluster cluster = new();

    [Fact]
    public void A_careful_roll_breaks_no_rule()
    {
        cluster.ChangeAndWait(Replica);
        cluster.ChangeAndWait(Follower);
        cluster.ChangeAndWait(OtherFollower);
        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Cluster.Resign(Leader);
        cluster.Pass(10);
        cluster.ChangeAndWait(Leader);
        cluster.Referee.Finish();

        Assert.Empty(cluster.Referee.BrokenRules);
        Assert.Equal(4, cluster.Referee.NodesUpdated);
        Assert.Equal(1, cluster.Referee.LeadershipMoves);
        Assert.InRange(cluster.Referee.LongestUnwritable.TotalSeconds, 0.5, 2.9);
    }

    [Fact]
    public void Notices_that_the_leader_is_stopped()
    {
        cluster.Stop(Leader);

        Assert.Contains("leader-stopped", cluster.BrokenRules);
    }

    /// <summary>Nobody has looked at the alarm, so it could have been known.</summary>
    [Fact]
    public void Notices_that_a_node_that_serves_is_taken_down_in_ALARM()
    {
        VirtualCluster quiet = new(new() { Alarms = [new("orders", AlarmState.InsufficientData)] });
        VirtualCluster alarmed = new(new() { Alarms = [new("orders")] });
        alarmed.Model.CloudWatch.Set("orders", AlarmState.Alarm);

        quiet.Stop(Replica);
        alarmed.Stop(Replica);

        Assert.Empty(quiet.BrokenRules);
        Assert.Equal(["taken-down-in-alarm"], alarmed.BrokenRules);
    }

    [Fact]
    public void Notices_a_second_voter_down_and_the_lost_quorum()
    {
        cluster.Stop(Follower);
        cluster.Pass(2);
        cluster.Stop(OtherFollower);
        cluster.Pass(2);

        Assert.Contains("second-voter-down", cluster.BrokenRules);
        Assert.Contains("quorum-lost", cluster.BrokenRules);
    }

    [Fact]
    public void Notices_that_the_leader_is_rebooted()
    {
        cluster.Reboot(Leader);

        Assert.Contains("leader-stopped", cluster.BrokenRules);
    }

    /// <summary>The first one is as it was until its machine goes down, and the second must wait all the same.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(18)]
    public void Notices_a_second_voter_rebooted_and_the_lost_quorum(double seconds)
    {
        cluster.Reboot(Follower);
        cluster.Pass(seconds);
        cluster.Reboot(OtherFollower);
        cluster.Pass(18);

        Assert.Contains("second-voter-down", cluster.BrokenRules);
        Assert.Contains("quorum-lost", cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_second_voter_stopped_while_a_reboot_of_the_first_is_to_come()
    {
        cluster.Reboot(Follower);
        cluster.Cluster.BeAsked(Follower);
        cluster.Stop(OtherFollower);

        Assert.Contains("second-voter-down", cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_reboot_while_another_node_is_not_level()
    {
        cluster.RebootAndComeUp(Follower);
        cluster.Pass(5);
        cluster.Reboot(OtherFollower);

        Assert.Contains("stopped-while-another-is-not-level", cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_follower_rebooted_before_the_read_only_replica()
    {
        cluster.Reboot(Follower);

        Assert.Equal(["order"], cluster.BrokenRules);
    }

    [Fact]
    public void A_ready_world_waits_for_nobody_while_a_reboot_is_to_come()
    {
        cluster.Idle.Begin();
        cluster.Pass(2);
        cluster.Reboot(Replica);
        cluster.Pass(4);
        cluster.Idle.End();

        Assert.Equal([("Reboot", 2.0)], cluster.Idle.Waits.Select(wait => (wait.WaitedFor, wait.Length.TotalSeconds)));
    }

    [Fact]
    public void What_has_become_so_since_the_program_last_asked_is_not_its_fault()
    {
        cluster.Cluster.BeAsked(OtherFollower);
        cluster.Pass(0.1);
        cluster.Cluster.Crash(OtherFollower, restartAfterSeconds: 60);
        cluster.Pass(0.5);
        cluster.Stop(Follower);

        Assert.DoesNotContain("second-voter-down", cluster.BrokenRules);
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(5, false)]
    public void What_was_so_when_it_asked_or_it_has_not_asked_for_long_is_its_fault(double seconds, bool asksAgain)
    {
        cluster.Cluster.BeAsked(OtherFollower);
        cluster.Cluster.Crash(OtherFollower, restartAfterSeconds: 60);
        cluster.Pass(seconds);
        if (asksAgain)
        {
            cluster.Cluster.BeAsked(OtherFollower);
        }

        cluster.Stop(Follower);

        Assert.Contains("second-voter-down", cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_stop_while_another_node_is_not_level()
    {
        cluster.Change(Follower);
        cluster.Pass(5);
        cluster.Stop(OtherFollower);

        Assert.Contains("stopped-while-another-is-not-level", cluster.BrokenRules);
    }

    [Fact]
    public void Notices_that_a_type_is_changed_while_the_instance_runs()
    {
        Assert.Throws<Ec2Exception>(() => cluster.Ec2.ChangeType(cluster.InstanceOf(Replica), "t2.xlarge"));

        Assert.Equal(["type-changed-while-running"], cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_follower_stopped_before_the_read_only_replica()
    {
        cluster.Stop(Follower);

        Assert.Equal(["order"], cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_resignation_before_the_followers_are_done()
    {
        cluster.ChangeAndWait(Replica);
        cluster.Cluster.Resign(Leader);

        Assert.Equal(["order", "order"], cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_restart_without_need()
    {
        cluster.ChangeAndWait(Replica);
        cluster.Stop(Replica);

        Assert.Equal(["stopped-without-need"], cluster.BrokenRules);
    }

    [Fact]
    public void Notices_at_the_end_what_was_left_changed()
    {
        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Stop(Replica);
        cluster.Pass(40);
        cluster.Referee.Finish();

        Assert.Equal(["left-stopped", "priority-not-restored"], cluster.BrokenRules.Order());
    }

    [Fact]
    public void Notices_at_the_end_a_tag_on_a_node_that_is_done_and_capacity_that_is_held()
    {
        cluster.Ec2.Tag(cluster.InstanceOf(Follower), Ec2.LeaseTag, "still worked on");
        cluster.Ec2.Tag(cluster.InstanceOf(Replica), Ec2.RestoreTag, "done");
        cluster.ChangeAndWait(Replica);
        cluster.Ec2.Reserve(new CapacityRequest("t2.xlarge", 1, Ec2.Zone, "token", null, new Dictionary<string, string>()));
        cluster.Referee.Finish();

        Assert.Equal(["capacity-left", "tag-left"], cluster.BrokenRules.Order());
        Assert.Contains(cluster.Referee.BrokenRules, rule => rule.What.Contains(Replica, StringComparison.Ordinal));
    }

    [Fact]
    public void Does_not_blame_the_program_for_a_crash()
    {
        cluster.Stop(Replica);
        cluster.Cluster.Crash(Follower);
        cluster.Cluster.Crash(OtherFollower);
        cluster.Pass(5);

        Assert.Empty(cluster.Referee.BrokenRules);
    }

    [Fact]
    public void A_broken_rule_tells_when_and_what_led_to_it()
    {
        cluster.Pass(12);
        cluster.Stop(Leader);

        var broken = cluster.Referee.BrokenRules[0];
        Assert.Equal(12, broken.At.TotalSeconds, 1);
        Assert.Contains(broken.History, line => line.EndsWith("Stop test-node2", StringComparison.Ordinal));
    }

    [Fact]
    public void Idle_time_is_what_a_ready_world_waits()
    {
        cluster.Idle.Begin();
        cluster.Pass(3);
        cluster.Stop(Replica);
        cluster.Pass(34);
        cluster.Ec2.ChangeType(cluster.InstanceOf(Replica), "t2.xlarge");
        cluster.Pass(1);
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        cluster.Pass(20);

        Assert.Equal([("Stop", 3.0), ("ChangeType", 4.0), ("Start", 1.0)], cluster.Idle.Waits.Select(wait => (wait.WaitedFor, wait.Length.TotalSeconds)));
        Assert.Equal(8, cluster.Idle.MedianPerNode.TotalSeconds);
    }
}
