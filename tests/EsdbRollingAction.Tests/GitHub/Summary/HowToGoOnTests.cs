using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public class HowToGoOnTests
{
    [Theory]
    [InlineData(ExitCode.RunAgain, FailureReason.CredentialsExpired, "new AWS credentials")]
    [InlineData(ExitCode.RunAgain, FailureReason.ClusterUnreachable, "the runner reaches its nodes")]
    [InlineData(ExitCode.RunAgain, FailureReason.AwsUnreachable, "the endpoints of EC2 and STS")]
    [InlineData(ExitCode.RunAgain, FailureReason.TimeLimit, "time-limit-minutes")]
    [InlineData(ExitCode.RunAgain, FailureReason.Alarm, "alarm-names")]
    [InlineData(ExitCode.UpdateFailed, FailureReason.IterationLimitExceeded, "max-number-of-iterations-per-node-update")]
    [InlineData(ExitCode.UpdateFailed, FailureReason.InstanceStartFailed, "what EC2 objects to")]
    [InlineData(ExitCode.UpdateFailed, FailureReason.LeadershipNotHandedOver, "why no other node takes the lead")]
    public void The_reason_decides_what_to_do_first_and_then_the_run_is_resumed(int exitCode, FailureReason reason, string advice)
    {
        var items = Items(Reports.CatchingUp().Ended(exitCode, reason));

        Assert.Contains(advice, items[0], StringComparison.Ordinal);
        Assert.StartsWith("Re-run the failed jobs of this run", items[1], StringComparison.Ordinal);
        Assert.Contains("resume-run-id: 4711", items[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ec2InstanceTypeUpdate", "instances of two types", "mode: rollback")]
    [InlineData("ServerVersionUpdate", "servers of two versions", null)]
    [InlineData("Ec2InstanceRestart", "Every node is whole", null)]
    public void A_paused_run_says_what_the_cluster_is_like_and_how_to_go_on_or_back(string strategy, string isLike, string? back)
    {
        var report = Reports.CatchingUp();
        var state = report.State! with
        {
            PausedBecause = PauseReason.Leader,
            UpdateStrategy = strategy,
            TargetVersion = strategy == "Ec2InstanceTypeUpdate" ? null : "new",
        };

        var items = Items(report with { State = state, End = new RunEnd(ExitCode.Done, null, "Paused.") });

        Assert.Contains(isLike, items[0], StringComparison.Ordinal);
        Assert.Contains(items, item => item.StartsWith("To go on, approve the next job where one waits; else start the workflow anew without pause-before-leader and with resume-run-id: 4711", StringComparison.Ordinal));
        Assert.Equal(back is not null, items.Any(item => item.Contains("mode: rollback", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_changed_plan_is_planned_again_and_not_re_run() =>
        Assert.StartsWith("Run with mode: plan again", Assert.Single(Items(Reports.Planned().Ended(ExitCode.Refused, FailureReason.PlanChanged))), StringComparison.Ordinal);

    [Fact]
    public void Outside_of_github_the_state_file_is_named()
    {
        var items = Items(Reports.CatchingUp().Ended(ExitCode.Interrupted, FailureReason.Cancelled) with { WorkflowRun = null });

        Assert.Equal("Run again with the same inputs: the update goes on from the state file esdb-rolling-update-state.json.", Assert.Single(items));
    }

    [Fact]
    public void A_run_that_knows_no_node_yet_has_no_state_to_resume_from() =>
        Assert.DoesNotContain(
            Items(Reports.Unknown(ExitCode.RunAgain, FailureReason.ClusterUnreachable, "No node answers.")),
            advice => advice.Contains("resume-run-id", StringComparison.Ordinal));

    private static IReadOnlyList<string> Items(RunReport report) => new ParsedSummary(JobSummary.Render(report)).ListItems;
}
