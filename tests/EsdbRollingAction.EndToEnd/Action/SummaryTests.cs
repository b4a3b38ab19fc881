using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>What the job summary says is what is so.</summary>
[Exhaustive]
public class SummaryTests
{
    [Fact]
    public async Task After_a_failure_and_after_the_attempt_that_finishes_the_summary_tells_the_truth()
    {
        await using var run = await WorkflowRun.StartAsync();
        run.Rolling.Sandbox.Ec2.RefuseStartsOf("t2.xlarge", "VcpuLimitExceeded");

        var failed = await run.RunJobAsync();

        var summary = AssertTrue(run, failed);
        Assert.Contains("## ❌ Failed at test-node4readonly (instance-start-failed), 0 of 4 nodes are done", summary, StringComparison.Ordinal);
        Assert.Contains("   gh run rerun 1658821493 --failed -R org/clusters\n", summary, StringComparison.Ordinal);
        Assert.Contains("   gh workflow run roll.yml -R org/clusters -f mode=apply -f resume-run-id=1658821493\n", summary, StringComparison.Ordinal);
        Assert.Contains("https://github.com/org/esdb-rolling-update/blob/v1/README.md#what-to-do-when", summary, StringComparison.Ordinal);
        Assert.Equal(
            ("❌ failed while starting, rolled back", "read-only replica, level"),
            SummaryRow.Of(summary).Where(row => row.Node == "test-node4readonly").Select(row => (row.Status, row.Now)).Single());

        run.Rolling.Sandbox.Ec2.AllowStartsOf("t2.xlarge");
        await AssertFinishesAsync(run);
    }

    [Fact]
    public async Task After_a_cancellation_and_after_the_attempt_that_finishes_the_summary_tells_the_truth()
    {
        await using var run = await WorkflowRun.StartAsync();

        var cancelled = await run.RunJobAndCancelAsync(job => job.CurrentPhases.Contains("CatchingUp"));

        var summary = AssertTrue(run, cancelled);
        Assert.Contains("## ⏹️ Cancelled at test-node4readonly, 0 of 4 nodes are done", summary, StringComparison.Ordinal);
        Assert.Equal("🔄 catching up", SummaryRow.Of(summary).Single(row => row.Node == "test-node4readonly").Status);

        await AssertFinishesAsync(run);
    }

    private static async Task AssertFinishesAsync(WorkflowRun run)
    {
        var finished = await run.RunJobAsync();

        run.AssertRolled(finished);
        var summary = AssertTrue(run, finished);
        Assert.Contains("## ✅ Done: 4 of 4 nodes have type t2.xlarge", summary, StringComparison.Ordinal);
        Assert.All(SummaryRow.Of(summary), row => Assert.Equal("✅ done", row.Status));
    }

    /// <summary>Which nodes there are, who leads, which type each instance has, and that only what runs with the new type is done.</summary>
    private static string AssertTrue(WorkflowRun run, ActionResult result)
    {
        var summary = result.Steps["roll"].Summary;
        var rows = SummaryRow.Of(summary);
        var sandbox = run.Rolling.Sandbox;
        Assert.Equal(
            sandbox.Ec2.Truth.Select(instance => (instance.Node, instance.Type)).Order(),
            rows.Select(row => (row.Node, row.InstanceType)).Order());
        Assert.Equal(sandbox.Cluster.Leader, rows.Single(row => row.Now.StartsWith("**leader**", StringComparison.Ordinal)).Node);
        Assert.All(
            rows.Where(row => row.Status == "✅ done"),
            row => Assert.Contains(sandbox.Ec2.Truth, instance => instance is { State: Ec2State.Running, Type: "t2.xlarge" } && instance.Node == row.Node));
        return summary;
    }
}
