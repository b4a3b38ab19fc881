using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub;

public sealed class OutputsTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(ExitCode.RunAgain, FailureReason.ClusterUnreachable, false, "true")]
    [InlineData(ExitCode.Interrupted, FailureReason.Cancelled, false, "true")]
    [InlineData(ExitCode.Terminated, FailureReason.Cancelled, false, "true")]
    [InlineData(ExitCode.UpdateFailed, FailureReason.UnexpectedError, true, "true")]
    [InlineData(ExitCode.UpdateFailed, FailureReason.UnexpectedError, false, "false")]
    [InlineData(ExitCode.InvalidInput, FailureReason.InvalidInput, true, "false")]
    [InlineData(ExitCode.Refused, FailureReason.PreflightRefused, true, "true")]
    [InlineData(ExitCode.Refused, FailureReason.PreflightRefused, false, "false")]
    public void Whether_running_again_carries_on_follows_from_how_the_run_ended(int exitCode, FailureReason reason, bool hasState, string resumable)
    {
        var report = Reports.CatchingUp().Ended(exitCode, reason);

        Assert.Equal(resumable, Written(hasState ? report : report with { State = null })["resumable"]);
    }

    [Fact]
    public void The_checks_that_have_something_to_say_are_named_once_each()
    {
        Check[] checks =
        [
            Check.Passed("RootVolumeIsEbs", "EBS"),
            Check.Note("NothingIsScheduled", "EC2 has scheduled a retirement"),
            Check.Note("NothingIsScheduled", "EC2 has scheduled a reboot"),
            Check.Warning("NodeIsScavenging", "a scavenge runs"),
        ];

        Assert.Equal("NothingIsScheduled NodeIsScavenging", Written(Reports.Planned() with { Checks = checks })["checks-noted"]);
    }

    [Theory]
    [InlineData(null, "", "false")]
    [InlineData(PauseReason.MaxNodes, "max-nodes", "true")]
    [InlineData(PauseReason.Leader, "leader", "true")]
    public void A_run_that_paused_says_why_and_how_many_nodes_are_left(PauseReason? because, string said, string resumable)
    {
        var report = because is null ? Reports.Updated() : Reports.CatchingUp() with { End = new RunEnd(ExitCode.Done, null, "Paused.") };
        var written = Written(report with { State = report.State! with { PausedBecause = because } });

        Assert.Equal((said, because is null ? "0" : "1", resumable), (written["paused-because"], written["nodes-remaining"], written["resumable"]));
    }

    [Fact]
    public void A_plan_that_is_refused_before_its_update_began_is_not_carried_on_with()
    {
        var begun = Reports.CatchingUp();
        var planned = begun with { State = begun.State! with { StartedAt = null } };

        Assert.Equal("false", Written(planned.Ended(ExitCode.Refused, FailureReason.PlanChanged))["resumable"]);
    }

    [Fact]
    public void A_state_that_was_refused_is_not_kept_for_the_next_attempt()
    {
        var refused = Reports.CatchingUp().Ended(ExitCode.InvalidInput, FailureReason.InvalidInput);
        Assert.DoesNotContain("state-artifact", Written(refused).Keys);
        Assert.Equal(Reports.Run.StateArtifact, Written(Reports.CatchingUp().Ended(ExitCode.RunAgain, FailureReason.TimeLimit))["state-artifact"]);
    }

    [Fact]
    public void The_artifact_is_named_once_when_there_is_a_state_to_go_on_from()
    {
        var outputs = new Outputs(path, Assert.Fail);
        outputs.WriteStateFile("state.json");
        outputs.WriteStateArtifact(Reports.CatchingUp() with { State = null });
        outputs.WriteStateArtifact(Reports.CatchingUp() with { State = new ClusterUpdate() });
        Assert.DoesNotContain("state-artifact", File.ReadAllText(path), StringComparison.Ordinal);

        outputs.WriteStateArtifact(Reports.CatchingUp());
        outputs.WriteStateArtifact(Reports.CatchingUp());
        outputs.Write(Reports.CatchingUp().Ended(ExitCode.RunAgain, FailureReason.TimeLimit));

        var names = File.ReadAllLines(path).Chunk(3).Select(lines => lines[0].Split("<<")[0]).ToList();
        Assert.Single(names, "state-artifact");
        Assert.Single(names, "state-file");
    }

    [Theory]
    [InlineData(FailureReason.PreflightRefused)]
    [InlineData(FailureReason.PlanChanged)]
    [InlineData(FailureReason.Locked)]
    public void How_many_nodes_the_cluster_has_is_said_of_a_refused_run_too(FailureReason reason)
    {
        var refused = Reports.CatchingUp().Ended(ExitCode.Refused, reason) with { State = new ClusterUpdate(), NodeCount = 5 };

        Assert.Equal("5", Written(refused)["nodes-total"]);
    }

    [Fact]
    public void An_instance_that_was_changed_and_rolled_back_was_changed() => Assert.Equal("true", Written(Reports.RolledBack())["changed"]);

    [Fact]
    public void What_an_earlier_run_of_the_update_changed_was_changed()
    {
        var report = Reports.RolledBack();
        var again = report.State! with { EventStoreNodeUpdates = [.. report.State!.EventStoreNodeUpdates.Select(node => node.Fresh())] };

        Assert.Equal("true", Written(report with { State = again })["changed"]);
    }

    [Fact]
    public void A_plan_or_a_change_that_EC2_refused_changed_nothing()
    {
        var refused = Reports.RolledBack().State!.EventStoreNodeUpdates[0] with { FailureReason = FailureReason.InstanceChangeFailed };
        var report = Reports.RolledBack();

        Assert.Equal("false", Written(report with { State = report.State! with { EventStoreNodeUpdates = [refused] } })["changed"]);
        Assert.Equal("false", Written(Reports.Planned())["changed"]);
    }

    private Dictionary<string, string> Written(RunReport report)
    {
        var outputs = new Outputs(path, Assert.Fail);
        outputs.WriteStateFile("state.json");
        outputs.Write(report);
        return File.ReadAllLines(path).Chunk(3).GroupBy(lines => lines[0].Split("<<")[0]).ToDictionary(same => same.Key, same => same.Last()[1]);
    }
}
