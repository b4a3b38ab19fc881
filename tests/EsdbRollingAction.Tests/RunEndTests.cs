using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests;

public class RunEndTests
{
    [Fact]
    public void A_state_is_called_saved_only_when_one_was_written()
    {
        var expired = new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", "The AWS session has expired.");

        var begun = Reports.CatchingUp() with { StateFile = "state.json" };
        var notBegun = begun with { State = new ClusterUpdate() };

        Assert.Contains("The state is saved in state.json.", RunEnds.Of(expired, null, begun).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("saved", RunEnds.Of(expired, null, notBegun).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_refused_in_the_middle_of_an_update_is_run_again_and_not_said_to_have_changed_nothing()
    {
        var end = RunEnds.Of(new RollingUpdateException(FailureReason.PreflightRefused, "StopIsNotProtected: i-4.") { IsMidway = true }, null, Reports.CatchingUp());

        Assert.Equal((ExitCode.RunAgain, FailureReason.PreflightRefused), (end.ExitCode, end.Reason));
        Assert.Contains("was left in phase CatchingUp", end.Message, StringComparison.Ordinal);
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
