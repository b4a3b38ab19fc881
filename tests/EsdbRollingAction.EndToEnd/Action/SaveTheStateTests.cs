namespace EsdbRollingAction.EndToEnd.Action;

public class SaveTheStateTests
{
    private const string Program = """
        [ "$1" = --version ] && { echo 1.2.3; exit; }
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
        Assert.Equal(("esdb-rolling-update-state-orders-1-1", "{}\n"), (runner.Artifacts.Contents.Single().Key, runner.Artifacts.Contents.Single().Value));
    }

    [Fact]
    public async Task Without_a_state_there_is_nothing_to_save_and_nothing_to_say()
    {
        using var runner = new Runner().WithScript(Program);

        var result = await UseActionAsync(runner, ("mode", "plan"));

        Assert.Equal("success", result.Steps["save"].Outcome);
        Assert.Empty(runner.Artifacts.Contents);
        Assert.DoesNotContain("title=", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_cannot_be_saved_is_a_warning_and_no_failure()
    {
        using var runner = new Runner().WithScript(Program.Replace("exit 4", "exit 0", StringComparison.Ordinal));
        runner.Artifacts.IsDown = true;

        var result = await UseActionAsync(runner);

        Assert.Equal(("success", "failure"), (result.Conclusion, result.Steps["save"].Outcome));
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
        Assert.Contains("esdb-rolling-update-state-orders-1-1", result.ToString(), StringComparison.Ordinal);
    }

    private static Task<ActionResult> UseActionAsync(Runner runner, params (string Name, string Value)[] with) =>
        runner.UseActionAsync(with.ToDictionary(input => input.Name, input => input.Value).Append(new("connection-string", "esdb://node")).ToDictionary(),
            TestContext.Current.CancellationToken);
}
