using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public sealed partial class WorkflowRunTests : IDisposable
{
    private readonly FakeGitHub github = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => github.Dispose();

    [Fact]
    [Exhaustive]
    public async Task A_roll_is_shown_in_the_summary_and_as_a_check_run()
    {
        await using var rolling = await Rolling.StartAsync();

        rolling.AssertRolled(await rolling.RunAsync(github.Job(rolling.Sandbox.Folder)));

        var summary = await File.ReadAllTextAsync(Path.Combine(rolling.Sandbox.Folder, "summary.md"), Token);
        Assert.All(["4 of 4", "test-node4readonly", "t2.large → t2.xlarge", "gantt"], text => Assert.Contains(text, summary, StringComparison.Ordinal));
        var checks = github.Requests("/repos/org/ops/check-runs");
        Assert.Equal(["POST", "PATCH"], checks.Select(request => request.Method).Distinct());
        var last = JsonNode.Parse(checks[^1].Body!)!;
        Assert.Equal(("completed", "success"), ((string?)last["status"], (string?)last["conclusion"]));
        Assert.StartsWith("✅ Done: 4 of 4 nodes have type t2.xlarge", (string?)last["output"]!["title"], StringComparison.Ordinal);
        Assert.StartsWith("esdb-rolling-update-state-", rolling.Outputs()["state-artifact"], StringComparison.Ordinal);
        Assert.EndsWith("-77-1", rolling.Outputs()["state-artifact"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_re_run_carries_on_the_state_that_the_attempt_before_saved()
    {
        await using var rolling = await Rolling.StartAsync();
        var failed = await rolling.RunAsync([.. github.Job(rolling.Sandbox.Folder), ("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "2"), ("INPUT_ON_FAILURE", "stop")]);
        Assert.Equal(1, failed.ExitCode);
        github.Save(rolling.Outputs()["state-artifact"], rolling.StatePath);
        var started = (string?)rolling.State["StartedAt"];
        File.Delete(rolling.StatePath);

        rolling.AssertRolled(await rolling.RunAsync(
            [.. github.Job(rolling.Sandbox.Folder, attempt: 2), ("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "500")]));

        Assert.Equal(started, (string?)rolling.State["StartedAt"]);
    }

    [Fact]
    [Exhaustive]
    public async Task Another_run_is_resumed_by_its_id()
    {
        await using var rolling = await Rolling.StartAsync();
        await rolling.RunAsync([.. github.Job(rolling.Sandbox.Folder), ("INPUT_MODE", "plan")]);
        github.Save(rolling.Outputs()["state-artifact"], rolling.StatePath);
        File.Delete(rolling.StatePath);

        var resumed = await rolling.RunAsync([.. github.Job(rolling.Sandbox.Folder), ("GITHUB_RUN_ID", "78"), ("INPUT_RESUME_RUN_ID", "77")]);

        rolling.AssertRolled(resumed);
        Assert.Contains("The state is carried on from esdb-rolling-update-state-", resumed.Output, StringComparison.Ordinal);
        Assert.NotEmpty(rolling.Outputs()["plan-digest"]);
    }

    [Fact]
    [Exhaustive]
    public async Task A_github_that_answers_nothing_and_files_that_cannot_be_written_disturb_no_roll()
    {
        await using var rolling = await Rolling.StartAsync();

        rolling.AssertRolled(await rolling.RunAsync(
        [
            .. github.Job(rolling.Sandbox.Folder, attempt: 2), ("GITHUB_API_URL", "http://127.0.0.1:9"),
            ("GITHUB_OUTPUT", "/nowhere/output"), ("GITHUB_STEP_SUMMARY", "/nowhere/summary"),
        ]));
    }

    [Fact]
    public async Task Node_names_cannot_become_commands_or_markup()
    {
        const string Hostile = "::error::a|b <img src=x> @org/team ##[error]c `d`";
        await using var rolling = await Rolling.StartAsync(new SandboxOptions
        {
            TimeScale = 40,
            Nodes = [new("plain", "i-0a"), new(Hostile, "i-0b"), new("other", "i-0c")],
            Leader = "plain",
        });

        var result = await rolling.RunAsync(github.Job(rolling.Sandbox.Folder));

        rolling.AssertRolled(result);
        Assert.DoesNotContain(result.Output.Split('\n'), line => line.TrimStart().StartsWith("::error", StringComparison.Ordinal));
        Assert.DoesNotContain("##[", result.Output, StringComparison.Ordinal);
        var summary = await File.ReadAllTextAsync(Path.Combine(rolling.Sandbox.Folder, "summary.md"), Token);
        Assert.DoesNotContain("<img", CodeSpan().Replace(summary, ""), StringComparison.Ordinal);
        Assert.Equal(3 + 2, summary.Split("### ")[0].Split('\n').Count(line => line.StartsWith('|')));
    }

    [Fact]
    [Exhaustive]
    public async Task A_role_is_assumed_with_the_workflow_s_own_token_and_no_secret_is_ever_shown()
    {
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync([.. github.Job(rolling.Sandbox.Folder), .. github.Role()]);

        rolling.AssertRolled(result);
        Assert.Equal("sts.amazonaws.com", Assert.Single(github.Requests("/oidc")).Query!["audience"].Single());
        Assert.Contains("Action=AssumeRoleWithWebIdentity", Assert.Single(github.Requests("/sts")).Body, StringComparison.Ordinal);
        var shown = string.Concat(
            result.Output, result.Error, rolling.State.ToJsonString(),
            await File.ReadAllTextAsync(rolling.OutputsPath, Token),
            await File.ReadAllTextAsync(Path.Combine(rolling.Sandbox.Folder, "summary.md"), Token),
            string.Concat(github.Requests("/repos").Select(request => request.Body)));
        Assert.All(
            [FakeGitHub.Token, FakeGitHub.RequestToken, FakeGitHub.SecretKey, "a-web-identity-token-that-nobody-may-see", Rolling.Password],
            secret => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
    }

    [GeneratedRegex("``.*?``|`[^`\\n]*`")]
    private static partial Regex CodeSpan();
}
