using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.Action;

public class RollTests
{
    [Fact]
    public async Task The_cluster_is_rolled_the_outputs_say_so_and_the_state_is_kept()
    {
        await using var run = await WorkflowRun.StartAsync();

        var result = await run.RunJobAsync();

        run.AssertRolled(result);
        Assert.Equal(("4", "true", "", WorkflowRun.StateFile), (
            result.Outputs["nodes-total"], result.Outputs["changed"], result.Outputs["failed-node"], result.Outputs["state-file"]));
        Assert.Equal(
            ("esdb-rolling-update-state-orders-1658821493-1", run.State!.ToJsonString()),
            (run.Runner.Artifacts.Contents.Single().Key, WorkflowRun.Json(run.Runner.Artifacts.Contents.Single().Value)));
        Assert.DoesNotContain("artifact", result.Steps["roll"].Summary, StringComparison.Ordinal);
        Assert.Contains(
            "The state is saved in the artifact [`esdb-rolling-update-state-orders-1658821493-1`]",
            result.Summary,
            StringComparison.Ordinal);
        Assert.Contains("##[group]Run # Find the program\n", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("##[group]Run # Roll\n", result.ToString(), StringComparison.Ordinal);
        Assert.Contains(Rolling.Password, result.Log.Masks);
        Assert.DoesNotContain(Rolling.Password, result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Exhaustive]
    public async Task A_failed_roll_fails_the_job_keeps_its_state_and_is_carried_on_by_the_next_attempt()
    {
        await using var run = await WorkflowRun.StartAsync();

        var failed = await run.RunJobAsync(("max-number-of-iterations-per-node-update", "2"));

        Assert.Equal(("failure", 1), (failed.Conclusion, failed.Steps["roll"].ExitCode));
        Assert.Equal(("Failed", "iteration-limit-exceeded", "test-node4readonly", "true"), (
            failed.Outputs["cluster-update-status"], failed.Outputs["failure-reason"], failed.Outputs["failed-node"], failed.Outputs["resumable"]));
        Assert.Equal(["esdb-rolling-update-state-orders-1658821493-1"], run.Runner.Artifacts.Contents.Keys);
        run.AssertRolled(await run.RunJobAsync(("max-number-of-iterations-per-node-update", "500")));
        Assert.Equal(
            ["esdb-rolling-update-state-orders-1658821493-1", "esdb-rolling-update-state-orders-1658821493-2"], run.Runner.Artifacts.Contents.Keys);
    }

    [Fact]
    [Exhaustive]
    public async Task Plan_and_apply_in_one_attempt_keep_one_state_the_newer_one()
    {
        await using var run = await WorkflowRun.StartAsync(new SandboxOptions { TimeScale = 40, InstanceType = "t2.xlarge" });
        var planned = await run.RunJobAsync(("mode", "plan"));

        var applied = await run.RunNextJobAsync(("expected-plan-digest", planned.Outputs["plan-digest"]));

        run.AssertRolled(applied);
        Assert.Contains("\"Success\"", run.Runner.Artifacts.Contents.Single().Value, StringComparison.Ordinal);
    }
}
