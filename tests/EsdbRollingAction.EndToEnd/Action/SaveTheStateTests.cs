namespace EsdbRollingAction.EndToEnd.Action;

public class SaveTheStateTests
{
    private const string Artifact = "esdb-rolling-update-state-orders-1-1";

    private const string Program = """
        [ $# = 0 ] || { echo 1.2.3; exit; }
        echo "state-artifact=esdb-rolling-update-state-orders-1-1" >>"$GITHUB_OUTPUT"
        echo "state-file=$INPUT_STATE_FILE" >>"$GITHUB_OUTPUT"
        [ "$INPUT_MODE" = plan ] || echo "{}" >"$INPUT_STATE_FILE"
        exit 4
        """;

    [Theory]
    [InlineData("state.json")]
    [InlineData(".hidden/state.json")]
    [InlineData("with 'quotes' and spaces.json")]
    public async Task The_state_is_saved_wherever_it_is(string path)
    {
        using var runner = new Runner().WithScript(Program);
        runner.BeginAttempt();
        Directory.CreateDirectory(Path.Combine(runner.Workspace, ".hidden"));

        var result = await UseActionAsync(runner, ("state-file", path));

        Assert.Equal(("failure", "success"), (result.Conclusion, result.Steps["save"].Outcome));
        Assert.Equal((Artifact, "{}\n"), (runner.Artifacts.Contents.Single().Key, runner.Artifacts.Contents.Single().Value));
    }

    [Fact]
    public async Task Without_a_state_there_is_nothing_to_save_and_nothing_to_say()
    {
        using var runner = new Runner().WithScript(Program);

        var result = await UseActionAsync(runner, ("mode", "plan"));

        Assert.Equal("success", result.Steps["save"].Outcome);
        Assert.Empty(runner.Artifacts.Contents);
        Assert.DoesNotContain("title=", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("saved in the artifact", result.ToString(), StringComparison.Ordinal);
        Assert.Empty(result.Summary);
    }

    [Fact]
    public async Task A_state_that_cannot_be_saved_is_a_warning_and_no_failure()
    {
        using var runner = new Runner().WithScript(Program.Replace("exit 4", "exit 0", StringComparison.Ordinal));
        runner.Artifacts.IsDown = true;

        var result = await UseActionAsync(runner);

        Assert.Equal(("success", "failure"), (result.Conclusion, result.Steps["save"].Outcome));
        Assert.Contains($"The state could **not** be saved as the artifact `{Artifact}`", result.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("saved in the artifact", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("::warning title=esdb-rolling-update::The state could not be saved", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Enterprise Server", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_github_enterprise_server_it_is_said_how_to_save_the_state()
    {
        using var runner = new Runner { ApiUrl = "https://github.example.com/api/v3" }.WithScript(Program);

        var result = await UseActionAsync(runner);

        Assert.Equal("skipped", result.Steps["save"].Outcome);
        Assert.Empty(runner.Artifacts.Contents);
        Assert.Contains("::notice title=esdb-rolling-update::On GitHub Enterprise Server", result.ToString(), StringComparison.Ordinal);
        Assert.Contains(Artifact, result.ToString(), StringComparison.Ordinal);
        Assert.Contains("The state is **not saved** by this action", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_step_after_the_upload_says_where_the_state_is_in_log_and_summary()
    {
        using var runner = new Runner().WithScript(Program);

        var result = await UseActionAsync(runner);

        Assert.Contains(
            $"\nThe state is saved in the artifact {Artifact}: {ArtifactStore.Url}/1", result.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            $"The state is saved in the artifact [`{Artifact}`]({ArtifactStore.Url}/1).", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_s_name_is_neither_markup_nor_a_command_in_it()
    {
        using var runner = new Runner().WithScript(Program.Replace("orders", "a\\`b##[error]%0A", StringComparison.Ordinal));

        var result = await UseActionAsync(runner);

        Assert.Equal("success", result.Steps["save"].Outcome);
        Assert.Contains("[`esdb-rolling-update-state-aberror]%0A-1-1`]", result.Summary, StringComparison.Ordinal);
        var said = result.ToString().Split('\n').Single(line => line.StartsWith("The state is saved in", StringComparison.Ordinal));
        Assert.DoesNotContain("##[", said, StringComparison.Ordinal);
    }

    /// <summary>The program was killed before it could say that there is nothing to start.</summary>
    [Theory]
    [InlineData("status", "skipped")]
    [InlineData("plan", "skipped")]
    [InlineData("apply", "failure")]
    public async Task After_a_run_that_only_looks_no_node_is_brought_back(string mode, string outcome)
    {
        using var runner = new Runner().WithScript(Program);

        var result = await UseActionAsync(runner, ("mode", mode));

        Assert.Equal(outcome, result.Steps["recover"].Outcome);
    }

    private static Task<ActionResult> UseActionAsync(Runner runner, params (string Name, string Value)[] with) =>
        runner.UseActionAsync(with.ToDictionary(input => input.Name, input => input.Value).Append(new("connection-string", "esdb://node")).ToDictionary(),
            TestContext.Current.CancellationToken);
}
