using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.EndToEnd.Action;

public partial class ActionFileTests
{
    private readonly ActionFile action = ActionFile.Read(ActionFile.OriginalPath);

    [Fact]
    public void Every_input_reaches_the_program_under_its_variable_and_nothing_else_does()
    {
        var expected = action.Inputs.Keys.ToDictionary(name => $"INPUT_{name.ToUpperInvariant().Replace('-', '_')}", name => $"${{{{ inputs.{name} }}}}");
        expected["PROGRAM"] = "${{ steps.program.outputs.path }}";
        expected["ACTION_REPOSITORY"] = "${{ github.action_repository }}";
        expected["ACTION_REF"] = "${{ github.action_ref }}";

        Assert.Equal(expected, action.Step("roll").Env);
    }

    [Fact]
    public async Task Every_input_that_the_program_reads_can_be_given_and_every_one_that_can_be_given_is_read()
    {
        using var runner = new Runner().WithProgram();
        using var program = Process.Start(new ProcessStartInfo(runner.ProgramPath(), ["--help"]) { RedirectStandardOutput = true })!;
        var help = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            InputVariable().Matches(help).Select(match => match.Value).Distinct().Order(),
            action.Step("roll").Env.Keys.Where(name => name.StartsWith("INPUT_", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void The_defaults_are_those_of_the_contract()
    {
        var defaults = action.Inputs.Where(input => input.Value.Default.Length > 0).ToDictionary(input => input.Key, input => input.Value.Default);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["mode"] = "apply",
                ["update-strategy"] = "Ec2InstanceTypeUpdate",
                ["restart-kind"] = "stop-start",
                ["ssm-document"] = "AWS-RunShellScript",
                ["ssm-document-version"] = "$DEFAULT",
                ["ssm-timeout-minutes"] = "60",
                ["reboot-after"] = "false",
                ["allow-downgrade"] = "false",
                ["state-file"] = "esdb-rolling-update-state.json",
                ["max-number-of-iterations-per-node-update"] = "1000",
                ["iteration-interval-seconds"] = "5",
                ["max-replication-lag-bytes"] = "1048576",
                ["on-failure"] = "rollback-node",
                ["capacity-retry-minutes"] = "5",
                ["reserve-capacity"] = "auto",
                ["pause-before-leader"] = "false",
                ["bake-minutes"] = "0",
                ["take-over"] = "false",
                ["allow-downtime"] = "false",
                ["allow-instance-store-loss"] = "false",
                ["allow-public-address-loss"] = "false",
                ["github-token"] = "${{ github.token }}",
            },
            defaults);
        Assert.Equal(["connection-string"], action.Inputs.Where(input => input.Value.Required).Select(input => input.Key));
    }

    [Fact]
    public void Every_output_of_the_contract_is_the_program_s()
    {
        string[] contract =
        [
            "changed", "checks-noted", "cluster-update-status", "failed-node", "failure-reason", "nodes-remaining", "nodes-total", "nodes-updated",
            "paused-because", "plan-digest", "resumable", "state-file",
        ];

        Assert.Equal(contract, action.Outputs.Keys.Order());
        Assert.All(
            action.Outputs,
            output => Assert.StartsWith($"${{{{ steps.roll.outputs.{output.Key} ", output.Value.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_there_is_no_program_the_step_that_looked_for_it_says_why()
    {
        string[] ofBoth = ["failure-reason", "resumable"];

        Assert.Equal(
            ofBoth,
            action.Outputs.Keys.Where(name => action.Outputs[name].Value != $"${{{{ steps.roll.outputs.{name} }}}}").Order());
        Assert.All(
            ofBoth,
            name => Assert.Equal($"${{{{ steps.roll.outputs.{name} || steps.program.outputs.{name} }}}}", action.Outputs[name].Value));
    }

    /// <summary>The runner takes a script's first line for the name of the log group, and echoes the whole script.</summary>
    [Fact]
    public void Every_script_names_its_log_group_and_is_short_enough_to_be_echoed()
    {
        var scripts = action.Runs.Steps.Where(step => step.Run is not null).ToList();

        Assert.All(scripts, step => Assert.Equal($"# {step.Name}", step.Run!.Split('\n')[0]));
        Assert.All(scripts, step => Assert.InRange(step.Run!.TrimEnd().Split('\n').Length, 2, 6));
    }

    /// <summary>A shell that waits for the script would keep the runner's signals for itself.</summary>
    [Fact]
    public void The_longer_scripts_are_files_of_the_action_and_take_the_shell_s_place()
    {
        var run = action.Runs.Steps.Where(step => step.Run?.Contains("/.github/action/", StringComparison.Ordinal) == true).ToList();

        Assert.Equal(
            Directory.EnumerateFiles(ActionFile.ScriptsPath)
                .Select(path => $"exec \"$BASH\" \"$GITHUB_ACTION_PATH/.github/action/{Path.GetFileName(path)}\"")
                .Order(),
            run.Select(step => step.Run!.Split('\n')[1]).Order());
    }

    [Fact]
    public void No_script_holds_an_expression_so_that_no_value_can_become_code()
    {
        var scripts = action.Runs.Steps.Where(step => step.Run is not null).ToList();

        Assert.NotEmpty(scripts);
        Assert.All(scripts, step => Assert.DoesNotContain("${{", step.Run, StringComparison.Ordinal));
        Assert.All(scripts, step => Assert.Equal("bash", step.Shell));
    }

    [Fact]
    public void Other_actions_are_pinned_to_a_commit()
    {
        var others = action.Runs.Steps.Where(step => step.Uses is not null).ToList();

        Assert.NotEmpty(others);
        Assert.All(others, step => Assert.Matches("^[a-z-]+/[a-z-]+@[0-9a-f]{40}$", step.Uses));
    }

    [Fact]
    public void What_happens_after_the_roll_happens_after_a_failure_and_a_cancellation_too() =>
        Assert.All(
            action.Runs.Steps.SkipWhile(step => step.Id != "roll").Skip(1),
            step => Assert.StartsWith("${{ always() && ", step.If, StringComparison.Ordinal));

    [Fact]
    public void The_marketplace_can_show_it()
    {
        Assert.Equal("composite", action.Runs.Using);
        Assert.Equal(["color", "icon"], action.Branding.Keys.Order());
        Assert.InRange(action.Description.Length, 1, 125);
        Assert.All(action.Inputs.Values.Select(input => input.Description), Assert.NotEmpty);
        Assert.All(action.Outputs.Values.Select(output => output.Description), Assert.NotEmpty);
    }

    [GeneratedRegex(@"\bINPUT_\w+")]
    private static partial Regex InputVariable();
}
