using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class CommandTests
{
    private const string Restart = """{"commands":["systemctl restart kurrentdb"]}""";
    private static readonly string[] InOrder = ["test-node4readonly", "test-node", "test-node3", "test-node2"];

    [Fact]
    public async Task The_command_runs_once_on_every_node_in_order_and_none_is_stopped()
    {
        await using var rolling = await Rolling.StartAsync(Options());

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.Equal(InOrder, Sent(rolling));
        Assert.DoesNotContain(rolling.Acts, act => act.Contains("StopInstances", StringComparison.Ordinal));
        Assert.Contains("4 of 4 nodes are AWS-RunShellScript@", result.Output, StringComparison.Ordinal);
        Assert.Contains(", 4 of them by this update.", result.Output, StringComparison.Ordinal);
        Assert.Equal(("true", "4"), (rolling.Outputs()["changed"], rolling.Outputs()["nodes-updated"]));
    }

    [Fact]
    public async Task A_plan_sends_only_what_does_nothing_and_says_what_would_run()
    {
        await using var rolling = await Rolling.StartAsync(Options());
        var summary = Path.Combine(rolling.Sandbox.Folder, "summary.md");

        var result = await rolling.RunAsync(("INPUT_MODE", "plan"), ("GITHUB_STEP_SUMMARY", summary));

        Require.That(result.ExitCode == 0, result);
        Assert.Contains("run `AWS-RunShellScript@", await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(Sent(rolling));
    }

    [Fact]
    public async Task An_answer_that_is_lost_makes_no_second_command()
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Faults = new() { SsmAnswersLost = 1, SsmLate = true } });

        rolling.AssertRolled(await rolling.RunAsync());

        Assert.Equal(InOrder, Sent(rolling));
    }

    [Fact]
    public async Task A_command_that_was_never_delivered_is_sent_again()
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Faults = new() { SsmDeliveriesLost = 1 } });

        rolling.AssertRolled(await rolling.RunAsync());

        Assert.Equal(InOrder.Prepend(InOrder[0]), Sent(rolling));
    }

    /// <summary>What a script writes is anybody's text.</summary>
    [Fact]
    public async Task A_command_that_fails_ends_the_update_and_its_last_lines_are_shown_harmlessly()
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Faults = new() { CommandFails = "test-node" } });
        var summary = Path.Combine(rolling.Sandbox.Folder, "summary.md");

        var result = await rolling.RunAsync(("GITHUB_STEP_SUMMARY", summary), ("GITHUB_ACTIONS", "true"));

        Require.That(result.ExitCode == 1, result);
        Assert.Equal("change-failed", rolling.Outputs()["failure-reason"]);
        Assert.Equal(InOrder[..2], Sent(rolling));
        var text = await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken);
        Assert.Contains("failed with exit code 1", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?<!`)<script>", text);
        Assert.DoesNotContain(result.Output.Split('\n'), line => line.StartsWith("::error::x", StringComparison.Ordinal));
        Assert.Empty(rolling.Sandbox.Referee.BrokenRules);
    }

    [Fact]
    public async Task Patches_reboot_the_machines_on_which_they_leave_a_reboot_pending_and_no_others()
    {
        await using var rolling = await Rolling.StartAsync(PatchOptions);

        rolling.AssertRolled(await rolling.RunAsync());

        Assert.Equal(InOrder, Sent(rolling));
        Assert.Equal(["i-017bbfe8345fcf55e", "i-061d6f4c1f38f1700"], RestartTests.ActsOf(rolling, "RebootInstances"));
    }

    [Fact]
    public async Task A_database_that_a_failed_command_stopped_is_started_again()
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Faults = new() { CommandStopsDatabase = "test-node" } });

        var result = await rolling.RunAsync();

        Require.That(result.ExitCode == 1, result);
        Assert.True(rolling.Sandbox.Cluster.Truth("test-node") is not null, "test-node is down");
        Assert.Empty(rolling.Sandbox.Referee.BrokenRules);
    }

    [Fact]
    public async Task A_failed_command_is_taken_back_with_the_other_parameters_and_run_again_by_the_next_run()
    {
        var options = Options(rollback: """{"commands":["true"]}""") with { Faults = new() { CommandFails = "test-node" } };
        await using var rolling = await Rolling.StartAsync(options);

        var result = await rolling.RunAsync();

        Require.That(result.ExitCode == 1, result);
        Assert.Contains("test-node was put back to not-run and is level", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Empty(rolling.Sandbox.Referee.BrokenRules);
    }

    [Fact]
    public async Task Every_machine_is_rebooted_after_its_command_where_that_is_asked_for()
    {
        await using var rolling = await Rolling.StartAsync(Options(rebootAfter: true) with { TimeScale = 8 });

        rolling.AssertRolled(await rolling.RunAsync());

        Assert.Equal(InOrder, Sent(rolling));
        Assert.Equal(4, rolling.Acts.Count(act => act.Contains("RebootInstances", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("INPUT_SSM_PARAMETERS", "[1]", 2, "must be a JSON object")]
    [InlineData("INPUT_SSM_PARAMETERS", "{", 2, "no JSON")]
    [InlineData("INPUT_SSM_TIMEOUT_MINUTES", "0", 2, "ssm-timeout-minutes is '0'")]
    [InlineData("INPUT_REBOOT_AFTER", "maybe", 2, "reboot-after is 'maybe'")]
    [InlineData("INPUT_TARGET_INSTANCE_TYPE", "t2.xlarge", 2, "SsmCommandUpdate changes no instance type")]
    [InlineData("INPUT_SSM_DOCUMENT", "no-such-document", 3, "there is no document no-such-document")]
    [InlineData("INPUT_SSM_DOCUMENT_VERSION", "77", 3, "with version 77")]
    [InlineData("INPUT_SSM_PARAMETERS", "{\"comand\":[\"x\"]}", 3, "has no parameter comand")]
    [InlineData("INPUT_SSM_PARAMETERS", "{}", 3, "needs the parameter commands")]
    public async Task What_cannot_be_run_is_refused_before_anything_is_touched(string variable, string value, int exit, string message)
    {
        await using var rolling = await Rolling.StartAsync(Options());

        var result = await rolling.RunAsync((variable, value));

        Require.That(result.ExitCode == exit, result);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(Sent(rolling));
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_refused_before_anything_is_touched()
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Faults = new() { AgentMissing = "test-node3" } });

        var result = await rolling.RunAsync();

        Require.That(result.ExitCode == 3, result);
        Assert.Contains("AgentIsOnline: test-node3: no SSM agent", result.Error, StringComparison.Ordinal);
        Assert.Empty(Sent(rolling));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [ExhaustiveData(3, false)]
    [ExhaustiveData(4, true)]
    public async Task Killed_again_and_again_with_and_without_its_state_it_sends_each_node_one_command(int seed, bool loseTheState)
    {
        await using var rolling = await Rolling.StartAsync(Options() with { Seed = seed });
        var random = new Random(seed);
        for (var kills = 0; kills < 8; kills++)
        {
            using var victim = rolling.Program(("INPUT_TAKE_OVER", loseTheState ? "true" : "false"));
            await victim.KillAfter(TimeSpan.FromSeconds(0.3 + (random.NextDouble() * 2)), TestContext.Current.CancellationToken);
            if (loseTheState)
            {
                File.Delete(rolling.StatePath);
            }
        }

        rolling.AssertRolled(await rolling.RunAsync());
        Assert.Equal(InOrder.Order(), Sent(rolling).Order());
    }

    /// <summary>A cluster whose nodes are to run a command.</summary>
    internal static SandboxOptions Options(string? rollback = null, bool rebootAfter = false) => new()
    {
        TimeScale = 40,
        Command = new CommandOptions(Restart) { RollbackParametersJson = rollback, RebootAfter = rebootAfter },
    };

    /// <summary>A cluster whose nodes are to be patched, and two of which have every patch.</summary>
    internal static readonly SandboxOptions PatchOptions = new()
    {
        TimeScale = 40,
        Command = new CommandOptions("""{"Operation":["Install"],"RebootOption":["NoReboot"]}""")
        {
            Document = "AWS-RunPatchBaseline",
            RebootAfter = true,
            Patched = ["test-node4readonly", "test-node3"],
        },
    };

    /// <summary>The nodes that were sent the command, in this order.</summary>
    private static IEnumerable<string> Sent(Rolling rolling) => rolling.Sandbox.Ssm.Truth.Reverse()
        .Where(run => !run.Command.Request.Comment.EndsWith("probe", StringComparison.Ordinal))
        .Where(run => run.Command.Request.Comment.Contains(" change-", StringComparison.Ordinal))
        .Select(run => run.Node);
}
