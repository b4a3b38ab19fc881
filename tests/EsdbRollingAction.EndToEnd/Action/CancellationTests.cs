using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd.Action;

public class CancellationTests
{
    [Theory]
    [ExhaustiveData("Resigning")]
    [InlineData("Stopping")]
    [ExhaustiveData("Starting")]
    [ExhaustiveData("CatchingUp")]
    public async Task A_job_that_is_cancelled_ends_at_once_with_its_state_kept_and_the_next_attempt_carries_on(string phase)
    {
        await using var run = await WorkflowRun.StartAsync();

        var cancelled = await run.RunJobAndCancelAsync(job => job.CurrentPhases.Contains(phase));

        AssertCancelled(run, cancelled);
        run.AssertRolled(await run.RunJobAsync());
    }

    [Fact]
    [Exhaustive]
    public async Task A_job_that_is_cancelled_while_a_rule_holds_a_node_back_ends_at_once_and_the_next_attempt_carries_on()
    {
        await using var run = await WorkflowRun.StartAsync();
        var crashed = false;

        var cancelled = await run.RunJobAndCancelAsync(job =>
        {
            if (!crashed && job.CurrentPhases.Contains("CatchingUp"))
            {
                run.Rolling.Sandbox.Cluster.Crash("test-node3", restartAfterSeconds: 240);
                crashed = true;
            }

            return job.CurrentPhases.Contains("Waiting");
        });

        AssertCancelled(run, cancelled);
        run.AssertRolled(await run.RunJobAsync());
    }

    [Theory]
    [InlineData("Stopping")]
    [ExhaustiveData("Changing")]
    [ExhaustiveData("Starting")]
    public async Task After_a_cancel_in_the_middle_of_a_node_its_instance_is_started_as_it_is_and_nothing_else_is_done(string phase)
    {
        await using var run = await WorkflowRun.StartAsync();
        var acts = 0;

        var cancelled = await run.RunJobAndCancelAsync(job =>
        {
            acts = run.Rolling.Acts.Count();
            return job.PhasesSoFar.Contains(phase);
        });

        AssertCancelled(run, cancelled);
        Assert.True(("success", 0) == (cancelled.Steps["recover"].Outcome, cancelled.Steps["recover"].ExitCode), cancelled.ToString());
        Assert.Contains("No node is left off", cancelled.Steps["recover"].Summary, StringComparison.Ordinal);

        // One may have been on its way when the job was cancelled.
        var others = run.Rolling.Acts.Skip(acts)
            .Where(act => !act.Contains("CancelCapacityReservation", StringComparison.Ordinal))
            .Where(act => !act.Contains("StartInstances", StringComparison.Ordinal))
            .Where(act => !act.Contains("Tags", StringComparison.Ordinal))
            .ToList();
        Assert.True(others.Count <= 2, $"{string.Join('\n', others)}\n{cancelled}");
        run.AssertRolled(await run.RunJobAsync());
    }

    private static void AssertCancelled(WorkflowRun run, ActionResult cancelled)
    {
        Require.That(("cancelled", 130) == (cancelled.Conclusion, cancelled.Steps["roll"].ExitCode), cancelled);
        Assert.Equal("INT", cancelled.Steps["roll"].EndedBy);
        Assert.Equal(("InProgress", "cancelled", "true"), (
            cancelled.Outputs["cluster-update-status"], cancelled.Outputs["failure-reason"], cancelled.Outputs["resumable"]));
        Assert.Empty(run.Runner.Orphans());
        Assert.All(
            run.Rolling.Sandbox.Ec2.Truth,
            instance => Assert.True(instance.State == Ec2State.Running, $"{instance.Id} is {instance.State}\n{cancelled}"));
        Assert.Equal(run.State!.ToJsonString(), WorkflowRun.Json(run.Runner.Artifacts.Contents["esdb-rolling-update-state-orders-1658821493-1"]));
    }
}
