using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Tests.Alarms;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Strategies;

public sealed class UpgradeTests : IDisposable
{
    private const string Old = "23.10.8.0";
    private const string New = "24.10.4.0";
    private static readonly string[] Names = ["replica", "follower1", "follower2", "leader"];
    private readonly FakeCommands commands;
    private readonly ServiceFixture roll;
    private IUpdateStrategy? strategy;
    private string target = "24.10.4";
    private bool allowDowngrade;
    private CommandSpec spec = new() { Parameters = CommandParameters.Parse("""{"commands":["upgrade"]}""", "x") };

    public UpgradeTests()
    {
        roll = new ServiceFixture { MakesStrategy = _ => strategy! };
        roll.Picture.Nodes.ToList().ForEach(node => node.Version = Old);
        commands = new FakeCommands(roll) { Begins = node => node.GoesDown(), Ends = node => ComesBack(node, New) };
    }

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Every_node_is_upgraded_once_replicas_first_and_the_leader_last()
    {
        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"i-{name}"), Sent());
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal((Old, "24.10.4"), (node.VersionBefore, node.Version)));
    }

    [Fact]
    public async Task In_steps_every_machine_is_rebooted_after_its_upgrade_the_last_one_too()
    {
        spec = spec with { RebootAfter = true };
        roll.Settings = roll.Settings with { Run = "https://github.com/org/ops/actions/runs/7", LeaseId = "55555555" };
        roll.Instances.AfterReboot = node => ComesBack(node, New);
        var state = await RunAsync(oneIteration: true);
        for (var step = 0; step < 150 && state.ClusterUpdateStatus is not UpdateStatus.Success; step++)
        {
            state = await RunAsync(StartingState.From(state, Request, "x", goesOn: true), oneIteration: true);
        }

        Assert.Equal(UpdateStatus.Success, state.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"reboot i-{name}"), roll.Instances.Asked.Where(asked => asked.StartsWith("reboot", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_node_that_never_tells_its_options_is_asked_once_more_and_holds_nothing_up()
    {
        roll.Cluster.WithoutOptions.Add(roll.Picture["follower1"].Endpoint);

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Single(roll.Decisions, decision => decision.Act is Act.PlanAgain);
    }

    [Fact]
    public async Task No_upgraded_voter_may_lead_while_another_is_old_and_every_priority_is_given_back_at_the_end()
    {
        roll.Picture.Nodes.ToList().ForEach(node => node.Priority = 3);
        var priorities = new List<string>();
        commands.Begins = node =>
        {
            priorities.Add($"{node.Name}: {string.Join(" ", Names[1..].Select(name => roll.Picture[name].Priority))}");
            node.GoesDown();
        };
        commands.Ends = node =>
        {
            ComesBack(node, New);
            node.Priority = 3;
        };

        await RunAsync();

        Assert.Equal(["replica: 3 3 3", "follower1: 3 3 3", "follower2: 2 3 3", "leader: 2 2 1"], priorities);
        Assert.All(Names[1..], name => Assert.Equal(3, roll.Picture[name].Priority));
    }

    [Fact]
    public async Task An_upgraded_voter_that_restarts_by_itself_is_lowered_again()
    {
        commands.Begins = node =>
        {
            if (node.Name == "follower2")
            {
                roll.Picture["follower1"].Priority = 0;
            }

            node.GoesDown();
        };
        var atTheLeader = 9;
        commands.Ends = node =>
        {
            ComesBack(node, New);
            atTheLeader = node.Name == "follower2" ? atTheLeader : roll.Picture["follower1"].Priority;
        };

        await RunAsync();

        Assert.Contains(roll.Decisions, decision => decision is { Act: Act.SetPriority { Priority: -1 }, Node.NodeName: "follower1", Why: var why }
            && why.Contains("new version", StringComparison.Ordinal));
        Assert.Equal(0, roll.Picture["follower1"].Priority);
    }

    [Fact]
    public async Task An_upgraded_voter_that_restarts_by_itself_is_lowered_again_while_another_one_s_command_runs()
    {
        int? whenItEnded = null;
        commands.TakesOf = command => TimeSpan.FromMinutes(command.InstanceIds[0] == "i-follower2" ? 10 : 1);
        commands.Begins = node =>
        {
            if (node.Name == "follower2")
            {
                roll.After(TimeSpan.FromMinutes(2), () => ComesBack(roll.Picture["follower1"], New));
                roll.After(TimeSpan.FromMinutes(2), () => roll.Picture["follower1"].Priority = 0);
            }

            node.GoesDown();
        };
        commands.Ends = node =>
        {
            whenItEnded = node.Name == "follower2" ? roll.Picture["follower1"].Priority : whenItEnded;
            ComesBack(node, New);
        };

        await RunAsync();

        Assert.Equal(-1, whenItEnded);
    }

    [Fact]
    public async Task An_upgraded_voter_that_leads_by_accident_hands_over_before_another_node_is_begun()
    {
        var leaders = new List<string>();
        commands.Begins = node =>
        {
            leaders.Add($"{node.Name}: {roll.Picture.Nodes.Single(other => other.State is NodeState.Leader).Name}");
            node.GoesDown();
        };
        commands.Ends = node =>
        {
            ComesBack(node, New);
            if (node.Name == "follower1")
            {
                (roll.Picture["leader"].State, node.State) = (NodeState.Follower, NodeState.Leader);
            }
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["replica: leader", "follower1: leader", "leader: follower2", "follower2: follower1"], leaders);
        Assert.All(Names[1..], name => Assert.Equal(0, roll.Picture[name].Priority));
    }

    [Fact]
    public async Task Leadership_is_not_handed_back_to_the_last_old_voter_whose_turn_is_next()
    {
        commands.Ends = node =>
        {
            ComesBack(node, New);
            if (node.Name == "follower2")
            {
                (roll.Picture["leader"].State, node.State) = (NodeState.Follower, NodeState.Leader);
            }
        };

        await RunAsync();

        Assert.DoesNotContain(roll.Cluster.Asked, act => act.StartsWith("resign", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leadership_is_not_handed_back_while_no_successor_is_level()
    {
        commands.Ends = node =>
        {
            ComesBack(node, New);
            if (node.Name == "follower1")
            {
                (roll.Picture["leader"].State, node.State) = (NodeState.Follower, NodeState.Leader);
                roll.Picture["leader"].Checkpoint = 1;
                roll.After(TimeSpan.FromMinutes(1), () => roll.Picture["leader"].Checkpoint = 500_000_000);
            }
        };
        var behind = new List<long>();
        roll.Cluster.BeforeAct = _ =>
        {
            behind.Add(roll.Picture["leader"].Checkpoint);
            return Task.CompletedTask;
        };

        await RunAsync();

        Assert.DoesNotContain(1, behind.Skip(1));
    }

    [Theory]
    [InlineData(NodeState.PreReplica)]
    [InlineData(NodeState.CatchingUp)]
    [InlineData(NodeState.Unknown)]
    public async Task The_last_old_voter_is_upgraded_though_it_cannot_follow_the_new_leader(NodeState says)
    {
        roll.Cluster.FormerLeaderIs = says;

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"i-{name}"), Sent());
    }

    [Fact]
    public async Task The_last_old_voter_is_upgraded_without_the_state_too_though_it_cannot_follow()
    {
        LeaderIsNewAndCannotBeFollowed();

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["i-leader"], Sent());
    }

    [Fact]
    public async Task A_voter_that_says_nothing_is_not_taken_for_the_last_old_one()
    {
        LeaderIsNewAndCannotBeFollowed();
        roll.Picture["leader"].GoesDown();

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => RunAsync());

        Assert.StartsWith("VotersAreLevel: leader refused the connection.", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Sent());
    }

    [Fact]
    public async Task One_of_two_old_voters_that_does_not_follow_is_a_reason_not_to_begin()
    {
        LeaderIsNewAndCannotBeFollowed();
        roll.Picture["follower2"].Version = Old;

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => RunAsync());

        Assert.StartsWith("VotersAreLevel: leader says PreReplica.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_old_voter_is_given_a_minute_to_follow()
    {
        NodeState? says = null;
        var old = roll.Picture["leader"];
        roll.Cluster.FormerLeaderIs = NodeState.CatchingUp;
        roll.Cluster.BeforeAct = _ =>
        {
            roll.After(TimeSpan.FromSeconds(50), () => old.State = old.State is NodeState.CatchingUp ? NodeState.Follower : old.State);
            return Task.CompletedTask;
        };
        commands.Begins = node =>
        {
            says = node == old ? node.State : says;
            node.GoesDown();
        };

        await RunAsync();

        Assert.Equal(NodeState.Follower, says);
    }

    [Fact]
    public async Task A_voter_that_is_not_the_last_old_one_is_not_upgraded_while_it_does_not_follow()
    {
        commands.Ends = node =>
        {
            ComesBack(node, New);
            roll.Picture["follower2"].State = node.Name == "follower1" ? NodeState.PreReplica : roll.Picture["follower2"].State;
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.Equal(["i-replica", "i-follower1"], Sent());
    }

    [Fact]
    public async Task A_node_that_has_the_version_is_done_without_a_command_whatever_is_remembered()
    {
        roll.Picture["replica"].Version = roll.Picture["follower1"].Version = "24.10.4.1";

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(["i-follower2", "i-leader"], Sent());
    }

    [Theory]
    [InlineData("24.10")]
    [InlineData("24.10.4")]
    [InlineData("24.10.4.0")]
    public async Task The_target_is_what_the_version_begins_with(string asked)
    {
        target = asked;

        var end = await RunAsync();

        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal(asked, node.Version));
    }

    [Fact]
    public async Task A_command_that_succeeds_and_installs_nothing_fails_the_node_and_is_not_sent_again()
    {
        commands.Ends = node => ComesBack(node, Old);

        var end = await RunAsync();

        var failed = end.EventStoreNodeUpdates[0];
        Assert.Equal((UpdateStatus.Failed, FailureReason.ChangeFailed), (failed.NodeUpdateStatus, failed.FailureReason));
        Assert.Contains($"still has version {Old}", failed.FailureMessage, StringComparison.Ordinal);
        Assert.Equal(["i-replica"], Sent());
    }

    [Fact]
    public async Task A_machine_is_rebooted_once_after_a_command_that_has_installed_nothing()
    {
        spec = spec with { RebootAfter = true };
        commands.Ends = node => ComesBack(node, Old);
        roll.Instances.AfterReboot = node => ComesBack(node, Old);

        var end = await RunAsync();

        Assert.Contains($"still has version {Old}", end.EventStoreNodeUpdates[0].FailureMessage, StringComparison.Ordinal);
        Assert.Single(roll.Instances.Asked, act => act.StartsWith("reboot", StringComparison.Ordinal));
    }

    /// <summary>The old ones cannot follow it, and elect it again and again: the cluster would have no leader any more.</summary>
    [Fact]
    public void An_upgraded_voter_that_wins_an_election_before_it_is_level_is_lowered()
    {
        var picture = PictureOfAnUpgrade();
        picture["follower1"].Version = New;
        picture["follower1"].State = NodeState.PreLeader;
        picture["follower2"].State = picture["leader"].State = NodeState.Unknown;

        var decision = picture.Decide(AfterItsCommand(picture, "follower1"));

        Assert.Equal(-1, decision.Acts<Act.SetPriority>("follower1").Priority);
        Assert.Equal((true, 1, NodePhase.CatchingUp), (decision.CountsNoIteration, decision.Node!.UpdateIterations, decision.Node.Phase));
    }

    /// <summary>A server that comes up may not know its users yet.</summary>
    [Fact]
    public void An_upgraded_voter_that_catches_up_with_a_leader_is_left_alone_until_it_is_level()
    {
        var picture = PictureOfAnUpgrade();
        picture["follower1"].Version = New;
        picture["follower1"].State = NodeState.CatchingUp;

        Assert.IsType<Act.Wait>(picture.Decide(AfterItsCommand(picture, "follower1")).Act);
    }

    [Fact]
    public void One_that_was_to_be_taken_back_and_is_level_after_all_stays_though_it_is_lowered()
    {
        var picture = PictureOfAnUpgrade();
        picture["follower1"].Version = New;
        picture["follower1"].Priority = -1;
        var state = picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            OriginalNodePriority = 0,
            OriginalVersion = "23.10.0.0",
            RollBackReason = "It took more than its iterations.",
            CommandRequests = [new CommandRequest("change-1", picture.At.AddMinutes(-1)) { Status = "Success" }],
        });

        var kept = picture.Decide(state).State.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");
        Assert.Equal((UpdateStatus.Success, null), (kept.NodeUpdateStatus, kept.RollBackReason));
    }

    /// <summary>It would be kept, then be over its iterations while its priority is given back, and be taken back again for ever.</summary>
    [Fact]
    public void One_that_is_to_be_taken_back_and_is_lowered_for_a_hand_over_is_not_kept()
    {
        var picture = roll.Picture;
        picture["follower1"].InstanceType = Picture.Target;
        picture["follower1"].Priority = -1;
        var state = picture.State("follower1", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            OriginalNodePriority = 0,
            OriginalInstanceType = "t2.large",
            RollBackReason = "It took more than its iterations.",
        });
        var cluster = picture.Snapshot(state);

        Assert.False(NodeMachine.IsLevelAfterAll(cluster.Nodes.Single(node => node.Name == "follower1"), cluster));
    }

    [Fact]
    public void A_priority_that_was_just_lowered_and_does_not_show_yet_is_given_back_all_the_same()
    {
        var picture = PictureOfAnUpgrade();
        picture.Nodes.ToList().ForEach(node => node.Version = New);
        var state = picture.State("follower1", node => node with
        {
            PriorityRequested = -1,
            PriorityRequestedOf = picture["follower1"].InstanceId,
            PriorityRequestedAt = picture.At.AddSeconds(-1),
        });
        state = state with { EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node with { NodeUpdateStatus = UpdateStatus.Success })] };

        var decision = picture.Decide(state);

        Assert.Equal(0, decision.Acts<Act.SetPriority>("follower1").Priority);
    }

    [Fact]
    public async Task Steps_notice_as_soon_as_one_run_that_a_command_has_installed_nothing()
    {
        roll.Settings = roll.Settings with { Run = "run", LeaseId = "1234abcd" };
        commands.Ends = node => ComesBack(node, Old);
        var state = StartingState.From(null, Request, "x");
        for (var steps = 0; steps < 60 && state.ClusterUpdateStatus is not UpdateStatus.Failed; steps++)
        {
            state = await RunAsync(StartingState.From(state, Request, "x", goesOn: true), oneIteration: true);
        }

        Assert.Equal((UpdateStatus.Failed, FailureReason.ChangeFailed), (state.ClusterUpdateStatus, state.EventStoreNodeUpdates[0].FailureReason));
        Assert.Equal(["i-replica"], Sent());
    }

    [Fact]
    public async Task A_node_that_is_silent_after_its_command_gets_no_second_one()
    {
        commands.Ends = node => roll.After(TimeSpan.FromMinutes(4), () => ComesBack(node, New));

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(4, Sent().Count());
    }

    [Fact]
    public async Task An_instance_that_somebody_stops_when_its_command_has_ended_is_started()
    {
        commands.Ends = node => (node.InstanceState, node.Version) = (Core.Ec2.InstanceState.Stopped, New);

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"start i-{name}"), roll.Instances.Asked.Where(act => act.StartsWith("start", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_failed_upgrade_is_taken_back_with_the_other_parameters()
    {
        spec = spec with { RollbackParameters = CommandParameters.Parse("""{"commands":["downgrade"]}""", "x") };
        commands.EndsAs = command => new CommandOutcome(command.Parameters["commands"][0] == "upgrade" ? "Failed" : "Success", 1);
        commands.Ends = node => ComesBack(node, Old);

        var end = await RunAsync();

        Assert.Equal(["i-replica", "i-replica"], Sent());
        Assert.Equal(nameof(NodePhase.RolledBack), end.EventStoreNodeUpdates[0].NodeUpdateStatusDetail);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Running_again_with_or_without_the_state_goes_on_with_the_nodes_that_are_left(bool hasState)
    {
        using var signal = new CancellationTokenSource();
        commands.Ends = node =>
        {
            ComesBack(node, New);
            if (node.Name == "follower1")
            {
                signal.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(signal: signal));

        var end = await RunAsync(hasState ? StartingState.From(roll.File.Read(), Request, "x") : null);

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(Names.Select(name => $"i-{name}"), Sent());
    }

    [Theory]
    [InlineData("20.10.5", "24.10.4", "no supported rolling upgrade; it is supported from 21.10, 22.10, 23.10")]
    [InlineData("21.10.11", "25.0.1", "no supported rolling upgrade")]
    [InlineData("24.10.4.0", "22.10.5", "cannot read")]
    [InlineData("24.10.4.0", "23.10.8", "downgrade")]
    [InlineData("24.10.4.0", "24.10.2", "downgrade")]
    public async Task A_pair_of_versions_that_is_known_to_be_bad_is_refused(string from, string to, string why)
    {
        roll.Picture.Nodes.ToList().ForEach(node => node.Version = from);
        target = to;

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => RunAsync());

        Assert.Contains("UpgradeIsSupported", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Sent());
    }

    [Fact]
    public async Task A_downgrade_that_is_asked_for_is_done_and_warned_of()
    {
        roll.Picture.Nodes.ToList().ForEach(node => node.Version = New);
        (target, allowDowngrade) = ("23.10.8", true);
        commands.Ends = node => ComesBack(node, "23.10.8.0");

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Contains(roll.Checks, check => check is { Name: "UpgradeIsSupported", Outcome: CheckOutcome.Warning });
    }

    [Fact]
    public async Task A_downgrade_that_cannot_be_read_is_refused_though_it_is_asked_for()
    {
        roll.Picture.Nodes.ToList().ForEach(node => node.Version = New);
        (target, allowDowngrade) = ("23.10.7", true);

        await Assert.ThrowsAsync<RollingUpdateException>(() => RunAsync());
    }

    [Theory]
    [InlineData("23.10.8.0", "23.10.9", UpgradeVerdict.Supported)]
    [InlineData("23.10.8.0", "23.10", UpgradeVerdict.Supported)]
    [InlineData("22.10.5", "23.10", UpgradeVerdict.Supported)]
    [InlineData("22.10.5", "26.1.0", UpgradeVerdict.Supported)]
    [InlineData("26.1.0-prerelease", "26.1.0", UpgradeVerdict.Supported)]
    [InlineData("26.1.0-rc.1", "26.1.0", UpgradeVerdict.Supported)]
    [InlineData("26.1.0", "26.1.0-rc.1", UpgradeVerdict.Downgrade)]
    [InlineData("26.1.0", "27.0", UpgradeVerdict.Unknown)]
    [InlineData("25.1.0", "25.0.1", UpgradeVerdict.Downgrade)]
    internal void The_table_knows_the_pair(string from, string to, UpgradeVerdict verdict) => Assert.Equal(verdict, UpgradeTable.Of(from, to));

    [Fact]
    public async Task Options_with_which_the_new_server_does_not_start_are_warned_of()
    {
        roll.Cluster.ServerOptions = [new("EnableExternalTcp", "Config File"), new("ClusterSize", "Config File"), new("ExtTcpPort", "<DEFAULT>")];

        await RunAsync();

        var row = roll.Checks.Single(check => check.Name == "OptionsLetItStart");
        Assert.Equal(CheckOutcome.Warning, row.Outcome);
        Assert.Contains("does not start with EnableExternalTcp, which", row.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("23.10.6.0", "23.10.6.0")]
    [InlineData("26.1.0-prerelease", "26.1.0-prerelease")]
    [InlineData("old_version", null)]
    [InlineData("unknown_version", null)]
    [InlineData("", null)]
    [InlineData("24.10 <b>", null)]
    [InlineData("v24.10.4", null)]
    [InlineData("24.", null)]
    [InlineData("24.x", null)]
    [InlineData("24.10.4-a-name-that-is-longer-than-any-one-is", null)]
    public void A_placeholder_is_no_version(string told, string? version) => Assert.Equal(version, ServerVersion.Read(told));

    [Theory]
    [InlineData("24.10.4.0", "24.10", true)]
    [InlineData("24.10.4.0", "24.1", false)]
    [InlineData("24.10.40", "24.10.4", false)]
    [InlineData("26.1.0-prerelease", "26.1.0", true)]
    [InlineData("26.1.0-prerelease", "26.1", true)]
    [InlineData("26.1.0-rc.1", "26.1.0", false)]
    [InlineData("26.1.0-rc.1", "26.1", false)]
    [InlineData("26.1.0-rc.1", "26.1.0-rc.1", true)]
    [InlineData("26.1.0-rc.10", "26.1.0-rc.1", false)]
    public void A_version_is_of_another_at_its_borders_only(string version, string of, bool isOf) => Assert.Equal(isOf, ServerVersion.IsOf(version, of));

    [Fact]
    public async Task What_is_run_and_what_would_take_it_back_is_approved_with_the_plan()
    {
        var digests = new List<string?>();
        CommandSpec[] specs =
        [
            spec,
            spec with { Document = "another" },
            spec with { RollbackParameters = CommandParameters.Parse("""{"commands":["downgrade"]}""", "x") },
        ];
        foreach (var one in specs)
        {
            var start = StartingState.From(null, Request, "x");
            strategy = StrategyCatalogue.Of(start, new StrategyParts(roll.Instances, commands, roll.Time) { Command = one });
            digests.Add((await roll.PlanAsync(start)).PlanDigest);
        }

        Assert.Equal(3, digests.Distinct().Count());
    }

    [Theory]
    [InlineData(FailureReason.TimeLimit)]
    [InlineData(FailureReason.Alarm)]
    public async Task A_run_that_ends_between_two_nodes_leaves_upgraded_voters_lowered_and_the_next_one_goes_on(FailureReason reason)
    {
        var alarms = new FakeAlarms { States = { ["orders"] = AlarmState.Ok } };
        roll.Alarms = alarms;
        var isAlarm = reason is FailureReason.Alarm;
        var deadline = isAlarm ? (DateTimeOffset?)null : roll.Time.GetUtcNow().AddSeconds(34);
        roll.Settings = roll.Settings with { AlarmNames = ["orders"], Deadline = deadline };
        roll.Picture.Nodes.ToList().ForEach(node => node.Priority = 3);
        commands.Ends = node =>
        {
            ComesBack(node, New);
            alarms.States["orders"] = isAlarm && node.Name == "follower2" ? AlarmState.Alarm : AlarmState.Ok;
        };
        var start = StartingState.From(null, Request, "x") with { MaxNumberOfIterationsPerNodeUpdate = 30 };

        var end = await Assert.ThrowsAsync<RollingUpdateException>(() => RunAsync(start));

        Assert.Equal((reason, 3), (end.Reason, Sent().Count()));
        Assert.Equal([2, 2, 3], Names[1..].Select(name => roll.Picture[name].Priority));
        alarms.States["orders"] = AlarmState.Ok;
        roll.Settings = roll.Settings with { Deadline = null };

        var next = await RunAsync(StartingState.From(roll.File.Read(), Request, "x"));

        Assert.Equal(UpdateStatus.Success, next.ClusterUpdateStatus);
        Assert.All(Names[1..], name => Assert.Equal(3, roll.Picture[name].Priority));
    }

    [Fact]
    public async Task A_run_that_remembers_nothing_keeps_lowered_what_an_earlier_one_lowered_while_a_voter_is_old()
    {
        roll.Picture.ConfiguredPriority = 3;
        roll.Picture.Nodes.ToList().ForEach(node => node.Priority = 3);
        roll.Picture["replica"].Version = roll.Picture["follower1"].Version = New;
        roll.Picture["follower1"].Priority = 2;
        var priorities = new List<int>();
        commands.Begins = node =>
        {
            priorities.Add(roll.Picture["follower1"].Priority);
            node.GoesDown();
        };

        await RunAsync();

        Assert.Equal([2, 2], priorities);
        Assert.Equal(1, roll.Decisions.Count(one => one is { Act: Act.SetPriority { Priority: 3 }, Node.NodeName: "follower1" }));
        Assert.Equal(3, roll.Picture["follower1"].Priority);
    }

    [Fact]
    public async Task Steps_that_hold_the_lease_end_though_nothing_is_left_but_to_give_priorities_back()
    {
        roll.Settings = roll.Settings with { Run = "run" };
        var state = await RunAsync(oneIteration: true);
        for (var steps = 0; steps < 100 && state.FinishedAt is null; steps++)
        {
            state = await RunAsync(StartingState.From(state, Request, "x", goesOn: true), oneIteration: true);
        }

        Assert.Equal(UpdateStatus.Success, state.ClusterUpdateStatus);
        Assert.All(Names[1..], name => Assert.Equal(0, roll.Picture[name].Priority));
    }

    [Fact]
    public async Task A_priority_that_is_never_taken_ends_the_update_and_not_never()
    {
        roll.Cluster.BeforeAct = node => throw new NodeUnreachableException(node, "answered HTTP 500");

        var end = await RunAsync(StartingState.From(null, Request, "x") with { MaxNumberOfIterationsPerNodeUpdate = 30 });

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_priority_that_is_not_taken_back_at_the_end_is_not_waited_for()
    {
        roll.Cluster.BeforeAct = node => roll.Picture.Nodes.All(other => other.Version == New) && node != roll.Picture["leader"].Endpoint
            ? throw new NodeUnreachableException(node, "answered HTTP 500")
            : Task.CompletedTask;

        Assert.Equal(UpdateStatus.Success, (await RunAsync()).ClusterUpdateStatus);
    }

    [Fact]
    public async Task A_node_that_somebody_puts_back_in_the_meantime_is_upgraded_again()
    {
        var isPutBack = false;
        commands.Begins = node =>
        {
            if (node.Name == "follower1" && !isPutBack)
            {
                isPutBack = true;
                ComesBack(roll.Picture["replica"], Old);
            }

            node.GoesDown();
        };

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Success, end.ClusterUpdateStatus);
        Assert.Equal(2, Sent().Count(id => id == "i-replica"));
    }

    [Fact]
    public async Task A_version_that_cannot_read_what_the_new_one_wrote_is_not_brought_back()
    {
        roll.Picture.Nodes.ToList().ForEach(node => node.Version = "22.10.5.0");
        spec = spec with { RollbackParameters = CommandParameters.Parse("""{"commands":["downgrade"]}""", "x") };
        commands.EndsAs = _ => new CommandOutcome("Failed", 1);

        var end = await RunAsync();

        Assert.Equal(UpdateStatus.Failed, end.ClusterUpdateStatus);
        Assert.DoesNotContain(commands.Commands, command => command.Parameters["commands"][0] == "downgrade");
    }

    private Picture PictureOfAnUpgrade()
    {
        roll.Picture.Strategy = new ServerVersionUpdate(new StrategyParts(roll.Instances, commands, roll.Time), target);
        return roll.Picture;
    }

    private static ClusterUpdate AfterItsCommand(Picture picture, string name) => picture.State(name, node => node with
    {
        NodeUpdateStatus = UpdateStatus.InProgress,
        CommandRequests = [new CommandRequest("change-1", picture.At.AddMinutes(-1)) { Status = "Success" }],
    });

    private UpdateRequest Request => new(ServerVersionUpdate.StrategyName, null, null) { TargetVersion = target };

    private IEnumerable<string> Sent() => commands.Commands.Select(command => command.InstanceIds.Single());

    private void LeaderIsNewAndCannotBeFollowed()
    {
        Names.ToList().ForEach(name => roll.Picture[name].Version = New);
        (roll.Picture["leader"].Version, roll.Picture["leader"].State) = (Old, NodeState.PreReplica);
        roll.Picture["follower1"].State = NodeState.Leader;
    }

    private Task<ClusterUpdate> RunAsync(ClusterUpdate? start = null, CancellationTokenSource? signal = null, bool oneIteration = false)
    {
        start ??= StartingState.From(null, Request, "x");
        var parts = new StrategyParts(roll.Instances, commands, roll.Time) { Command = spec, AllowDowngrade = allowDowngrade };
        strategy = StrategyCatalogue.Of(start, parts);
        return roll.RunAsync(start, oneIteration, signal);
    }

    private static void ComesBack(PicturedNode node, string version)
    {
        node.Version = version;
        node.ComesBack();
    }
}
