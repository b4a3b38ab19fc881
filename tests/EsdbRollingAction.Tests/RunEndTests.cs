using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests;

public class RunEndTests
{
    [Fact]
    public void A_name_of_many_pages_does_not_push_out_what_is_said_of_the_node()
    {
        var report = Reports.CatchingUp();
        var node = report.State!.EventStoreNodeUpdates[^1] with { NodeName = new string('n', 10_000) };

        var end = RunEnds.Of(new OperationCanceledException(), ExitCode.Interrupted, report with { State = report.State.With(node) });

        Assert.StartsWith($"Nothing new was begun. {new string('n', 79)}… ({node.Ec2InstanceId}) was left in phase CatchingUp", end.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PauseReason.MaxNodes, "is left. To go on, approve the next job where one waits, or start another run with the same inputs and with resume-run-id 4711.")]
    [InlineData(PauseReason.Leader, "is left to a run without pause-before-leader. To go on, approve the next job where one waits, or start another run without pause-before-leader and")]
    public void A_run_that_paused_succeeds_and_says_who_is_left_and_how_it_goes_on(PauseReason because, string said)
    {
        var report = Reports.CatchingUp();
        var paused = report.State! with { PausedBecause = because, ClusterUpdateStatus = UpdateStatus.InProgress };

        var end = RunEnds.Of(paused, report);

        Assert.Equal((ExitCode.Done, null), (end.ExitCode, end.Reason));
        Assert.StartsWith("Paused: 3 of 4 nodes are updated. ", end.Message, StringComparison.Ordinal);
        Assert.Contains(said, end.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void How_a_state_is_got_rid_of_in_a_workflow_is_said_in_a_workflow(bool inWorkflow)
    {
        var refused = new RollingUpdateException(FailureReason.InvalidInput, "Remove the state file.") { IsAboutState = true };
        var report = Reports.CatchingUp();

        var end = RunEnds.Of(refused, null, inWorkflow ? report : report with { WorkflowRun = null });

        Assert.Equal(inWorkflow, end.Message.Contains("start a new run without resume-run-id", StringComparison.Ordinal));
    }

    [Fact]
    public void A_state_is_called_saved_only_when_one_was_written()
    {
        var expired = new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", "The AWS session has expired.");

        var begun = Reports.CatchingUp() with { StateFile = "state.json" };
        var notBegun = begun with { State = new ClusterUpdate() };

        Assert.Contains("The state is saved in state.json. ", RunEnds.Of(expired, null, begun).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("saved", RunEnds.Of(expired, null, notBegun).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_refused_in_the_middle_of_an_update_is_run_again_and_not_said_to_have_changed_nothing()
    {
        var end = RunEnds.Of(new RollingUpdateException(FailureReason.PreflightRefused, "StopIsNotProtected: i-4.") { IsMidway = true }, null, Reports.CatchingUp());

        Assert.Equal((ExitCode.RunAgain, FailureReason.PreflightRefused), (end.ExitCode, end.Reason));
        Assert.Contains("was left in phase CatchingUp", end.Message, StringComparison.Ordinal);
        Assert.Contains("resume-run-id 4711", end.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_EC2_does_not_answer_is_said_to_have_changed_nothing_only_where_nothing_was_tried(bool hasActed)
    {
        var silent = new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer.");

        var end = RunEnds.Of(silent, null, Reports.CatchingUp() with { HasActed = hasActed });

        Assert.Equal(hasActed, !end.Message.Contains(RollingUpdateException.NothingWasChanged, StringComparison.Ordinal));
    }

    [Fact]
    public void A_state_that_asks_for_another_target_is_refused_for_what_it_is() =>
        Assert.True(Assert.Throws<RollingUpdateException>(() => StartingState.From(
            new ClusterUpdate { TargetInstanceType = "t2.xlarge" }, new UpdateRequest(null, "m5.large", null), "Ec2InstanceTypeUpdate")).IsAboutState);

    [Theory]
    [InlineData(true, "the input mode")]
    [InlineData(false, "the input mode (variable INPUT_MODE)")]
    public void An_input_is_called_as_the_reader_knows_it(bool inActions, string said) => Assert.Equal(said, InputNames.Mode.Said(inActions));
}
