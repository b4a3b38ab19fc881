using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests;

/// <summary>Whoever reads how a run ended knows which instance is off now, what that means, and what starts it.</summary>
public class InstancesOffTests
{
    private const string TwoOfThree = "The cluster runs on 2 of 3 voters until it is back.";
    private const string Command = "aws ec2 start-instances --region eu-west-1 --instance-ids i-1";
    private static readonly DateTimeOffset Looked = Reports.Begin.AddMinutes(10);

    public static TheoryData<Exception> Ends =>
    [
        new OperationCanceledException(),
        new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", "The session has expired."),
        new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "EC2 did not answer."),
        new InstanceException(InstanceErrorKind.AccessDenied, "UnauthorizedOperation", "Not allowed."),
        new InvalidOperationException("Nobody expected this."),
        .. Enum.GetValues<FailureReason>().Select(reason => new RollingUpdateException(reason, "It ended.")),
        new RollingUpdateException(FailureReason.PreflightRefused, "It ended.") { IsMidway = true },
        new RollingUpdateException(FailureReason.InvalidInput, "It ended.") { IsAboutState = true },
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_end_says_which_instance_is_off_on_how_many_voters_the_cluster_runs_and_what_starts_it(Exception end)
    {
        var message = RunEnds.Of(end, ExitCode.Interrupted, Report(Stopped())).Message;

        Assert.Contains($"i-1 of node-1 is stopped (seen at 03:40:00Z). {TwoOfThree}", message, StringComparison.Ordinal);
        Assert.Contains(Command, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_that_failed_says_it_too()
    {
        var failed = Report(Stopped() with { NodeUpdateStatus = UpdateStatus.Failed, FailureMessage = "EC2 has no capacity." });

        var message = RunEnds.Of(failed.State! with { ClusterUpdateStatus = UpdateStatus.Failed }, failed).Message;

        Assert.StartsWith("EC2 has no capacity.", message, StringComparison.Ordinal);
        Assert.Contains($"To start it without a change: {Command}", message, StringComparison.Ordinal);
        Assert.EndsWith("resume-run-id 4711.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_is_said_than_is_known()
    {
        AssertSays("is stopped (seen at 03:40:00Z)", Stopped());
        AssertSays("was stopping when last seen at 03:40:00Z", Stopped() with { CurrentInstanceState = InstanceState.Stopping });
        AssertSays("was asked to stop at 03:40:02Z", Running() with { StopRequestedAt = Looked.AddSeconds(2) });
        AssertSays("may have been asked to stop, and EC2's answer is missing", Running());
        AssertSays("was asked to stop at 03:30:00Z", Stopped() with { CurrentInstanceState = null });
        AssertSays("is stopped (seen at 03:40:00Z)", Stopped() with { StartRequestedAt = Looked.AddMinutes(-2) });
    }

    [Fact]
    public void What_runs_or_was_started_since_is_not_called_off()
    {
        var up = Running() with { NodeUpdateStatusDetail = nameof(NodePhase.CatchingUp), StopRequestedAt = Reports.Begin };
        Assert.All(
            [Stopped() with { StartRequestedAt = Looked.AddSeconds(1) }, up, Running() with { NodeUpdateStatusDetail = nameof(NodePhase.Waiting) }],
            node => Assert.DoesNotContain("i-1 of", Said(node), StringComparison.Ordinal));
    }

    [Fact]
    public void A_read_only_replica_takes_no_voter_with_it()
    {
        var message = Said(Stopped() with { NodeType = NodeType.ReadOnlyReplica });

        Assert.Contains("No voter's instance is off.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_step_that_brings_it_back_is_named_where_it_follows()
    {
        const string Step = "The action's next step, Bring the node back, starts it. If that step does not run: ";

        Assert.Contains(Step + Command, Said(Report(Stopped())), StringComparison.Ordinal);
        Assert.DoesNotContain("next step", Said(Report(Stopped()) with { WorkflowRun = null }), StringComparison.Ordinal);
        Assert.DoesNotContain("next step", Said(Report(Stopped()) with { Mode = Mode.Recover }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_says_first_what_starts_it()
    {
        var summary = new ParsedSummary(JobSummary.Render(Report(Stopped()).Ended(ExitCode.Interrupted, FailureReason.Cancelled)));

        Assert.StartsWith($"Start i-1, unless the step Bring the node back has done it: {Command}", summary.ListItems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_run_says_it_while_the_run_lasts_since_the_runner_may_be_lost()
    {
        var summary = new ParsedSummary(CheckRunText.Summary(Report(Stopped())));

        Assert.Contains(
            $"Off now: i-1 of node-1 is stopped (seen at 03:40:00Z). {TwoOfThree} If nothing more is heard of this run: {Command}",
            summary.Paragraphs);
    }

    [Fact]
    public void What_no_instance_is_called_does_not_get_into_a_command() =>
        Assert.DoesNotContain(
            "; rm", Said(Stopped() with { Ec2InstanceId = "i-1; rm -rf /" }).Split("aws ec2")[1], StringComparison.Ordinal);

    private static void AssertSays(string how, NodeUpdate node) => Assert.Contains($"i-1 of node-1 {how}", Said(node), StringComparison.Ordinal);

    private static string Said(NodeUpdate node) => Said(Report(node));

    private static string Said(RunReport report) => RunEnds.Of(new OperationCanceledException(), ExitCode.Interrupted, report).Message;

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
