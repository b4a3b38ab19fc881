using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Strategies;

public sealed class CommandTests : IDisposable
{
    private const string Restart = """{"commands":["systemctl restart kurrentdb"]}""";
    private const string Patches = "AWS-RunPatchBaseline";
    private static readonly string[] Names = ["replica", "follower1", "follower2", "leader"];
    private readonly FakeCommands commands;
    private readonly ServiceFixture roll;
    private CommandSpec spec = new() { Parameters = CommandParameters.Parse(Restart, "ssm-parameters") };
    private IUpdateStrategy? strategy;

    public CommandTests()
    {
        roll = new ServiceFixture { MakesStrategy = _ => strategy! };
        commands = new FakeCommands(roll) { Begins = node => node.GoesDown(), Ends = node => node.ComesBack() };
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task The_command_runs_once_on_each_node_one_after_the_other_the_leader_last_after_it_handed_over()
    {
        var down = new List<int>();
        commands.Begins = node =>
        {
            node.GoesDown();
            down.Add(roll.Picture.Nodes.Count(other => !other.Answers));
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"i-{name}"), Sent());
        Assert.All(down, count => Assert.Equal(1, count));
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal((SsmCommandUpdate.NotRun, spec.Target), (node.VersionBefore, node.Version)));
        Assert.Contains(roll.Decisions, decision => decision.Act is Act.Resign && decision.Node!.NodeName == "leader");
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("stop", StringComparison.Ordinal) || act.StartsWith("reboot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_document_runs_in_the_version_that_was_found_with_the_values_that_were_given_and_ends_in_time()
    {
        commands.Document = commands.Document! with { Version = "7" };
        spec = spec with { TimeLimit = TimeSpan.FromMinutes(5) };

        var end = await RunAsync();

        var sent = commands.Commands.First();
        Assert.Equal(("AWS-RunShellScript", "7"), (sent.Document, sent.Version));
        Assert.Equal(["systemctl restart kurrentdb"], sent.Parameters["commands"]);
        Assert.Equal(["300"], sent.Parameters["executionTimeout"]);
        Assert.Equal("7", end.DocumentVersion);
        Assert.InRange(sent.Comment.Length, 1, 100);
    }

    [Fact]
    public async Task A_command_that_restarts_nothing_makes_a_node_done_when_it_has_ended_and_the_node_is_level()
    {
        commands.Begins = commands.Ends = _ => { };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task The_next_node_waits_until_the_one_before_is_level_however_early_its_command_ended()
    {
        commands.Ends = node =>
        {
            node.ComesBack(NodeState.CatchingUp, 1_000_000);
            roll.After(TimeSpan.FromMinutes(2), () => node.ComesBack());
        };
        var levels = new List<bool>();
        commands.Begins = node =>
        {
            levels.Add(roll.Picture.Nodes.All(other => other.State != NodeState.CatchingUp));
            node.GoesDown();
        };

        await RunAsync();

        Assert.Equal([true, true, true, true], levels);
    }

    [Fact]
    public async Task A_command_whose_answer_was_lost_is_found_again_and_not_sent_again()
    {
        commands.LosesAnswer = _ => true;
        commands.Shows = TimeSpan.FromSeconds(20);

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task A_request_that_never_came_is_made_again_once_it_would_show()
    {
        var lost = 0;
        commands.Refuses = command => !FakeCommands.IsProbe(command) && lost++ == 0
            ? new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "The connection was reset.")
            : null;

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task What_is_throttled_is_asked_for_again_without_waiting_for_what_was_not_sent()
    {
        var begun = roll.Time.GetUtcNow();
        var throttled = 0;
        commands.Refuses = command => !FakeCommands.IsProbe(command) && throttled++ == 0
            ? new InstanceException(InstanceErrorKind.Transient, "ThrottlingException", "Rate exceeded.")
            : null;
        DateTimeOffset? first = null;
        commands.Begins = _ => first ??= roll.Time.GetUtcNow();

        await RunAsync();

        Assert.InRange(first!.Value - begun, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("DeliveryTimedOut")]
    [InlineData("Delivery Timed Out")]
    [InlineData("Undeliverable")]
    public async Task A_command_that_was_never_delivered_is_sent_again(string status)
    {
        var sends = 0;
        commands.EndsAs = command => FakeCommands.IsProbe(command) || sends++ > 0 ? new CommandOutcome("Success", 0) : new CommandOutcome(status);
        commands.Begins = commands.Ends = _ => { };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["i-replica", "i-replica", "i-follower1", "i-follower2", "i-leader"], Sent());
    }

    [Fact]
    public async Task A_node_whose_agent_never_gets_it_fails_after_three_tries_and_is_left_as_it_is()
    {
        commands.EndsAs = _ => new CommandOutcome("DeliveryTimedOut");
        commands.Begins = commands.Ends = _ => { };

        var end = await RunAsync();

        var failed = end.EventStoreNodeUpdates[0];
        Assert.Equal((UpdateStatus.Failed, FailureReason.ChangeFailed), (failed.NodeUpdateStatus, failed.FailureReason));
        Assert.Equal(3, Sent().Count());
        Assert.Contains("was never delivered", failed.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("reboot", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("ExecutionTimedOut")]
    [InlineData("Cancelled")]
    [InlineData("Terminated")]
    public async Task A_command_that_failed_ends_the_update_with_its_last_lines_and_the_next_node_is_not_begun(string status)
    {
        commands.EndsAs = _ => new CommandOutcome(status, 1, string.Join('\n', Enumerable.Range(1, 50).Select(line => $"line {line} \u001b[31m|")));

        var end = await RunAsync();

        var failed = end.EventStoreNodeUpdates[0];
        Assert.Equal((UpdateStatus.Failed, FailureReason.ChangeFailed), (end.ClusterUpdateStatus, failed.FailureReason));
        Assert.Equal(["i-replica"], Sent());
        Assert.Contains("line 41", failed.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("line 50", failed.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("line 40", failed.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', failed.FailureMessage!);
        Assert.DoesNotContain('\n', failed.FailureMessage!);
    }

    [Fact]
    public async Task A_node_that_a_failed_command_left_silent_gets_its_database_started()
    {
        Fails(silent: true);
        commands.Ends = node =>
        {
            if (Sent().Count(id => id == node.Ec2Id) == 2)
            {
                node.ComesBack();
            }
        };

        var end = await RunAsync();

        Assert.Equal(["i-replica", "i-replica"], Sent());
        Assert.Equal([StartUnitStep.Script], commands.Commands.Last().Parameters["commands"]);
        Assert.True(roll.Picture["replica"].Answers);
        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Contains("i-replica of replica is Running", end.EventStoreNodeUpdates[0].FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("reboot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_whose_database_cannot_be_started_is_rebooted_once_and_how_it_is_left_is_said()
    {
        Fails(silent: true);
        roll.Instances.AfterReboot = _ => { };

        var end = await RunAsync();

        Assert.Equal(["reboot i-replica"], roll.Instances.Asked.Where(act => act.StartsWith("reboot", StringComparison.Ordinal)));
        Assert.Contains("i-replica of replica is Running with type t2.large, and the database does not answer", end.EventStoreNodeUpdates[0].FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rescue_that_is_not_allowed_is_said_and_the_next_one_follows()
    {
        Fails(silent: true);
        var isFirst = true;
        commands.Refuses = command => FakeCommands.IsProbe(command) || Interlocked.Exchange(ref isFirst, false)
            ? null
            : new InstanceException(InstanceErrorKind.AccessDenied, "AccessDeniedException", "AWS-RunShellScript is not allowed.");

        var end = await RunAsync();

        Assert.Equal(["reboot i-replica"], roll.Instances.Asked.Where(act => act.StartsWith("reboot", StringComparison.Ordinal)));
        Assert.Contains("AWS-RunShellScript is not allowed.", end.EventStoreNodeUpdates[0].FailureMessage, StringComparison.Ordinal);
        Assert.True(roll.Picture["replica"].Answers);
    }

    [Fact]
    public async Task A_command_that_was_refused_for_good_fails_the_node_and_takes_nothing_back()
    {
        spec = spec with { RollbackParameters = CommandParameters.Parse("""{"commands":["mend"]}""", "x") };
        commands.Refuses = command => FakeCommands.IsProbe(command)
            ? null
            : new InstanceException(InstanceErrorKind.AccessDenied, "AccessDeniedException", "It is not allowed.");

        var end = await RunAsync();

        var failed = end.EventStoreNodeUpdates[0];
        Assert.Equal((UpdateStatus.Failed, FailureReason.ChangeFailed, null), (failed.NodeUpdateStatus, failed.FailureReason, failed.RollBackReason));
        Assert.Empty(Sent());
    }

    [Fact]
    public async Task A_failed_command_is_taken_back_with_the_other_values_where_there_are_any()
    {
        spec = spec with { RollbackParameters = CommandParameters.Parse("""{"commands":["mend"]}""", "x") };
        commands.EndsAs = command => new CommandOutcome(IsOf(command, "mend") ? "Success" : "Failed", 1);

        var end = await RunAsync();

        Assert.Equal(["i-replica", "i-replica"], Sent());
        Assert.Equal(["mend"], commands.Commands.Last().Parameters["commands"]);
        Assert.Equal(nameof(NodePhase.RolledBack), end.EventStoreNodeUpdates[0].NodeUpdateStatusDetail);
        Assert.Equal(SsmCommandUpdate.NotRun, end.EventStoreNodeUpdates[0].Version);
        Assert.Contains("failed with exit code 1", end.EventStoreNodeUpdates[0].FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_does_not_come_level_after_its_command_is_taken_back()
    {
        spec = spec with { RollbackParameters = CommandParameters.Parse("""{"commands":["mend"]}""", "x") };
        commands.Ends = node =>
        {
            if (IsOf(commands.Commands.Last(), "mend"))
            {
                node.ComesBack();
            }
        };

        var end = await RunAsync(Begin() with { MaxNumberOfIterationsPerNodeUpdate = 20 });

        Assert.Equal(["mend"], commands.Commands.Last().Parameters["commands"]);
        Assert.Equal(nameof(NodePhase.RolledBack), end.EventStoreNodeUpdates[0].NodeUpdateStatusDetail);
    }

    [Fact]
    public async Task A_command_that_runs_for_longer_than_it_may_is_ended()
    {
        commands.Takes = TimeSpan.FromHours(5);
        spec = spec with { TimeLimit = TimeSpan.FromMinutes(3) };
        commands.Begins = _ => { };

        var end = await RunAsync();

        Assert.Equal(["i-replica"], commands.Cancelled);
        Assert.Contains("ran for more than 3 min", end.EventStoreNodeUpdates[0].FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_again_sends_a_failed_command_once_more_and_to_no_node_that_is_done()
    {
        commands.EndsAs = _ => new CommandOutcome(Sent().Count() == 1 ? "Failed" : "Success", 1);
        var failed = await RunAsync();

        commands.EndsAs = _ => new CommandOutcome("Success", 0);
        var end = await RunAsync(StartingState.From(failed, Request, "x"));

        Assert.Equal(UpdateStatus.Failed, failed.ClusterUpdateStatus);
        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["i-replica", "i-follower1", "i-follower1", "i-follower2", "i-leader"], Sent());
    }

    [Fact]
    public async Task An_update_that_is_asked_for_again_after_it_was_done_runs_everything_again()
    {
        await RunAsync();
        await RunAsync();

        Assert.Equal(8, Sent().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_is_cut_off_after_any_act_is_gone_on_with_and_sends_no_command_twice(bool hasState)
    {
        for (var acts = 1; acts <= 24; acts++)
        {
            using var test = new CommandTests();
            await test.IsCutOffAfterAsync(acts, hasState);
        }
    }

    [Fact]
    public async Task Nothing_is_sent_while_it_is_not_known_what_was_sent_before()
    {
        var until = roll.Time.GetUtcNow() + TimeSpan.FromMinutes(3);
        DateTimeOffset? first = null;
        commands.Begins = _ => first ??= roll.Time.GetUtcNow();

        commands.CannotFind = () => roll.Time.GetUtcNow() < until
            ? new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "Systems Manager does not answer.")
            : null;

        await RunAsync();

        Assert.True(first >= until);
        Assert.Contains(roll.Decisions, decision => decision.Rule == nameof(SafetyRules.CommandsAreKnown));
    }

    [Fact]
    public async Task The_machine_is_rebooted_after_the_command_where_that_is_asked_for()
    {
        spec = spec with { RebootAfter = true };
        commands.Begins = commands.Ends = _ => { };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"i-{name}"), Sent());
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), Rebooted());
    }

    [Fact]
    public async Task Only_the_nodes_are_rebooted_of_which_Patch_Manager_says_that_a_reboot_is_pending()
    {
        InstallsPatches();
        commands.Patches = id => new PatchState(id == "i-follower2" ? 3 : 0, roll.Time.GetUtcNow());

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"i-{name}"), Sent());
        Assert.Equal(["reboot i-follower2"], Rebooted());
        Assert.Contains(roll.Checks, check => check is { Name: "PendingRebootsAreTold", Outcome: CheckOutcome.Passed });
    }

    [Fact]
    public async Task What_Patch_Manager_says_of_an_earlier_command_is_waited_out_and_every_node_is_rebooted_where_it_says_nothing_else()
    {
        InstallsPatches();
        var before = new PatchState(0, roll.Time.GetUtcNow() - TimeSpan.FromDays(30));
        var late = roll.Time.GetUtcNow() + TimeSpan.FromSeconds(25);
        commands.Patches = id => (id, roll.Time.GetUtcNow() >= late) switch
        {
            ("i-replica", true) => new PatchState(0, roll.Time.GetUtcNow()),
            ("i-follower1", _) => null,
            _ => before,
        };

        await RunAsync();

        Assert.Equal(Names[1..].Select(name => $"reboot i-{name}"), Rebooted());
    }

    [Fact]
    public async Task Every_node_is_rebooted_where_Patch_Manager_may_not_be_asked()
    {
        spec = spec with { Document = $"arn:aws:ssm:eu-west-1:111122223333:document/{Patches}WithHooks", RebootAfter = true };
        commands.Begins = commands.Ends = _ => { };
        commands.CannotTellPatches = new InstanceException(InstanceErrorKind.AccessDenied, "AccessDeniedException", "Not allowed.");

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), Rebooted());
        Assert.Contains(roll.Checks, check => check is { Name: "PendingRebootsAreTold", Outcome: CheckOutcome.Note });
    }

    [Fact]
    public async Task Steps_come_to_the_end_though_Patch_Manager_is_never_heard()
    {
        InstallsPatches();
        commands.CannotTellPatches = new InstanceException(InstanceErrorKind.Terminal, "InternalServerError", "An error.");
        roll.Settings = roll.Settings with { Run = "run", LeaseId = "1234abcd" };
        var state = Begin();
        for (var steps = 0; steps < 300 && state.ClusterUpdateStatus is not UpdateStatus.Success; steps++)
        {
            strategy = StrategyCatalogue.Of(state, new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
            state = await roll.RunAsync(state, oneIteration: true);
        }

        Assert.Equal(Names.Select(name => $"reboot i-{name}"), Rebooted());
    }

    [Fact]
    public async Task A_run_that_goes_on_hours_after_the_patches_reboots_and_takes_nothing_back()
    {
        spec = spec with { Document = Patches, RebootAfter = true, RollbackParameters = CommandParameters.Parse("""{"commands":["undo"]}""", "x") };
        commands.CannotTellPatches = new InstanceException(InstanceErrorKind.AccessDenied, "AccessDeniedException", "Not allowed.");
        commands.Begins = _ => { };
        using var signal = new CancellationTokenSource();
        commands.Ends = _ => signal.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(signal: signal));
        commands.Ends = _ => { };
        roll.Time.Advance(TimeSpan.FromHours(2));

        var end = await RunAsync(StartingState.From(roll.File.Read(), Request, "x"));

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"i-{name}"), Sent());
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), Rebooted());
    }

    [Fact]
    public async Task Patches_that_are_asked_for_again_are_installed_again()
    {
        InstallsPatches();
        var first = await RunAsync();
        roll.Time.Advance(TimeSpan.FromHours(2));

        var second = await RunAsync(StartingState.From(first, Request, "x"));

        Assert.Equal(UpdateStatus.Success, second.ClusterUpdateStatus);
        Assert.Equal(8, Sent().Count());
        Assert.Equal(8, Rebooted().Count());
    }

    [Fact]
    public async Task A_reboot_that_was_asked_for_is_waited_for_though_Patch_Manager_says_later_that_none_is_pending()
    {
        InstallsPatches();
        var down = 0;
        var rebooting = new HashSet<string>();
        commands.Patches = id => rebooting.Contains(id) ? new PatchState(0, roll.Time.GetUtcNow()) : null;
        roll.Instances.AfterReboot = node =>
        {
            rebooting.Add(node.Ec2Id);
            roll.After(TimeSpan.FromSeconds(20), node.GoesDown);
            roll.After(TimeSpan.FromSeconds(40), node.ComesBack);
            roll.After(TimeSpan.FromSeconds(30), () => down = Math.Max(down, roll.Picture.Nodes.Count(other => !other.Answers)));
        };

        var end = await RunAsync();

        Assert.Equal((UpdateStatus.Success, 1), (end.ClusterUpdateStatus, down));
        Assert.Equal(4, Rebooted().Count());
    }

    [Theory]
    [InlineData("AWS-RunShellScript", true)]
    [InlineData(Patches, false)]
    public async Task Patch_Manager_is_asked_of_patches_alone_and_only_where_a_reboot_is_wanted(string document, bool rebootAfter)
    {
        spec = spec with { Document = document, RebootAfter = rebootAfter };
        commands.Begins = commands.Ends = _ => { };
        commands.Patches = _ => throw new InvalidOperationException("asked");

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(rebootAfter ? 4 : 0, Rebooted().Count());
    }

    [Fact]
    public async Task The_reboot_after_a_command_waits_for_every_rule_too()
    {
        spec = spec with { RebootAfter = true };
        commands.Begins = _ => { };
        commands.Ends = node =>
        {
            if (node.Name == "follower1")
            {
                roll.Picture["follower2"].GoesDown();
                roll.After(TimeSpan.FromMinutes(2), () => roll.Picture["follower2"].ComesBack());
            }
        };
        var others = new List<bool>();
        roll.Instances.AfterReboot = node =>
        {
            others.Add(roll.Picture.Nodes.All(other => other == node || other.Answers));
            node.ComesBack();
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal([true, true, true, true], others);
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task A_node_that_waits_for_the_reboot_after_its_command_comes_first_though_it_leads_meanwhile()
    {
        spec = spec with { RebootAfter = true };
        commands.Begins = _ => { };
        commands.Ends = node =>
        {
            if (node.Name == "follower1")
            {
                (roll.Picture["leader"].State, node.State) = (NodeState.Follower, NodeState.Leader);
            }
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(
            ["reboot i-replica", "reboot i-follower1"],
            roll.Instances.Asked.Where(act => act.StartsWith("reboot", StringComparison.Ordinal)).Take(2));
        Assert.Equal(["i-replica", "i-follower1"], Sent().Take(2));
        Assert.Equal(1, roll.Decisions.TakeWhile(one => one.Node?.NodeName != "follower2" || one.Act is Act.Wait).Count(one => one.Act is Act.Resign));
    }

    [Fact]
    public async Task An_agent_on_an_instance_that_is_off_is_no_reason_to_refuse_the_update_that_brings_it_back()
    {
        commands.Agents["i-follower1"] = new CommandAgent("ConnectionLost", "Linux");
        roll.Picture["follower1"].GoesDown();
        roll.Picture["follower1"].InstanceState = InstanceState.Stopped;
        roll.Instances.AfterStart = node => commands.Agents[node.Ec2Id] = new CommandAgent("Online", "Linux");

        Assert.Equal(UpdateStatus.Success, (await RunAsync()).ClusterUpdateStatus);
        Assert.Equal(4, Sent().Count());
    }

    [Theory]
    [InlineData("no-document", "DocumentExists")]
    [InlineData("unknown-parameter", "ParametersFit")]
    [InlineData("missing-parameter", "ParametersFit")]
    [InlineData("no-agent", "AgentIsOnline")]
    [InlineData("lost-agent", "AgentIsOnline")]
    [InlineData("windows", "PlatformFits")]
    [InlineData("denied", "CommandsAreRun")]
    [InlineData("agent-runs-nothing", "CommandsAreRun")]
    [InlineData("no-list", "CommandsCanBeFound")]
    [InlineData("automation", "DocumentExists")]
    [InlineData("deleted", "DocumentExists")]
    public async Task What_cannot_be_run_is_refused_before_anything_is_touched(string what, string check)
    {
        var denied = new InstanceException(InstanceErrorKind.AccessDenied, "AccessDeniedException", "Not allowed.");
        switch (what)
        {
            case "no-document": commands.Document = null; break;
            case "unknown-parameter": spec = spec with { Parameters = CommandParameters.Parse("""{"commands":"x","comand":"y"}""", "x") }; break;
            case "missing-parameter": spec = spec with { Parameters = CommandParameters.None }; break;
            case "no-agent": commands.Agents.Remove("i-follower1"); break;
            case "lost-agent": commands.Agents["i-follower1"] = new CommandAgent("ConnectionLost", "Linux"); break;
            case "windows": commands.Agents["i-follower1"] = new CommandAgent("Online", "Windows"); break;
            case "denied": commands.Refuses = _ => denied; break;
            case "agent-runs-nothing": commands.ProbeOutcome = null; break;
            case "no-list": commands.CannotFind = () => denied; break;
            case "automation": commands.Document = commands.Document! with { Kind = "Automation" }; break;
            default: commands.Document = commands.Document! with { Status = "Deleting" }; break;
        }

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => RunAsync());

        Assert.Equal(FailureReason.PreflightRefused, refusal.Reason);
        Assert.Contains(check, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Sent());
        Assert.Empty(roll.Instances.Asked);
    }

    [Fact]
    public async Task Where_only_the_own_document_is_allowed_the_probe_is_not_proof_and_refuses_nothing()
    {
        spec = spec with { Document = "esdb-upgrade" };
        commands.Refuses = command => FakeCommands.IsProbe(command)
            ? new InstanceException(InstanceErrorKind.AccessDenied, "AccessDeniedException", "AWS-RunShellScript is not allowed.")
            : null;

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Contains(roll.Checks, check => check is { Name: "CommandsAreRun", Outcome: CheckOutcome.Note });
    }

    [Theory]
    [InlineData("[]", "a list")]
    [InlineData("\"x\"", "a string")]
    [InlineData("{\"a\":{}}", "'a' is an object")]
    [InlineData("{\"a\":[null]}", "'a' is null")]
    [InlineData("{\"a\":1,\"a\":2}", "given twice")]
    [InlineData("{\"commands\":[\"secret\"", "no JSON at line 1")]
    public void Parameters_that_are_no_object_of_texts_are_refused_and_not_repeated(string json, string why)
    {
        var refusal = Assert.Throws<RollingUpdateException>(() => CommandParameters.Parse(json, "ssm-parameters"));

        Assert.Equal(FailureReason.InvalidInput, refusal.Reason);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_values_or_another_document_are_another_change_and_their_order_is_none()
    {
        CommandSpec Of(string json) => new() { Parameters = CommandParameters.Parse(json, "x") };

        Assert.Equal(Of("""{"a":"1","b":["2","3"]}""").Target, Of("""{"b":["2","3"],"a":["1"]}""").Target);
        Assert.NotEqual(Of("""{"a":["1","2"]}""").Target, Of("""{"a":["12"]}""").Target);
        Assert.NotEqual(Of("{}").Target, (Of("{}") with { RebootAfter = true }).Target);
        Assert.NotEqual(Of("{}").Target, (Of("{}") with { Version = "2" }).Target);
        Assert.Equal(Of("{}").Target, (Of("{}") with { RollbackParameters = CommandParameters.None }).Target);
    }

    [Fact]
    public async Task What_another_run_sends_to_a_node_that_waits_for_its_turn_is_seen_and_not_sent_again()
    {
        commands.Takes = TimeSpan.FromMinutes(1);
        var isFirst = true;
        commands.Begins = node =>
        {
            node.GoesDown();
            if (isFirst)
            {
                isFirst = false;
                roll.After(TimeSpan.FromSeconds(5), () => SendFor("follower1"));
            }
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(1, Sent().Count(id => id == "i-follower1"));
    }

    [Fact]
    public async Task While_a_command_runs_nobody_looks_for_commands_on_the_nodes_that_are_left()
    {
        commands.Takes = TimeSpan.FromMinutes(30);
        var before = new List<int>();
        commands.Begins = node =>
        {
            before.Add(commands.LookedForOn.Count(id => id == "i-leader"));
            node.GoesDown();
        };

        await RunAsync();

        Assert.Equal([1, 1, 1], before.Take(3));
        Assert.InRange(before[3], 2, 4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public async Task A_command_that_still_runs_is_ended_before_its_change_is_taken_back(int shows)
    {
        commands.Takes = TimeSpan.FromHours(5);
        commands.Shows = TimeSpan.FromSeconds(shows);
        commands.Begins = _ => { };
        spec = spec with
        {
            RollbackParameters = CommandParameters.Parse("""{"commands":["mend"]}""", "x"),
            TimeLimit = TimeSpan.FromMinutes(3),
        };
        int? ended = null;
        commands.EndsAs = command =>
        {
            ended = IsOf(command, "mend") ? commands.Cancelled.Count : ended;
            return new CommandOutcome("Success", 0);
        };

        await RunAsync();

        Assert.Equal(1, ended);
    }

    [Fact]
    public void The_reboot_after_a_command_that_is_tried_again_is_not_the_one_before_it()
    {
        var at = roll.Time.GetUtcNow();
        strategy = StrategyCatalogue.Of(Begin(), new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
        var before = new NodeUpdate { EarlierChangeAt = at, ChangeRequestedAt = at, StartRequestedAt = at, StopRequestedAt = at };
        var view = new NodeView(before, null, null, NodeGoal.Target) { Level = Verdict.Yes(""), At = at };

        var begun = strategy.Steps.First(step => step.TakesNodeDown).Begin(view);

        Assert.Equal((null, null, null), (begun.LastChangeAt, begun.StartRequestedAt, begun.StopRequestedAt));
    }

    [Fact]
    public async Task A_node_that_is_off_is_started_before_its_command_is_sent()
    {
        roll.Picture["replica"].InstanceState = InstanceState.Stopped;
        roll.Picture["replica"].GoesDown();
        var states = new List<InstanceState>();
        commands.Begins = node =>
        {
            states.Add(node.InstanceState);
            node.GoesDown();
        };

        await RunAsync();

        Assert.All(states, state => Assert.Equal(InstanceState.Running, state));
        Assert.Contains(roll.Instances.Asked, act => act.StartsWith("start", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_whose_command_was_found_again_is_not_pending_so_that_running_again_does_not_send_it_again()
    {
        var found = new NodeUpdate().Having([new NodeCommand("c", "change-1", new CommandOutcome("Success"))], roll.Time.GetUtcNow());

        Assert.Equal((UpdateStatus.InProgress, 0), (found.NodeUpdateStatus, StartingState.Retried(found, null).CommandRetries));
    }

    [Fact]
    public void A_node_to_which_the_way_back_was_sent_is_not_as_the_update_wants_it_though_that_does_not_show_yet()
    {
        var at = roll.Time.GetUtcNow();
        strategy = StrategyCatalogue.Of(Begin(), new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
        var node = new NodeUpdate { CurrentVersion = spec.Target, RollBackReason = "It failed." }.Requested("rollback-1", at);

        var seen = new SeenNode(roll.Picture.Instances[0], null, at) { Commands = PendingWrites.Apply([], node, at) };

        Assert.Equal(SsmCommandUpdate.Begun, strategy.VersionOf(node, seen));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_start_counts_as_the_reboot_after_the_command_only_where_a_reboot_was_asked_for(bool isRebootAsked, bool isOnlyBegun)
    {
        var at = roll.Time.GetUtcNow();
        spec = spec with { RebootAfter = true };
        strategy = StrategyCatalogue.Of(Begin(), new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
        var node = new NodeUpdate { StartRequestedAt = at, ChangeRequestedAt = isRebootAsked ? at : null }.Requested("change-1", at);
        NodeCommand sent = new("c", "change-1", new CommandOutcome("Success"));

        var version = strategy.VersionOf(node, new SeenNode(roll.Picture.Instances[0], null, at) { Commands = [sent] });

        Assert.Equal(isOnlyBegun ? SsmCommandUpdate.Begun : spec.Target, version);
    }

    [Fact]
    public async Task A_command_that_does_not_hear_that_it_is_cancelled_is_waited_for_before_anything_is_sent_to_anybody()
    {
        commands.HearsCancel = false;
        commands.TakesOf = _ => TimeSpan.FromMinutes(commands.Commands.Count() == 2 ? 40 : 1);
        commands.Begins = commands.Ends = _ => { };
        spec = spec with { TimeLimit = TimeSpan.FromMinutes(3) };
        var failed = await RunAsync();
        var (old, slow) = (roll.Picture["leader"], roll.Picture["follower1"]);
        (old.State, slow.State) = (NodeState.Follower, NodeState.Leader);
        var until = roll.Time.GetUtcNow() + TimeSpan.FromMinutes(25);
        var sentAt = new List<DateTimeOffset>();
        commands.Begins = _ => sentAt.Add(roll.Time.GetUtcNow());

        var end = await RunAsync(StartingState.From(failed, Request, "x"));

        Assert.Equal(UpdateStatus.Failed, failed.ClusterUpdateStatus);
        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.All(sentAt, at => Assert.True(at > until));
        Assert.Contains(roll.Decisions, decision => decision.Rule == nameof(SafetyRules.NoCommandRuns));
    }

    [Fact]
    public async Task What_failed_after_its_command_had_succeeded_is_tried_again_without_sending_it_again()
    {
        spec = spec with { RebootAfter = true };
        commands.Begins = commands.Ends = _ => { };
        roll.Instances.AfterReboot = node => node.GoesDown();
        var failed = await RunAsync(Begin() with { MaxNumberOfIterationsPerNodeUpdate = 30 });
        roll.Picture["replica"].ComesBack();
        roll.Instances.AfterReboot = node => node.ComesBack();

        var end = await RunAsync(StartingState.From(failed, Request with { MaxIterations = 500 }, "x"));

        Assert.Equal(FailureReason.IterationLimitExceeded, failed.EventStoreNodeUpdates[0].FailureReason);
        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(4, commands.Commands.Count(command => command.Comment.Contains(" change-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_node_that_a_person_makes_pending_again_gets_its_command_again()
    {
        commands.EndsAs = _ => new CommandOutcome(Sent().Count() == 1 ? "Failed" : "Success", 1);
        var failed = await RunAsync();
        commands.EndsAs = _ => new CommandOutcome("Success", 0);
        var edited = failed with
        {
            EventStoreNodeUpdates = [.. failed.EventStoreNodeUpdates.Select(node => node.NodeName == "replica" ? node with { NodeUpdateStatus = UpdateStatus.Pending } : node)],
        };

        await RunAsync(StartingState.From(edited, Request, "x"));

        Assert.Equal(2, Sent().Count(id => id == "i-replica"));
    }

    [Fact]
    public async Task A_database_that_was_started_has_time_to_open_before_its_machine_is_rebooted()
    {
        Fails(silent: true);
        commands.TakesOf = command => IsOf(command, "systemctl restart kurrentdb") ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(3);
        commands.Ends = node =>
        {
            if (Sent().Count(id => id == node.Ec2Id) == 2)
            {
                roll.After(TimeSpan.FromSeconds(100), () => node.ComesBack());
            }
        };

        await RunAsync();

        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("reboot", StringComparison.Ordinal));
        Assert.True(roll.Picture["replica"].Answers);
    }

    [Fact]
    public async Task A_recovery_waits_for_a_command_and_neither_starts_nor_reboots_a_node_that_has_not_failed()
    {
        using var signal = new CancellationTokenSource();
        commands.Takes = TimeSpan.FromMinutes(2);
        commands.Ends = node =>
        {
            signal.Cancel();
            roll.After(TimeSpan.FromSeconds(100), () => node.ComesBack());
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(signal: signal));

        await roll.RecoverAsync(roll.File.Read());

        Assert.Equal(["i-replica"], Sent());
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("reboot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_script_that_keeps_the_database_down_for_long_is_followed_by_a_reboot_and_no_stop()
    {
        spec = spec with { RebootAfter = true };
        commands.Takes = TimeSpan.FromMinutes(12);
        commands.Ends = _ => { };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), Rebooted());
        Assert.DoesNotContain(roll.Instances.Asked, act => act.StartsWith("stop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_may_take_its_time_whatever_the_iterations_of_a_node()
    {
        spec = spec with { TimeLimit = TimeSpan.FromMinutes(180) };
        commands.Takes = TimeSpan.FromMinutes(150);

        var end = await RunAsync(Begin() with { MaxNumberOfIterationsPerNodeUpdate = 20 });

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Empty(commands.Cancelled);
    }

    [Fact]
    public async Task Steps_pass_the_time_limit_to_every_command()
    {
        spec = spec with { TimeLimit = TimeSpan.FromMinutes(120) };
        roll.Settings = roll.Settings with { Run = "run", LeaseId = "1234abcd" };
        var state = Begin();
        for (var steps = 0; steps < 300 && state.ClusterUpdateStatus is not UpdateStatus.Success; steps++)
        {
            strategy = StrategyCatalogue.Of(state, new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
            state = await roll.RunAsync(state, oneIteration: true);
        }

        Assert.All(commands.Commands, command => Assert.Equal(["7200"], command.Parameters["executionTimeout"]));
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task A_rollback_that_was_never_delivered_puts_nothing_back()
    {
        spec = spec with { RollbackParameters = CommandParameters.Parse("""{"commands":["mend"]}""", "x") };
        commands.Begins = commands.Ends = _ => { };
        commands.TakesOf = command => IsOf(command, "mend") ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(10);
        commands.EndsAs = command => new CommandOutcome(IsOf(command, "mend") ? "DeliveryTimedOut" : "Failed", 1);
        commands.Refuses = command => IsOf(command, "mend") && commands.Commands.Any(sent => IsOf(sent, "mend"))
            ? new InstanceException(InstanceErrorKind.Transient, "ThrottlingException", "Slow down.")
            : null;

        var end = await RunAsync(Begin() with { MaxNumberOfIterationsPerNodeUpdate = 60 });

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.NotEqual(nameof(NodePhase.RolledBack), end.EventStoreNodeUpdates[0].NodeUpdateStatusDetail);
    }

    [Fact]
    public async Task A_node_that_is_done_and_was_only_stopped_by_somebody_is_started_and_gets_no_second_command()
    {
        var isStopped = false;
        commands.Begins = node =>
        {
            if (node.Name == "follower1" && !isStopped)
            {
                isStopped = true;
                roll.After(TimeSpan.FromSeconds(20), () =>
                {
                    roll.Picture["replica"].GoesDown();
                    roll.Picture["replica"].InstanceState = InstanceState.Stopped;
                });
            }

            node.GoesDown();
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Contains("start i-replica", roll.Instances.Asked);
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task An_update_that_fails_ends_its_command_on_a_node_that_a_person_made_pending_too()
    {
        using var signal = new CancellationTokenSource();
        commands.Takes = TimeSpan.FromHours(5);
        commands.Begins = _ => roll.After(TimeSpan.FromSeconds(5), signal.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(signal: signal));
        var found = roll.File.Read()!;
        var edited = found with
        {
            EventStoreNodeUpdates = [.. found.EventStoreNodeUpdates.Select(node => node with { NodeUpdateStatus = UpdateStatus.Pending })],
        };

        var end = await RunAsync(StartingState.From(edited, Request with { MaxIterations = 5 }, "x"));

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Equal(["i-replica"], commands.Cancelled);
    }

    [Theory]
    [InlineData(new string[0], typeof(Act.Finish))]
    [InlineData(new[] { "change-1" }, typeof(Act.ChangeInstance))]
    [InlineData(new[] { "change-1", "cancel" }, typeof(Act.ChangeInstance))]
    [InlineData(new[] { "change-1", "end" }, typeof(Act.ChangeInstance))]
    public void A_node_that_was_sent_a_command_is_not_left_silent_when_another_node_failed(string[] asked, Type act)
    {
        strategy = StrategyCatalogue.Of(Begin(), new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
        var picture = Picture.OfFour();
        picture.Strategy = strategy;
        picture["replica"].GoesDown();
        picture.SilentFor = TimeSpan.FromSeconds(20);
        var state = picture.State("replica", node => asked.Aggregate(node, (sentTo, word) => sentTo.Requested(word, picture.At.AddMinutes(-3))));
        state = state.With(Limits.Failed(
            state.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1"), new(FailureReason.ChangeFailed, "It failed.", picture.At)));
        List<NodeCommand> shown = asked.Length == 0 ? [] : [new("c", "change-1", new CommandOutcome("Cancelled"))];
        var sent = new Dictionary<string, List<NodeCommand>> { ["i-replica"] = shown };

        var decision = picture.Decide(state, change: seen => seen with { Commands = new CommandsSeen(sent, picture.At, null) });

        Assert.IsType(act, decision.Act);
    }

    [Fact]
    public async Task A_restore_point_of_another_change_makes_no_second_update_the_first_one()
    {
        await RunAsync();
        roll.Picture["replica"].RestorePoint = "type=t2.large priority=0 target=other node=replica:2113";

        await RunAsync();

        Assert.Equal(8, Sent().Count());
    }

    [Fact]
    public async Task An_instance_that_stays_on_need_not_be_one_that_can_be_stopped()
    {
        roll.Instances.Shown = instance => instance with { Details = instance.Details with { Lifecycle = "spot" } };

        Assert.Equal(UpdateStatus.Success, (await RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public void A_replica_that_served_nobody_is_not_sent_its_command_again_while_it_comes_back_from_it()
    {
        strategy = StrategyCatalogue.Of(Begin(), new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
        var picture = Picture.OfFour();
        picture.Strategy = strategy;
        picture["replica"].State = NodeState.ReadOnlyLeaderless;
        var outOfService = new OutOfService(picture.At.AddMinutes(-5), null);
        var state = picture.State("replica", node =>
            (node with { CurrentVersion = spec.Target, OutOfService = outOfService }).Requested("change-1", picture.At.AddMinutes(-2)));

        Assert.IsType<Act.Wait>(picture.Decide(state).Act);
    }

    private UpdateRequest Request => new(SsmCommandUpdate.StrategyName, null, null) { TargetVersion = spec.Target };

    /// <summary>The roll installs patches, which restart no database, and reboots.</summary>
    private void InstallsPatches()
    {
        spec = spec with { Document = Patches, RebootAfter = true };
        commands.Begins = commands.Ends = _ => { };
    }

    private IEnumerable<string> Rebooted() => roll.Instances.Asked.Where(act => act.StartsWith("reboot", StringComparison.Ordinal));

    private IEnumerable<string> Sent() => commands.Commands.Select(command => command.InstanceIds.Single());

    private static bool IsOf(CommandToSend command, string script) => command.Parameters["commands"].SequenceEqual([script]);

    private ClusterUpdate Begin() => StartingState.From(null, Request, "Ec2InstanceTypeUpdate");

    private Task<ClusterUpdate> RunAsync(ClusterUpdate? start = null, CancellationTokenSource? signal = null)
    {
        start ??= Begin();
        strategy = StrategyCatalogue.Of(start, new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec });
        return roll.RunAsync(start, signal: signal);
    }

    private void Fails(bool silent)
    {
        commands.EndsAs = command => new CommandOutcome(IsOf(command, "systemctl restart kurrentdb") ? "Failed" : "Success", 1);
        commands.Ends = node =>
        {
            if (!silent)
            {
                node.ComesBack();
            }
        };
    }

    private async Task IsCutOffAfterAsync(int acts, bool hasState)
    {
        roll.Settings = roll.Settings with { Run = "run" };
        using var signal = new CancellationTokenSource();
        var left = acts;
        void Count()
        {
            if (--left == 0)
            {
                signal.Cancel();
            }
        }

        commands.Begins = node =>
        {
            node.GoesDown();
            Count();
        };
        roll.Instances.AfterTag = _ => Count();
        commands.Ends = node =>
        {
            node.ComesBack();
            Count();
        };
        try
        {
            await RunAsync(signal: signal);
        }
        catch (OperationCanceledException)
        {
            // The run was cut off, as it was to be.
        }

        roll.Picture.Nodes.ToList().ForEach(node => node.Lease = null);
        var again = StartingState.From(hasState ? roll.File.Read() : null, Request, "x");
        var end = await RunAsync(again);

        Assert.True(
            end.ClusterUpdateStatus is UpdateStatus.Success,
            $"cut off after {acts}: {string.Join(" ", end.EventStoreNodeUpdates.Select(node => node.FailureMessage))}");
        Assert.True(Sent().Distinct().Count() == 4 && Sent().Count() == 4, $"cut off after {acts}: {string.Join(", ", Sent())}");
    }

    /// <summary>Another run sends to the node what this one has sent to the first.</summary>
    private void SendFor(string name)
    {
        var first = commands.Commands.First();
        var comment = first.Comment.Replace("replica", name, StringComparison.Ordinal);
        commands.SendAsync(first with { InstanceIds = [$"i-{name}"], Comment = comment }, default);
    }

}
