using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Endings;
using EsdbRollingAction.GitHub.Summary;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests;

/// <summary>Whoever reads how a run ended knows which instance is off now, what that means, and what starts it.</summary>
public class InstancesOffTests
{
    private const string Command = "aws ec2 start-instances --region eu-west-1 --instance-ids i-1";
    private static readonly DateTimeOffset Looked = Reports.Begin.AddMinutes(10);

    [Fact]
    public void No_more_is_said_than_is_known()
    {
        AssertSays("is stopped (seen at 03:40:00Z)", Stopped());
        AssertSays("was stopping when last seen at 03:40:00Z", Stopped() with { CurrentInstanceState = InstanceState.Stopping });
        AssertSays("was asked to stop at 03:40:02Z", Running() with { StopRequestedAt = Looked.AddSeconds(2) });
        AssertSays("was asked to stop at 03:30:00Z", Stopped() with { CurrentInstanceState = null });
        AssertSays("is stopped (seen at 03:40:00Z)", Stopped() with { StartRequestedAt = Looked.AddMinutes(-2) });
    }

    [Theory]
    [InlineData("--endpoint-url")]
    [InlineData("file:///home/user/.aws/credentials")]
    [InlineData("i-1;reboot")]
    public void What_is_no_id_of_an_instance_gets_into_no_command(string id) =>
        Assert.Null(new InstancesOff(Report(Stopped() with { Ec2InstanceId = id })).Command);

    [Fact]
    public void What_runs_or_was_started_since_is_not_called_off()
    {
        var up = Running() with { NodeUpdateStatusDetail = nameof(NodePhase.CatchingUp), StopRequestedAt = Reports.Begin };
        Assert.All(
            [Stopped() with { StartRequestedAt = Looked.AddSeconds(1) }, up, Running() with { NodeUpdateStatusDetail = nameof(NodePhase.Waiting) }],
            node => Assert.DoesNotContain("i-1 of", Said(node), StringComparison.Ordinal));
    }

    [Fact]
    public void The_step_that_brings_it_back_is_named_where_it_follows()
    {
        const string Step = "What happens by itself: The action's next step, Bring the node back, starts it unchanged and waits until it answers, for 4 min at most.";

        Assert.Contains(Step, Said(Report(Stopped())), StringComparison.Ordinal);
        Assert.Contains($"If the step Bring the node back has not done it, start i-1 as it is: {Command}", Said(Report(Stopped())), StringComparison.Ordinal);
        Assert.DoesNotContain("next step", Said(Report(Stopped()) with { WorkflowRun = null }), StringComparison.Ordinal);
        Assert.DoesNotContain("next step", Said(Report(Stopped()) with { Mode = Mode.Recover }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_run_says_it_while_the_run_lasts_since_the_runner_may_be_lost()
    {
        var summary = new ParsedSummary(CheckRunText.Summary(Report(Stopped())));

        Assert.Contains("Off now: i-1 of node-1 is stopped (seen at 03:40:00Z).", summary.Paragraphs);
        Assert.Equal("If nothing more is heard of this run, start i-1 as it is.", Assert.Single(summary.ListItems));
        Assert.Equal(Command, Assert.Single(summary.Commands));
    }

    private static void AssertSays(string how, NodeUpdate node) => Assert.Contains($"i-1 of node-1 {how}", Said(node), StringComparison.Ordinal);

    private static string Said(NodeUpdate node) => Said(Report(node));

    private static string Said(RunReport report)
    {
        var end = RunEnds.Of(new OperationCanceledException(), ExitCode.Interrupted, report);
        var ending = Ending.Of(report with { End = end });
        return string.Join('\n', ending.Lines(ending.Title.Sentence));
    }

    private static NodeUpdate Stopped() => Reports.Node(1, "node-1") with
    {
        Ec2InstanceId = "i-1",
        NodeUpdateStatus = UpdateStatus.InProgress,
        NodeUpdateStatusDetail = nameof(NodePhase.Changing),
        CurrentInstanceState = InstanceState.Stopped,
        StopRequestedAt = Reports.Begin,
        FinishedAt = null,
    };

    private static NodeUpdate Running() => Stopped() with
    {
        CurrentInstanceState = InstanceState.Running,
        NodeUpdateStatusDetail = nameof(NodePhase.Stopping),
        StopRequestedAt = null,
    };

    private static RunReport Report(NodeUpdate node) => Reports.Of(
        new ClusterUpdate
        {
            StartedAt = Reports.Begin,
            LastIterationAt = Looked,
            ClusterUpdateStatus = UpdateStatus.InProgress,
            EventStoreNodeUpdates = [Reports.Node(0, "node-0"), node, Reports.Node(2, "node-2")],
        },
        end: null) with
    { Region = "eu-west-1" };
}
