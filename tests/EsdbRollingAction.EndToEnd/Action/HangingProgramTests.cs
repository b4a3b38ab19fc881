using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>A program that does not hear the runner's signals in time, on a machine that has stalled for example.</summary>
[Exhaustive]
public class HangingProgramTests
{
    private const string Artifact = "esdb-rolling-update-state-orders-1658821493-1";

    [Theory]
    [InlineData("LoweringPriority")]
    [InlineData("Changing")]
    [InlineData("CaughtUp")]
    public async Task One_that_hears_of_its_cancellation_when_it_is_terminated_still_ends_by_itself(string phase)
    {
        await using var run = await StartAsync(Hang.UntilTerminated);

        var cancelled = await run.RunJobAndCancelAsync(job => job.PhasesSoFar.Contains(phase));

        AssertCancelledBy("TERM", run, cancelled);
        Require.That(cancelled.Steps["roll"].ExitCode is 130 or 143, cancelled);
        Assert.Equal(("cancelled", "true"), (cancelled.Outputs["failure-reason"], cancelled.Outputs["resumable"]));
        await AssertFinishesAsync(run);
    }

    [Theory]
    [InlineData("LoweringPriority")]
    [InlineData("Changing")]
    [InlineData("CaughtUp")]
    public async Task One_that_is_killed_leaves_a_state_from_which_the_next_attempt_finishes(string phase)
    {
        await using var run = await StartAsync(Hang.ForEver);

        var cancelled = await run.RunJobAndCancelAsync(job => job.PhasesSoFar.Contains(phase));

        AssertCancelledBy("KILL", run, cancelled);
        Assert.Equal(128 + 9, cancelled.Steps["roll"].ExitCode);
        Assert.All(
            run.Rolling.Sandbox.Ec2.Truth,
            instance => Assert.True(instance.State == Ec2State.Running, $"{instance.Id} is {instance.State}\n{cancelled}"));
        await AssertFinishesAsync(run);
    }

    /// <summary>A priority that is not the configured one is what a node that caught up still lacks.</summary>
    private static async Task<WorkflowRun> StartAsync(Hang hang)
    {
        var run = await WorkflowRun.StartAsync();
        run.Runner.Hang = hang;
        run.Rolling.Sandbox.Referee.GivePriority("test-node", 3);
        return run;
    }

    private static void AssertCancelledBy(string signal, WorkflowRun run, ActionResult cancelled)
    {
        Require.That(cancelled.Conclusion == "cancelled", cancelled);
        Assert.Equal(signal, cancelled.Steps["roll"].EndedBy);
        Assert.Equal("InProgress", (string)run.State!["ClusterUpdateStatus"]!);
        Assert.Equal(run.State.ToJsonString(), WorkflowRun.Json(run.Runner.Artifacts.Contents[Artifact]));
        Assert.Empty(run.Runner.Orphans());
    }

    private static async Task AssertFinishesAsync(WorkflowRun run)
    {
        run.Runner.Hang = Hang.No;
        run.AssertRolled(await run.RunJobAsync());
    }
}
