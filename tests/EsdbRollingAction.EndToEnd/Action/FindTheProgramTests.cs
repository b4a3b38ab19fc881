namespace EsdbRollingAction.EndToEnd.Action;

public sealed class FindTheProgramTests : IDisposable
{
    private const string Program = """
        [ $# = 0 ] || { echo 1.2.3; exit; }
        echo "it ran"
        """;

    private readonly Runner runner = new Runner().WithScript(Program);

    [Fact]
    public async Task The_program_of_the_tag_is_run()
    {
        var result = await UseActionAsync();

        Require.That(result.Conclusion == "success", result);
        Assert.Contains("esdb-rolling-update 1.2.3\n", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("it ran", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_lost_its_permission_on_the_way_is_run_all_the_same()
    {
        File.SetUnixFileMode(runner.ProgramPath(), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Contains("it ran", (await UseActionAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_with_another_checksum_is_refused()
    {
        await File.AppendAllTextAsync(runner.ProgramPath(), "# tampered with", TestContext.Current.CancellationToken);

        await AssertRefusedAsync("does not have the checksum in dist/SHA256SUMS");
    }

    [Fact]
    public async Task A_program_without_a_checksum_is_refused()
    {
        await File.WriteAllTextAsync(runner.ChecksumsPath(), $"{new string('0', 64)}  other/esdb-rolling-update\n", TestContext.Current.CancellationToken);

        await AssertRefusedAsync("its line in dist/SHA256SUMS is missing");
    }

    [Fact]
    public async Task A_missing_program_is_said_to_be_an_incomplete_download()
    {
        File.Delete(runner.ProgramPath());

        await AssertRefusedAsync("this download of the action is incomplete");
    }

    [Theory]
    [InlineData("Linux", "ARM")]
    [InlineData("macOS", "X64")]
    [InlineData("Windows", "ARM64")]
    public async Task A_runner_that_there_is_no_program_for_is_told_which_there_are(string os, string architecture)
    {
        (runner.Environment["RUNNER_OS"], runner.Environment["RUNNER_ARCH"]) = (os, architecture);

        await AssertRefusedAsync($"There is no program for a runner of {os}/{architecture}. Use one of Linux/X64");
    }

    [Fact]
    public async Task A_program_that_this_machine_cannot_run_is_said_to_need_glibc()
    {
        runner.WithScript("echo 'GLIBC_2.38 not found'; echo '::warning::second line'; exit 1");

        await AssertRefusedAsync("does not run here: GLIBC_2.38 not found%0A::warning::second line. On Linux it needs glibc");
    }

    [Fact]
    public async Task An_image_without_libssl_is_told_so_before_anything_depends_on_it()
    {
        runner.WithScript("""
            case $1 in
              --version) echo 1.2.3; exit ;;
              --check-tls) echo "No usable version of libssl was found" >&2; kill -ABRT $$ ;;
            esac
            echo "it ran"
            """);

        await AssertRefusedAsync("cannot speak TLS: No usable version of libssl was found");
    }

    [Fact]
    public async Task What_nobody_expected_to_fail_leaves_the_outputs_as_full_as_a_refusal()
    {
        Directory.Delete(Path.Combine(runner.ActionFolder, "dist"), recursive: true);
        runner.Environment["RUNNER_TEMP"] = "/nowhere";

        AssertNoProgram(await UseActionAsync());
    }

    [Fact]
    public async Task A_job_that_is_cancelled_while_the_program_is_looked_for_was_cancelled()
    {
        runner.BeginAttempt();
        runner.WithScript("""echo >"$GITHUB_WORKSPACE/begun"; sleep 4; echo 1.2.3""");
        using var cancellation = new CancellationTokenSource();
        var job = runner.UseActionAsync(new Dictionary<string, string> { ["connection-string"] = "esdb://node" }, cancellation.Token);
        while (!job.IsCompleted && !File.Exists(Path.Combine(runner.Workspace, "begun")))
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await cancellation.CancelAsync();
        var result = await job;

        Assert.Equal(
            ("cancelled", "cancelled", "true"),
            (result.Conclusion, result.Outputs["failure-reason"], result.Outputs["resumable"]));
    }

    [Fact]
    public async Task Without_a_program_and_without_dotnet_it_is_said_what_to_use()
    {
        Directory.Delete(Path.Combine(runner.ActionFolder, "dist"), recursive: true);
        runner.Environment["PATH"] = runner.ActionFolder;

        await AssertRefusedAsync("Use a release tag such as @v1, or put actions/setup-dotnet");
    }

    [Theory]
    [InlineData("esdb://admin:p%40s%5Cs%25@node:2113?tls=true", "p%40s%5Cs%25", @"p@s\s%")]
    [InlineData("esdb+discover://admin:changeit@node", "changeit")]
    [InlineData("  kurrentdb://ops:a:b@one:1,two:2\n", "a:b")]
    [InlineData("esdb://admin:wrong%zz\\n%4@node", "wrong%zz\\n%4")]
    public async Task The_connection_string_and_its_password_are_masked(string connection, params string[] password)
    {
        var result = await UseActionAsync(connection);

        Assert.Equal("success", result.Conclusion);
        Assert.Contains(connection, result.Log.Masks);
        Assert.Empty(password.Except(result.Log.Masks));
    }

    [Theory]
    [InlineData("https://hooks.slack.com/services/T00000000/B00000000/abcdefghijkl", "services/T00000000/B00000000/abcdefghijkl", "abcdefghijkl")]
    [InlineData(" https://chat.example.com/?token=abcdefghijkl\n", "https://chat.example.com/?token=abcdefghijkl", "abcdefghijkl")]
    [InlineData("hooks.slack.com/services/T00000000")]
    public async Task The_address_for_notices_is_masked_and_what_of_it_may_be_shown_without_its_host(string url, params string[] parts)
    {
        var result = await UseActionAsync("esdb://node", ("notify-url", url));

        Assert.Equal("success", result.Conclusion);
        Assert.Contains(url, result.Log.Masks);
        Assert.Empty(parts.Except(result.Log.Masks));
    }

    [Fact]
    public async Task A_word_of_the_address_stays_readable() =>
        Assert.Equal(["https://example.com/webhooks", "https://example.com/webhooks"], (await UseActionAsync("esdb://node", ("notify-url", "https://example.com/webhooks"))).Log.Masks);

    [Theory]
    [InlineData("esdb://node:2113?tls=false")]
    [InlineData("")]
    public async Task Without_a_password_nothing_is_masked(string connection) => Assert.Empty((await UseActionAsync(connection)).Log.Masks);

    public void Dispose() => runner.Dispose();

    private Task<ActionResult> UseActionAsync(string connection = "esdb://node", params (string Name, string Value)[] more) =>
        runner.UseActionAsync(
            more.Append(("connection-string", connection)).ToDictionary(input => input.Item1, input => input.Item2),
            TestContext.Current.CancellationToken);

    private static void AssertNoProgram(ActionResult result)
    {
        Assert.Equal(("failure", "skipped"), (result.Conclusion, result.Steps["roll"].Outcome));
        Assert.Equal(("program-not-found", "false"), (result.Outputs["failure-reason"], result.Outputs["resumable"]));
    }

    private async Task AssertRefusedAsync(string said)
    {
        var result = await UseActionAsync();

        AssertNoProgram(result);
        Assert.Equal(1, result.Steps["program"].ExitCode);
        var error = Assert.Single(result.ToString().Split('\n'), line => line.StartsWith("::error title=esdb-rolling-update::", StringComparison.Ordinal));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("it ran", result.ToString(), StringComparison.Ordinal);
    }
}
