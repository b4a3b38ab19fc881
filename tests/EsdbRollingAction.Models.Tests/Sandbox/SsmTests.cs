using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>Systems Manager as it is, without a wire.</summary>
public sealed class SsmTests
{
    private static readonly CommandOptions Restart = new("""{"commands":["systemctl restart kurrentdb"]}""");

    private readonly VirtualCluster cluster = new();

    [Fact]
    public void A_command_waits_a_moment_runs_and_succeeds_with_what_it_wrote()
    {
        var id = cluster.Send(Follower, "# a comment", "set -eu", "echo one 'two  three'", "sleep 30", "sudo true");
        Assert.Equal("Pending", cluster.Run(id).Status);
        cluster.Pass(0.29);
        Assert.Equal("Pending", cluster.Run(id).Status);
        cluster.Pass(1.72);
        Assert.Equal(("InProgress", ""), (cluster.Run(id).Status, cluster.Run(id).Output));
        cluster.Pass(30);

        Assert.Equal(("Success", "Success", 0, "one two  three\n", ""), Told(cluster.Run(id)));
        Assert.Equal(TimeSpan.FromSeconds(30), cluster.Run(id).EndedAt - cluster.Run(id).BeganAt);
    }

    [Theory]
    [InlineData("false\necho never", 1, "")]
    [InlineData("echo once\nexit 7\necho never", 7, "once\n")]
    [InlineData("rm -rf /\necho never", 127, "")]
    [InlineData("echo a > b\necho never", 127, "")]
    [InlineData("echo 'open", 127, "")]
    [InlineData("false || echo saved\necho on", 0, "saved\non\n")]
    [InlineData("true || echo not\ntrue && echo yes", 0, "yes\n")]
    [InlineData("false && echo not", 1, "")]
    [InlineData("nothing || false || echo '|| <x> `y`'", 0, "|| <x> `y`\n")]
    [InlineData("systemctl is-active kurrentdb", 0, "active\n")]
    [InlineData("systemctl is-active eventstore || echo other", 0, "other\n")]
    [InlineData("systemctl restart eventstore.service", 5, "")]
    [InlineData("systemctl stop kurrentdb && systemctl is-active kurrentdb", 3, "inactive\n")]
    [InlineData("systemctl mask kurrentdb", 127, "")]
    public void A_script_ends_with_the_first_line_that_fails(string script, int code, string output)
    {
        var ended = cluster.RunToEnd(cluster.Send(Replica, script));

        Assert.Equal((code == 0 ? "Success" : "Failed", code, output), (ended.Status, ended.ResponseCode, ended.Output));
        Assert.Equal(code != 0, ended.Error.EndsWith($"failed to run commands: exit status {code}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_unit_that_is_not_there_is_said_as_systemd_says_it()
    {
        var other = new VirtualCluster(new SandboxOptions { Unit = "eventstore" });

        Assert.StartsWith(
            "Unit kurrentdb.service could not be found.", other.RunToEnd(other.Send(Replica, "systemctl start kurrentdb")).Error, StringComparison.Ordinal);
        Assert.Equal("Success", other.RunToEnd(other.Send(Replica, "systemctl restart eventstore.service")).Status);
    }

    [Fact]
    public void Too_much_output_is_cut()
    {
        var ended = cluster.RunToEnd(cluster.Send(Replica, $"echo {new string('x', 30_000)}", new string('y', 30_000)));

        Assert.Equal((24_000, 8_000), (ended.Output.Length, ended.Error.Length));
    }

    [Fact]
    public void A_restart_of_the_service_ends_the_process_gracefully_and_begins_another_that_catches_up()
    {
        var before = cluster.Truth(Follower).InstanceId;
        var id = cluster.Send(Follower, "systemctl restart kurrentdb");
        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.ShuttingDown);
        cluster.PassUntil(() => cluster.Cluster.Truth(Follower) is null, atMostSeconds: 1);
        cluster.PassUntil(() => cluster.Cluster.Truth(Follower) is not null, atMostSeconds: 3);

        Assert.Equal("Success", cluster.Run(id).Status);
        Assert.NotEqual(before, cluster.Truth(Follower).InstanceId);
        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.CatchingUp);
        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.Follower);
    }

    [Fact]
    public void Two_restarts_at_once_end_one_process_and_the_leader_of_before_does_not_follow_itself()
    {
        cluster.Send(Leader, "systemctl restart kurrentdb");
        cluster.Pass(0.3);
        cluster.RunToEnd(cluster.Send(Leader, "systemctl restart kurrentdb"));
        cluster.Pass(60);

        Assert.Single(new[] { Leader, Follower, OtherFollower }, name => cluster.Truth(name).State == VNodeState.Leader);
    }

    [Fact]
    public void A_service_that_was_stopped_stays_so_until_it_is_started_or_its_machine_boots()
    {
        cluster.RunToEnd(cluster.Send(Replica, "systemctl stop kurrentdb"));
        cluster.Pass(300);
        Assert.Null(cluster.Cluster.Truth(Replica));

        cluster.RunToEnd(cluster.Send(Replica, "systemctl start kurrentdb"));
        cluster.Pass(3);
        var started = cluster.Truth(Replica).InstanceId;
        cluster.RunToEnd(cluster.Send(Replica, "systemctl start kurrentdb"));
        cluster.Pass(3);
        Assert.Equal(started, cluster.Truth(Replica).InstanceId);

        cluster.RunToEnd(cluster.Send(Replica, "systemctl stop kurrentdb"));
        cluster.Reboot(Replica);
        cluster.PassUntil(() => cluster.Cluster.Truth(Replica) is not null);
    }

    [Fact]
    public void A_broken_database_runs_until_it_ends_and_starts_no_more_not_even_after_a_boot_until_it_is_mended()
    {
        cluster.RunToEnd(cluster.Send(Replica, "break-database"));
        cluster.Pass(10);
        Assert.NotNull(cluster.Cluster.Truth(Replica));

        Assert.Equal("Success", cluster.RunToEnd(cluster.Send(Replica, "systemctl restart kurrentdb")).Status);
        cluster.Pass(60);
        Assert.Null(cluster.Cluster.Truth(Replica));
        Assert.Equal("failed\n", cluster.RunToEnd(cluster.Send(Replica, "systemctl is-active kurrentdb")).Output);
        cluster.Reboot(Replica);
        cluster.Pass(120);
        Assert.Null(cluster.Cluster.Truth(Replica));

        cluster.RunToEnd(cluster.Send(Replica, "mend-database", "systemctl start kurrentdb"));
        cluster.PassUntil(() => cluster.Cluster.Truth(Replica) is not null);
    }

    [Fact]
    public void A_crash_of_a_broken_database_is_not_repaired_by_the_service_manager()
    {
        cluster.Ssm.Break(Replica);
        cluster.Cluster.Crash(Replica);
        cluster.Pass(60);

        Assert.Null(cluster.Cluster.Truth(Replica));
    }

    [Fact]
    public void Exit_194_reboots_the_machine_and_runs_the_whole_script_again()
    {
        var id = cluster.Send(Replica, "echo run", "exit 194");
        cluster.PassUntil(() => cluster.Model.World.Do(() => cluster.Ec2.RebootsOf(Replica)) == 2);
        Assert.Equal("InProgress", cluster.Run(id).Status);
        cluster.Ssm.CancelCommand(id);
        cluster.RunToEnd(id);
        var reboots = cluster.Ec2.RebootsOf(Replica);
        cluster.Pass(120);

        Assert.Equal(("Cancelled", reboots), (cluster.Run(id).Status, cluster.Ec2.RebootsOf(Replica)));
        Assert.StartsWith("run\nrun\n", cluster.Run(id).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_machine_that_goes_down_under_a_script_leaves_it_in_progress_until_it_may_run_no_longer(bool byItself)
    {
        var request = cluster.Script(Replica, byItself ? "reboot" : "sleep 90", "echo never");
        var id = cluster.Ssm.SendCommand(Limited(request, "200")).Id;
        cluster.Pass(3);
        if (!byItself)
        {
            cluster.Reboot(Replica);
        }

        cluster.Pass(190);
        Assert.Equal("InProgress", cluster.Run(id).Status);
        Assert.Equal(1, cluster.Model.World.Do(() => cluster.Ec2.RebootsOf(Replica)));
        cluster.Pass(10);

        Assert.Equal(("TimedOut", "ExecutionTimedOut", -1, "", ""), Told(cluster.Run(id)));
    }

    [Fact]
    public void What_runs_too_long_is_killed_at_its_line()
    {
        var id = cluster.Ssm.SendCommand(Limited(cluster.Script(Replica, "echo begun", "sleep 90", "systemctl stop kurrentdb"), "60")).Id;
        cluster.Pass(200);

        Assert.Equal(("TimedOut", "ExecutionTimedOut", -1, "begun\n", ""), Told(cluster.Run(id)));
        Assert.NotNull(cluster.Cluster.Truth(Replica));
    }

    [Fact]
    public void A_cancelled_script_has_done_what_it_did_and_does_no_more()
    {
        var id = cluster.Send(Replica, "systemctl stop kurrentdb", "sleep 60", "systemctl start kurrentdb");
        cluster.Pass(10);
        cluster.Ssm.CancelCommand(id);
        Assert.Equal("Cancelling", cluster.Run(id).Status);
        cluster.Pass(120);

        Assert.Equal("Cancelled", cluster.Run(id).Status);
        Assert.Null(cluster.Cluster.Truth(Replica));
    }

    [Fact]
    public void What_a_machine_went_down_under_is_cancelled_when_its_agent_is_back()
    {
        var id = cluster.Send(Replica, "sleep 300");
        cluster.Pass(3);
        cluster.Stop(Replica);
        cluster.Ssm.CancelCommand(id);
        cluster.Pass(60);
        Assert.Equal("Cancelling", cluster.Run(id).Status);
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        cluster.Pass(30);

        Assert.Equal("Cancelled", cluster.Run(id).Status);
    }

    [Fact]
    public void A_command_that_was_not_delivered_is_cancelled_before_it_begins()
    {
        cluster.Ssm.SetOffline(Replica, isOffline: true);
        var id = cluster.Send(Replica, "systemctl stop kurrentdb");
        cluster.Pass(20);
        cluster.Ssm.CancelCommand(id);
        cluster.Ssm.SetOffline(Replica, isOffline: false);
        cluster.Pass(20);

        Assert.Equal(("Cancelled", null), (cluster.Run(id).Status, cluster.Run(id).BeganAt));
        Assert.NotNull(cluster.Cluster.Truth(Replica));
    }

    [Fact]
    public void An_agent_that_is_away_gets_its_command_when_it_is_back_unless_that_takes_too_long()
    {
        var offline = new VirtualCluster(new SandboxOptions { Faults = new Faults { AgentOffline = Replica } });
        var late = offline.Send(Replica, "echo late");
        var never = offline.Ssm.SendCommand(offline.Script(Replica, "echo never") with { TimeoutSeconds = 30 }).Id;
        offline.Pass(29);
        Assert.Equal(("Pending", "Pending"), (offline.Run(late).Status, offline.Run(never).Status));
        offline.Pass(1.1);
        offline.Ssm.SetOffline(Replica, isOffline: false);
        offline.Pass(3);

        Assert.Equal("late\n", offline.Run(late).Output);
        Assert.Equal(("TimedOut", "DeliveryTimedOut", -1, "", ""), Told(offline.Run(never)));
        Assert.Null(offline.Run(never).BeganAt);
    }

    [Fact]
    public void The_agent_is_there_while_the_operating_system_is_up()
    {
        Assert.All(cluster.Ssm.DescribeInstanceInformation(), agent => Assert.True(agent.IsOnline));
        cluster.Stop(Replica);
        Assert.False(Agent(cluster).IsOnline);
        var lastSeen = Agent(cluster).LastPing;
        cluster.Pass(40);
        Assert.Equal(lastSeen, Agent(cluster).LastPing);
        var id = cluster.Send(Replica, "echo up");
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        cluster.Pass(24);
        Assert.False(Agent(cluster).IsOnline);
        cluster.Pass(3.1);

        Assert.True(Agent(cluster).IsOnline);
        Assert.Equal("Success", cluster.Run(id).Status);
    }

    [Fact]
    public void A_machine_without_an_agent_is_not_listed_and_takes_no_command()
    {
        var missing = new VirtualCluster(new SandboxOptions { Faults = new Faults { AgentMissing = Replica } });

        Assert.Equal(3, missing.Ssm.DescribeInstanceInformation().Count);
        Assert.Empty(missing.Ssm.DescribeInstanceInformation([missing.InstanceOf(Replica)]));
        Assert.Equal("InvalidInstanceId", Assert.Throws<SsmException>(() => missing.Send(Replica, "true")).Code);
    }

    [Fact]
    public void What_is_shown_is_late_and_lists_are_later_still()
    {
        var late = new VirtualCluster(new SandboxOptions { Faults = new Faults { SsmLate = true } });
        var id = late.Send(Replica, "sleep 0.9");
        late.Pass(2.9);
        Assert.Equal("InvocationDoesNotExist", Assert.Throws<SsmException>(() => Got(late, id)).Code);
        late.Pass(0.2);
        Assert.NotEqual("Success", Got(late, id).Status);
        Assert.Equal("Success", late.Run(id).Status);
        late.Pass(1.8);
        Assert.Empty(late.Ssm.ListCommands());
        Assert.Empty(late.Ssm.ListCommandInvocations());
        Assert.Equal("Success", Got(late, id).Status);
        late.Pass(0.2);

        Assert.Equal(id, Assert.Single(late.Ssm.ListCommands(new SsmFilter { InstanceId = late.InstanceOf(Replica) })).Id);
        Assert.Equal("Success", Assert.Single(late.Ssm.ListCommandInvocations(new SsmFilter { CommandId = id })).State.Status);
        Assert.Empty(late.Ssm.ListCommands(new SsmFilter { InstanceId = late.InstanceOf(Follower) }));
    }

    [Fact]
    public void Only_commands_since_an_instant_are_listed_where_that_is_asked()
    {
        cluster.Send(Replica, "true");
        cluster.Pass(60);
        var instant = cluster.UtcNow;
        var second = cluster.Send(Replica, "true");
        cluster.Pass(60);

        Assert.Equal(second, Assert.Single(cluster.Ssm.ListCommands(new SsmFilter { InvokedAfter = instant })).Id);
        Assert.Equal(second, cluster.Ssm.ListCommands()[0].Id);
    }

    [Fact]
    public void The_same_request_twice_is_two_commands()
    {
        var request = cluster.Script(Replica, "true");

        Assert.NotEqual(cluster.Ssm.SendCommand(request).Id, cluster.Ssm.SendCommand(request).Id);
        Assert.Equal(2, cluster.Ssm.Truth.Count);
    }

    [Fact]
    public void A_command_on_several_instances_ends_when_the_last_one_has_and_fails_with_any()
    {
        var request = new SsmCommandRequest(
            "AWS-RunShellScript",
            [cluster.InstanceOf(Replica), cluster.InstanceOf(Follower)],
            new Dictionary<string, IReadOnlyList<string>> { ["commands"] = ["systemctl is-active kurrentdb", "sleep 10"] });
        cluster.RunToEnd(cluster.Send(Replica, "systemctl stop kurrentdb"));
        var id = cluster.Ssm.SendCommand(request).Id;
        cluster.Pass(9);
        Assert.Equal("InProgress", Listed().State.Status);
        cluster.Pass(10);

        Assert.Equal(("Failed", 2), (Listed().State.Status, cluster.Ssm.ListCommandInvocations(new SsmFilter { CommandId = id }).Count));
        SsmCommand Listed() => Assert.Single(cluster.Ssm.ListCommands(new SsmFilter { CommandId = id }));
    }

    [Theory]
    [InlineData(SsmMishap.NeverDelivered, "TimedOut", "DeliveryTimedOut")]
    [InlineData(SsmMishap.Undeliverable, "Failed", "Undeliverable")]
    [InlineData(SsmMishap.Terminated, "Failed", "Terminated")]
    [InlineData(SsmMishap.Delayed, "Success", "Success")]
    [InlineData(SsmMishap.AnswerLost, "Success", "Success")]
    public void The_next_command_may_come_to_grief_and_the_one_after_does_not(SsmMishap mishap, string status, string details)
    {
        cluster.Ssm.Spoil(mishap);
        var id = cluster.Ssm.SendCommand(cluster.Script(Replica, "true") with { TimeoutSeconds = 60 }).Id;
        var next = cluster.Send(Replica, "true");
        cluster.Pass(3);
        Assert.Equal(mishap == SsmMishap.Delayed, cluster.Run(id).Status == "Delayed");
        cluster.Pass(60);

        Assert.Equal((status, details), (cluster.Run(id).Status, cluster.Run(id).Details));
        Assert.Equal(status != "Success", cluster.Run(id).BeganAt is null);
        Assert.Equal(mishap == SsmMishap.AnswerLost, cluster.Ssm.IsAnswerLost(id));
        Assert.Equal("Success", cluster.Run(next).Status);
    }

    [Fact]
    public void Only_the_command_that_is_rolled_comes_to_grief_and_no_probe()
    {
        var rolling = new VirtualCluster(new SandboxOptions { Command = Restart, Faults = new Faults { SsmDeliveriesLost = 1 } });
        var probe = rolling.Send(Replica, "true");
        var first = rolling.Send(Replica, "systemctl restart kurrentdb");
        rolling.Pass(10);

        Assert.Equal(("Success", "Pending"), (rolling.Run(probe).Status, rolling.Run(first).Status));
    }

    [Theory]
    [InlineData("fails", true, true)]
    [InlineData("breaks", false, false)]
    [InlineData("stops", false, true)]
    public void On_one_node_the_command_that_is_rolled_fails_in_a_way_of_its_own(string way, bool isUp, bool canBeStarted)
    {
        var failing = new VirtualCluster(new SandboxOptions
        {
            Command = Restart,
            Faults = new Faults
            {
                CommandFails = way == "fails" ? Replica : null,
                CommandBreaks = way == "breaks" ? Replica : null,
                CommandStopsDatabase = way == "stops" ? Replica : null,
            },
        });
        var before = failing.Truth(Replica).InstanceId;
        var ended = failing.RunToEnd(failing.Send(Replica, "systemctl restart kurrentdb"));
        failing.Pass(10);

        Assert.Equal(("Failed", 1), (ended.Status, ended.ResponseCode));
        Assert.Contains("| migrating <script>alert(1)</script>\n::error::x\n`whoami`", ended.Output, StringComparison.Ordinal);
        Assert.Equal(isUp, failing.Cluster.Truth(Replica)?.InstanceId == before);
        failing.RunToEnd(failing.Send(Replica, "systemctl start kurrentdb"));
        failing.Pass(10);
        Assert.Equal(canBeStarted, failing.Cluster.Truth(Replica) is not null);
        Assert.Equal("Success", failing.RunToEnd(failing.Send(Follower, "systemctl restart kurrentdb")).Status);
    }

    [Theory]
    [InlineData("NoReboot", 0)]
    [InlineData("RebootIfNeeded", 1)]
    public void A_patch_takes_a_while_and_reboots_the_machine_only_where_it_may(string option, int reboots)
    {
        var process = cluster.Truth(Replica).InstanceId;
        var id = Send("AWS-RunPatchBaseline", ("Operation", "Install"), ("RebootOption", option));
        cluster.Pass(60);
        Assert.Equal("InProgress", cluster.Run(id).Status);
        var ended = cluster.RunToEnd(id);
        cluster.Pass(5);

        Assert.Equal(("Success", reboots), (ended.Status, cluster.Model.World.Do(() => cluster.Ec2.RebootsOf(Replica))));
        Assert.Equal(reboots == 0, cluster.Truth(Replica).InstanceId == process);
        Assert.Equal(reboots == 0, ended.Output.Contains("A reboot is pending", StringComparison.Ordinal));
        Assert.Equal(reboots == 0, cluster.Ssm.IsRebootPending(Replica));
        cluster.RebootAndComeUp(Replica);
        Assert.False(cluster.Ssm.IsRebootPending(Replica));
    }

    [Fact]
    public void An_upgrade_stops_the_database_for_a_while_and_starts_it()
    {
        var process = cluster.Truth(Replica).InstanceId;
        var id = Send("esdb-upgrade", ("Version", "26.1.0"));
        cluster.Pass(15);
        Assert.Null(cluster.Cluster.Truth(Replica));
        var ended = cluster.RunToEnd(id);
        cluster.Pass(3);

        Assert.Equal(("Success", "Installing 26.1.0\n"), (ended.Status, ended.Output));
        Assert.NotEqual(process, cluster.Truth(Replica).InstanceId);
    }

    [Theory]
    [InlineData("esdb-downgrade", "Version=1", "InvalidDocument")]
    [InlineData("esdb-upgrade:3", "Version=1", "InvalidDocumentVersion")]
    [InlineData("esdb-upgrade:$LATEST", "Version=1", null)]
    [InlineData("esdb-upgrade:$DEFAULT", "Version=1", null)]
    [InlineData("esdb-upgrade", "", "InvalidParameters")]
    [InlineData("esdb-upgrade", "Version=1,2", "InvalidParameters")]
    [InlineData("esdb-upgrade", "version=1", "InvalidParameters")]
    [InlineData("AWS-RunPatchBaseline", "Operation=Destroy", "InvalidParameters")]
    [InlineData("AWS-RunPatchBaseline", "Operation=Scan", null)]
    [InlineData("AWS-RunShellScript", "commands=", "InvalidParameters")]
    [InlineData("AWS-RunShellScript", "commands=true;executionTimeout=0", "InvalidParameters")]
    [InlineData("AWS-RunShellScript", "commands=true,false;executionTimeout=60", null)]
    public void A_request_is_refused_for_what_is_wrong_with_it(string document, string parameters, string? code)
    {
        var values = parameters.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(each => each.Split('='))
            .ToDictionary(each => each[0], each => (IReadOnlyList<string>)each[1].Split(',', StringSplitOptions.RemoveEmptyEntries));
        var request = new SsmCommandRequest(document.Split(':')[0], [cluster.InstanceOf(Replica)], values)
        {
            DocumentVersion = document.Split(':') is [_, var version] ? version : null,
        };

        Assert.Equal(code, Refused(request));
        Assert.Equal(code is null ? 1 : 0, cluster.Ssm.Truth.Count);
    }

    [Fact]
    public void Comments_timeouts_and_instances_have_limits()
    {
        var request = cluster.Script(Replica, "true");

        Assert.Null(Refused(request with { Comment = new string('x', 100), TimeoutSeconds = 30 }));
        Assert.Null(Refused(request with { TimeoutSeconds = 2_592_000 }));
        Assert.Equal("ValidationException", Refused(request with { Comment = new string('x', 101) }));
        Assert.Equal("ValidationException", Refused(request with { TimeoutSeconds = 29 }));
        Assert.Equal("ValidationException", Refused(request with { TimeoutSeconds = 2_592_001 }));
        Assert.Equal("ValidationException", Refused(request with { InstanceIds = [] }));
        Assert.Equal("ValidationException", Refused(request with { InstanceIds = [.. Enumerable.Repeat(request.InstanceIds[0], 51)] }));
        Assert.Equal("InvalidInstanceId", Refused(request with { InstanceIds = ["i-00000000000000000"] }));
        Assert.Equal("InvalidCommandId", Assert.Throws<SsmException>(() => cluster.Ssm.CancelCommand("none")).Code);
    }

    private static (string Status, string Details, int Code, string Output, string Error) Told(SsmState state) =>
        (state.Status, state.Details, state.ResponseCode, state.Output, state.Error);

    private static SsmCommandRequest Limited(SsmCommandRequest request, string seconds) => request with
    {
        Parameters = new Dictionary<string, IReadOnlyList<string>>(request.Parameters) { ["executionTimeout"] = [seconds] },
    };

    private static SsmState Got(VirtualCluster cluster, string id) => cluster.Ssm.GetCommandInvocation(id, cluster.InstanceOf(Replica)).State;

    private static SsmAgent Agent(VirtualCluster cluster) => Assert.Single(cluster.Ssm.DescribeInstanceInformation([cluster.InstanceOf(Replica)]));

    private string Send(string document, params (string Name, string Value)[] parameters) => cluster.Ssm.SendCommand(new SsmCommandRequest(
        document, [cluster.InstanceOf(Replica)], parameters.ToDictionary(each => each.Name, each => (IReadOnlyList<string>)[each.Value]))).Id;

    private string? Refused(SsmCommandRequest request) => (Record.Exception(() => cluster.Ssm.SendCommand(request)) as SsmException)?.Code;
}
