using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.Action;

[Exhaustive]
public class ExpiredCredentialsTests
{
    [Fact]
    public async Task Credentials_that_expire_in_the_middle_end_the_job_with_its_state_kept_and_the_next_attempt_goes_on_with_new_ones()
    {
        await using var run = await WorkflowRun.StartAsync(new SandboxOptions { TimeScale = 40, Faults = new Faults { CredentialsExpireAfter = 60 } });

        var expired = await run.RunJobAsync();

        Require.That(("failure", 4) == (expired.Conclusion, expired.Steps["roll"].ExitCode), expired);
        Assert.Equal(("InProgress", "credentials-expired", "true"), (
            expired.Outputs["cluster-update-status"], expired.Outputs["failure-reason"], expired.Outputs["resumable"]));
        Assert.Equal(run.State!.ToJsonString(), WorkflowRun.Json(run.Runner.Artifacts.Contents.Single().Value));
        Assert.All(
            [
                $"The state is saved in {WorkflowRun.StateFile}.", "Get new credentials.", "re-run the failed jobs", "gh run rerun 1658821493 --failed -R org/clusters",
                "resume-run-id 1658821493",
            ],
            how => Assert.Contains(how, expired.Log.ToString(), StringComparison.Ordinal));
        Assert.Contains("role-to-assume the program renews them by itself", expired.Steps["roll"].Summary, StringComparison.Ordinal);

        run.Runner.Environment["AWS_ACCESS_KEY_ID"] = "renewed";
        run.AssertRolled(await run.RunJobAsync());
    }
}
