using System.Text.Json;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Sandbox.Resuming;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>A roll that runs a command on every node, as the referee sees it.</summary>
public sealed class CommandRollTests
{
    private const string Restart = "systemctl restart kurrentdb";
    private static readonly CommandOptions Rolled = new("""{"commands":["systemctl restart kurrentdb"]}""");

    private readonly VirtualCluster cluster = Rolling(new Faults());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_careful_roll_breaks_no_rule(bool rebootAfter)
    {
        var careful = new VirtualCluster(new SandboxOptions { Command = Rolled with { RebootAfter = rebootAfter } });
        foreach (var node in new[] { Replica, Follower, OtherFollower })
        {
            Do(careful, node, rebootAfter);
        }

        careful.Cluster.SetPriority(Leader, -1);
        careful.Cluster.Resign(Leader);
        careful.Pass(10);
        Do(careful, Leader, rebootAfter);
        careful.Referee.Finish();

        Assert.Empty(careful.BrokenRules);
        Assert.Equal((4, 1), (careful.Referee.NodesUpdated, careful.Referee.LeadershipMoves));
    }

    [Fact]
    public void A_node_is_updated_once_its_command_has_succeeded_and_it_is_level()
    {
        cluster.Send(Follower, "true");
        cluster.Pass(10);
        Assert.Equal(0, cluster.Referee.NodesUpdated);
        cluster.RunToEnd(cluster.Send(Follower, Restart));
        cluster.PassUntil(() => cluster.Cluster.Truth(Follower)?.State == VNodeState.CatchingUp);
        Assert.Equal(0, cluster.Referee.NodesUpdated);
        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.Follower);

        Assert.Equal(1, cluster.Referee.NodesUpdated);
    }

    [Fact]
    public void Where_a_reboot_is_wanted_too_a_node_is_updated_once_it_was_rebooted_after_its_command_and_not_before()
    {
        var rebooting = new VirtualCluster(new SandboxOptions { Command = Rolled with { RebootAfter = true } });
        rebooting.RebootAndComeUp(Replica);
        rebooting.Pass(60);
        rebooting.RunToEnd(rebooting.Send(Replica, Restart));
        rebooting.Pass(60);
        Assert.Equal(0, rebooting.Referee.NodesUpdated);
        rebooting.RebootAndComeUp(Replica);
        rebooting.Pass(60);

        Assert.Equal(1, rebooting.Referee.NodesUpdated);
    }

    [Fact]
    public void The_reboot_of_a_node_that_its_command_took_down_is_no_second_taking_down()
    {
        var rebooting = new VirtualCluster(new SandboxOptions { Command = Rolled with { RebootAfter = true } });
        rebooting.RestartAndWait(Replica, RestartKind.Reboot);
        rebooting.RunToEnd(rebooting.Send(Replica, Restart));
        rebooting.Reboot(Replica);
        rebooting.Pass(100);
        rebooting.RunToEnd(rebooting.Send(Follower, Restart));
        rebooting.PassUntil(() => rebooting.Cluster.Truth(Follower)?.State == VNodeState.CatchingUp);
        rebooting.Cluster.Crash(OtherFollower);
        rebooting.Pass(3.5);
        rebooting.Reboot(Follower);
        Assert.DoesNotContain(rebooting.BrokenRules, rule => rule is "second-voter-down" or "stopped-while-another-is-not-level");

        cluster.RunToEnd(cluster.Send(Follower, Restart));
        cluster.PassUntil(() => cluster.Cluster.Truth(Follower)?.State == VNodeState.CatchingUp);
        cluster.Cluster.Crash(OtherFollower);
        cluster.Pass(3.5);
        cluster.Reboot(Follower);
        Assert.Contains("second-voter-down", cluster.BrokenRules);
    }

    [Fact]
    public void Notices_a_command_on_the_leader_and_before_the_replica()
    {
        cluster.Send(Leader, Restart);

        Assert.Equal(["leader-stopped", "order"], cluster.BrokenRules);
    }

    [Theory]
    [InlineData(0, "second-voter-down")]
    [InlineData(2.5, "second-voter-down")]
    [InlineData(9, "stopped-while-another-is-not-level")]
    public void Notices_a_command_while_another_node_has_not_got_over_its_own(double seconds, string rule)
    {
        cluster.RunToEnd(cluster.Send(Replica, Restart));
        cluster.Pass(60);
        cluster.Send(Follower, Restart);
        cluster.Pass(seconds);
        cluster.Send(OtherFollower, Restart);

        Assert.Equal(rule, Assert.Single(cluster.BrokenRules));
    }

    [Fact]
    public void Notices_two_nodes_in_one_command()
    {
        cluster.RunToEnd(cluster.Send(Replica, Restart));
        cluster.Pass(60);
        var request = cluster.Script(Follower, Restart);
        cluster.Ssm.SendCommand(request with { InstanceIds = [.. request.InstanceIds, cluster.InstanceOf(OtherFollower)] });

        Assert.Equal("second-voter-down", Assert.Single(cluster.BrokenRules));
    }

    [Fact]
    public void Notices_a_stop_while_a_command_waits_elsewhere()
    {
        var offline = Rolling(new Faults { AgentOffline = Follower });
        offline.RunToEnd(offline.Send(Replica, Restart));
        offline.Pass(60);
        offline.Send(Follower, Restart);
        offline.Pass(60);
        offline.Stop(OtherFollower);

        Assert.Equal("second-voter-down", Assert.Single(offline.BrokenRules));
    }

    [Fact]
    public void Probes_are_not_judged()
    {
        foreach (var node in new[] { Leader, Replica, Leader })
        {
            cluster.Send(node, "# hello", "echo hello", "systemctl is-active kurrentdb || true", "sleep 1", "exit 0");
        }

        cluster.Pass(10);
        cluster.Referee.Finish();

        Assert.Empty(cluster.BrokenRules);
        Assert.DoesNotContain(cluster.Referee.History, line => line.Contains("Command", StringComparison.Ordinal));
    }

    [Fact]
    public void Notices_a_command_without_need()
    {
        cluster.RunToEnd(cluster.Send(Replica, Restart));
        cluster.Pass(60);
        cluster.Send(Replica, Restart);

        Assert.Equal(["command-sent-twice", "stopped-without-need"], cluster.BrokenRules.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(SsmMishap.NeverDelivered, false)]
    [InlineData(SsmMishap.Undeliverable, false)]
    [InlineData(SsmMishap.Terminated, false)]
    [InlineData(SsmMishap.AnswerLost, true)]
    public void A_command_may_be_sent_again_only_when_it_provably_never_began(SsmMishap mishap, bool isBroken)
    {
        cluster.Ssm.Spoil(mishap);
        cluster.Ssm.SendCommand(cluster.Script(Replica, Restart) with { TimeoutSeconds = 30 });
        cluster.Pass(31);
        cluster.Send(Replica, Restart);

        Assert.Equal(isBroken, cluster.BrokenRules.Contains("command-sent-twice"));
        Assert.Equal(isBroken, cluster.BrokenRules.Any());
    }

    [Fact]
    public void One_that_waits_may_still_begin_and_one_that_was_cancelled_before_does_not()
    {
        var offline = Rolling(new Faults { AgentOffline = Replica });
        offline.Ssm.CancelCommand(offline.Send(Replica, Restart));
        offline.Pass(10);
        offline.Send(Replica, Restart);
        Assert.Empty(offline.BrokenRules);
        offline.Send(Replica, Restart);

        Assert.Equal("command-sent-twice", Assert.Single(offline.BrokenRules));
    }

    [Fact]
    public void Another_command_may_go_only_where_the_first_failed_or_the_database_is_down()
    {
        var failing = Rolling(new Faults { CommandFails = Replica });
        failing.RunToEnd(failing.Send(Replica, Restart));
        failing.Send(Replica, "systemctl start kurrentdb");
        failing.Pass(10);
        failing.RunToEnd(failing.Send(Replica, "systemctl stop kurrentdb"));
        Assert.Empty(failing.BrokenRules);
        failing.Send(Follower, "mend-database");
        Assert.Contains("command-on-a-healthy-node", failing.BrokenRules);

        cluster.RunToEnd(cluster.Send(Replica, Restart));
        cluster.Pass(60);
        cluster.Send(Replica, "systemctl stop kurrentdb");
        Assert.Contains("command-on-a-healthy-node", cluster.BrokenRules);
        var before = cluster.BrokenRules.Count();
        cluster.PassUntil(() => cluster.Cluster.Truth(Replica) is null);
        cluster.Send(Replica, "mend-database");
        Assert.Equal(before, cluster.BrokenRules.Count());
    }

    [Fact]
    public void Notices_what_is_left_under_way()
    {
        cluster.Send(Replica, "sleep 60");
        cluster.Referee.Finish();

        Assert.Equal("command-left", Assert.Single(cluster.BrokenRules));
    }

    [Fact]
    public void Notices_the_quorum_that_commands_lost()
    {
        cluster.Send(Follower, "systemctl stop kurrentdb");
        cluster.Send(OtherFollower, "systemctl stop kurrentdb");
        cluster.Pass(5);

        Assert.Contains("quorum-lost", cluster.BrokenRules);
    }

    [Fact]
    public void What_is_to_happen_while_the_first_node_is_away_happens_with_its_command()
    {
        var moving = Rolling(new Faults { LeaderMoves = true });
        moving.Send(Replica, Restart);
        moving.Pass(30);

        Assert.NotEqual(Leader, moving.Cluster.Leader);
    }

    [Fact]
    public void A_world_is_ready_when_a_command_has_ended_and_shows_so_and_the_node_is_level()
    {
        cluster.Idle.Begin();
        cluster.RunToEnd(cluster.Send(Replica, Restart));
        cluster.PassUntil(() => cluster.Referee.NodesUpdated == 1);
        cluster.Pass(7);
        cluster.Idle.End();
        Assert.InRange(cluster.Idle.Total.TotalSeconds, 6.5, 7.5);

        var failing = Rolling(new Faults { CommandFails = Replica });
        failing.Idle.Begin();
        failing.RunToEnd(failing.Send(Replica, Restart));
        failing.Pass(7);
        failing.Idle.End();
        Assert.InRange(failing.Idle.Total.TotalSeconds, 4.9, 5.1);
    }

    [Fact]
    public void A_world_waits_for_the_reboot_as_soon_as_the_command_shows_its_success()
    {
        var rebooting = new VirtualCluster(new SandboxOptions { Command = Rolled with { RebootAfter = true } });
        rebooting.Idle.Begin();
        rebooting.RunToEnd(rebooting.Send(Replica, Restart));
        rebooting.Pass(3);
        rebooting.Reboot(Replica);

        var wait = Assert.Single(rebooting.Idle.Waits, wait => wait.Length > TimeSpan.Zero);
        Assert.Equal((Replica, "Reboot"), (wait.Node, wait.WaitedFor));
        Assert.InRange(wait.Length.TotalSeconds, 0.9, 1.1);
    }

    [Fact]
    public void A_roll_back_is_judged_by_the_command_that_undoes_the_other()
    {
        var rolled = new SandboxOptions { Command = Rolled with { RollbackParametersJson = """{"commands":"mend-database"}""" } };
        var forward = new VirtualCluster(rolled);
        forward.RunToEnd(forward.Send(Replica, Restart));
        forward.Ssm.Spoil(SsmMishap.Undeliverable);
        forward.RunToEnd(forward.Send(OtherFollower, Restart));
        forward.Pass(60);
        var undone = rolled with { Command = rolled.Command with { IsTakenBack = true } };
        var back = new VirtualCluster(LeftCluster.Of(forward.Options, forward.Model).Over(undone));
        Assert.Equal(3, back.Referee.NodesUpdated);
        back.RunToEnd(back.Send(Replica, "mend-database"));
        back.Pass(1);
        Assert.Equal(4, back.Referee.NodesUpdated);
        Assert.Empty(back.BrokenRules);

        back.Send(Follower, "mend-database");
        Assert.Contains("stopped-without-need", back.BrokenRules);
    }

    [Fact]
    public void A_sandbox_that_goes_on_lists_what_another_ran_and_remembers_what_came_of_it()
    {
        var id = cluster.Send(Replica, Restart);
        cluster.Pass(60);
        cluster.RunToEnd(cluster.Send(Follower, "echo no", "break-database", "systemctl stop kurrentdb", "false"));
        var again = Again(cluster);

        var listed = again.Ssm.ListCommands();
        Assert.Equal(["Failed", "Success"], listed.Select(command => command.State.Status));
        Assert.Equal((id, "no\n"), (listed[1].Id, again.Run(listed[0].Id).Output));
        Assert.Equal(1, again.Referee.NodesUpdated);
        Assert.Null(again.Cluster.Truth(Follower));
        again.RunToEnd(again.Send(Follower, "systemctl start kurrentdb"));
        again.Pass(10);
        Assert.Null(again.Cluster.Truth(Follower));
        again.Send(Replica, Restart);
        Assert.Contains("command-sent-twice", again.BrokenRules);
    }

    [Fact]
    public void A_script_that_was_running_goes_on_after_the_line_it_was_at()
    {
        var id = cluster.Send(Replica, "echo one", "systemctl stop kurrentdb", "sleep 60", "echo two", "systemctl start kurrentdb");
        cluster.Pass(10);
        var again = Again(cluster);
        Assert.Null(again.Cluster.Truth(Replica));
        again.Pass(10);

        Assert.Equal(("Success", "one\ntwo\n"), (again.Run(id).Status, again.Run(id).Output));
        Assert.NotNull(again.Cluster.Truth(Replica));
    }

    [Fact]
    public void A_restart_that_was_under_way_has_happened()
    {
        var before = cluster.Truth(Replica).InstanceId;
        var id = cluster.Send(Replica, Restart);
        cluster.PassUntil(() => cluster.Truth(Replica).State == VNodeState.ShuttingDown);
        var again = Again(cluster);
        again.Pass(1);

        Assert.Equal("Success", again.Run(id).Status);
        Assert.NotEqual(before, again.Truth(Replica).InstanceId);
    }

    [Fact]
    public void What_waited_is_delivered_and_what_is_lost_stays_so()
    {
        cluster.Ssm.Spoil(SsmMishap.NeverDelivered);
        var lost = cluster.Ssm.SendCommand(cluster.Script(Replica, Restart) with { TimeoutSeconds = 30 }).Id;
        var waiting = cluster.Send(Follower, "echo hello");
        var again = Again(cluster);
        again.Pass(29);
        Assert.Equal(("Pending", "Success"), (again.Run(lost).Status, again.Run(waiting).Status));
        again.Pass(2);

        Assert.Equal("DeliveryTimedOut", again.Run(lost).Details);
    }

    [Fact]
    public void Where_a_reboot_is_wanted_too_it_is_remembered_whether_it_came_after_the_command()
    {
        var rebooting = new VirtualCluster(new SandboxOptions { Command = Rolled with { RebootAfter = true } });
        rebooting.RebootAndComeUp(Replica);
        rebooting.RunToEnd(rebooting.Send(Replica, Restart));
        rebooting.Pass(60);
        var again = Again(rebooting);
        Assert.Equal(0, again.Referee.NodesUpdated);
        again.RebootAndComeUp(Replica);
        again.Pass(60);
        Assert.Equal(1, Again(again).Referee.NodesUpdated);
    }

    private static VirtualCluster Rolling(Faults faults) => new(new SandboxOptions { Command = Rolled, Faults = faults });

    /// <summary>Through the file that it is kept in.</summary>
    private static VirtualCluster Again(VirtualCluster cluster)
    {
        var json = JsonSerializer.Serialize(LeftCluster.Of(cluster.Options, cluster.Model), LeftClusterJson.Default.LeftCluster);
        return new VirtualCluster(JsonSerializer.Deserialize(json, LeftClusterJson.Default.LeftCluster)!.Over(cluster.Options));
    }

    private static void Do(VirtualCluster cluster, string node, bool rebootAfter)
    {
        cluster.RunToEnd(cluster.Send(node, Restart));
        if (rebootAfter)
        {
            cluster.Pass(5);
            cluster.RebootAndComeUp(node);
        }

        cluster.Pass(60);
    }
}
