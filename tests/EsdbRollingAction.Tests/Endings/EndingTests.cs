using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Endings;
using EsdbRollingAction.GitHub.Summary;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests.Endings;

/// <summary>Whoever is woken by the end of a run finds what is asked first said first, and the same wherever it is read.</summary>
public class EndingTests
{
    private const string Start = "aws ec2 start-instances --region eu-west-1 --instance-ids i-1";

    public static TheoryData<FailureReason, Progress> Ends
    {
        get
        {
            var all = new TheoryData<FailureReason, Progress>();
            foreach (var (reason, progress) in Enum.GetValues<FailureReason>().SelectMany(_ => Enum.GetValues<Progress>(), (reason, progress) => (reason, progress)))
            {
                all.Add(reason, progress);
            }

            return all;
        }
    }

    public static TheoryData<FailureReason> Reasons => [.. Enum.GetValues<FailureReason>()];

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_reader_is_told_the_same(FailureReason reason, Progress progress)
    {
        var report = Situations.Ended(reason, progress);
        var ending = Ending.Of(report);
        var facts = ending.Answers.Select(answer => answer.Text)
            .Concat(ending.Steps.Select(step => step.Text[..^1]))
            .Concat(ending.Steps.Select(step => step.Command).OfType<string>())
            .Append(ending.Title.What);

        Assert.All(
            Situations.Renderings(report),
            rendering => Assert.All(facts, fact => Assert.Contains(fact, rendering.Value, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void What_the_service_said_is_said_once(FailureReason reason, Progress progress)
    {
        var report = Situations.Ended(reason, progress);

        Assert.All(
            Situations.Renderings(report).Where(_ => reason is not FailureReason.Cancelled),
            rendering => Assert.Equal(2, rendering.Value.Split("We have none of it").Length));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_is_off_stands_before_everything_but_the_verdict_and_the_quorum_follows(FailureReason reason)
    {
        var ending = Ending.Of(Situations.Ended(reason, Progress.NodeOff));

        Assert.StartsWith(
            $"{ending.Title.Sentence} i-1 of node-1 is stopped (seen at 03:40:00Z). 2 of 3 voters are up and level:"
            + " no data is at risk, but no further voter may fail until the other one is up and level.",
            Lines(ending).First(),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_is_off_is_started_first_unless_another_run_does_it(FailureReason reason)
    {
        var ending = Ending.Of(Situations.Ended(reason, Progress.NodeOff));

        if (reason is FailureReason.TakenOver or FailureReason.Locked)
        {
            Assert.Contains(ending.Answers, answer => answer.Text.Contains("brings it back", StringComparison.Ordinal));
            Assert.DoesNotContain(ending.Steps, step => step.Command == Start);
        }
        else
        {
            Assert.Equal(Start, ending.Steps[0].Command);
        }
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_was_never_begun_is_not_resumed(FailureReason reason)
    {
        var lines = string.Join('\n', Lines(Ending.Of(Situations.Ended(reason, Progress.NothingBegun))));

        Assert.DoesNotContain("to resume", lines, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("resume-run-id 4711", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("Not finished", lines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Progress.NodeOff)]
    [InlineData(Progress.Midway)]
    [InlineData(Progress.Done)]
    public void Who_was_taken_over_looks_at_the_other_run_and_does_nothing_else(Progress progress)
    {
        var report = Situations.Ended(FailureReason.TakenOver, progress);

        Assert.Equal(
            [new Step($"Look at the other run {Situations.OtherRun}, which goes on with this update. Do nothing else.")],
            Ending.Of(report).Steps);
        Assert.Contains(Situations.OtherRun, new ParsedSummary(JobSummary.Render(report)).Links);
    }

    [Theory]
    [InlineData("https://evil.example.com/acme/orders/actions/runs/1")]
    [InlineData("https://github.com/acme)[x](https://evil.example.com")]
    public void An_address_that_is_no_page_of_this_server_is_no_link(string owner)
    {
        var report = Situations.Ended(FailureReason.TakenOver, Progress.Midway);
        var takenOver = new RollingUpdateException(FailureReason.TakenOver, $"The lease is held by {owner} now.") { OtherRun = owner };
        report = report with { End = report.End! with { Message = takenOver.Message, Cause = takenOver } };

        Assert.Equal([Reports.Run.Manual!], new ParsedSummary(JobSummary.Render(report)).Links);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_failure_says_what_to_do_and_leads_to_the_page_that_tells_more(FailureReason reason)
    {
        var report = Situations.Ended(reason, Progress.NothingBegun);

        Assert.NotEmpty(Ending.Of(report).Steps);
        Assert.All(Situations.Renderings(report), rendering => Assert.Contains(Reports.Run.Manual!, rendering.Value, StringComparison.Ordinal));
        Assert.Null(Ending.Of(report with { WorkflowRun = null }).Manual);
    }

    [Theory]
    [InlineData(FailureReason.CredentialsExpired, "Get new credentials.")]
    [InlineData(FailureReason.ClusterUnreachable, "the runner reaches its nodes")]
    [InlineData(FailureReason.AwsUnreachable, "the endpoints of EC2 and STS")]
    [InlineData(FailureReason.TimeLimit, "time-limit-minutes")]
    [InlineData(FailureReason.Alarm, "alarm-names")]
    [InlineData(FailureReason.IterationLimitExceeded, "max-number-of-iterations-per-node-update")]
    [InlineData(FailureReason.InstanceStartFailed, "what EC2 objects to")]
    [InlineData(FailureReason.LeadershipNotHandedOver, "why no other node takes the lead")]
    public void The_reason_decides_what_to_do_first_and_then_the_update_is_resumed(FailureReason reason, string advice)
    {
        var steps = Ending.Of(Situations.Ended(reason, Progress.Midway)).Steps;

        Assert.Contains(advice, steps[0].Text, StringComparison.Ordinal);
        Assert.Equal(
            ["gh run rerun 4711 --failed -R acme/orders", "gh workflow run roll.yml -R acme/orders -f mode=apply -f resume-run-id=4711"],
            steps.Skip(1).Take(2).Select(step => step.Command));
    }

    [Fact]
    public void Of_a_run_that_lasts_nothing_is_said_of_what_comes_by_itself() =>
        Assert.DoesNotContain(Ending.Of(Situations.Running(Progress.Midway)).Answers, answer => answer.Question == "What happens by itself");

    [Fact]
    public void After_a_failure_the_nodes_that_are_done_can_get_their_old_type_back()
    {
        var report = Situations.Ended(FailureReason.InstanceStartFailed, Progress.Midway);

        Assert.Equal("gh workflow run roll.yml -R acme/orders -f mode=rollback -f resume-run-id=4711", Ending.Of(report).Steps[^1].Command);
        Assert.Equal(
            "INPUT_MODE=rollback INPUT_STATE_FILE=esdb-rolling-update-state.json esdb-rolling-update",
            Ending.Of(report with { WorkflowRun = null }).Steps[^1].Command);
    }

    [Fact]
    public void What_is_not_known_or_no_word_makes_no_command()
    {
        var report = Situations.Ended(FailureReason.InstanceStartFailed, Progress.Midway);
        var unknown = report with { WorkflowRun = Reports.Run with { Repository = null, Workflow = null } };
        var hostile = report with { WorkflowRun = null, StateFile = "state.json; rm -rf /" };

        Assert.All([unknown, hostile], each => Assert.All(Ending.Of(each).Steps, step => Assert.Null(step.Command)));
    }

    [Fact]
    public void A_changed_plan_is_planned_again_and_its_failed_jobs_are_not_re_run() => Assert.Equal(
        ["gh workflow run roll.yml -R acme/orders -f mode=plan -f target-instance-type=t2.xlarge", "gh run rerun 4711 -R acme/orders"],
        Ending.Of(Situations.Ended(FailureReason.PlanChanged, Progress.NothingBegun)).Steps.Select(step => step.Command));

    [Theory]
    [InlineData("Ec2InstanceTypeUpdate", "instances of two types", true)]
    [InlineData("ServerVersionUpdate", "servers of two versions", false)]
    [InlineData("Ec2InstanceRestart", "Every node is whole", false)]
    public void A_paused_run_says_what_the_cluster_is_like_for_how_long_and_how_it_goes_on_or_back(string strategy, string isLike, bool goesBack)
    {
        var report = Reports.CatchingUp();
        var state = report.State! with
        {
            PausedBecause = PauseReason.Leader,
            UpdateStrategy = strategy,
            TargetVersion = goesBack ? null : "new",
        };
        report = report with { State = state, End = RunEnds.Of(state, report) };

        var ending = Ending.Of(report);

        Assert.Equal("⏸️ Paused before the leader: 3 of 4 nodes are done", ending.Title.Headline);
        Assert.Equal("The leader test-node2 is left to a run without pause-before-leader.", ending.Answers[0].Text);
        Assert.Contains(isLike, ending.Answers[^1].Text, StringComparison.Ordinal);
        Assert.StartsWith("To go on, approve the next job where one waits, or start another run without pause-before-leader and", ending.Steps[0].Text, StringComparison.Ordinal);
        Assert.Equal(goesBack ? 2 : 1, ending.Steps.Count);
    }

    [Fact]
    public void A_run_that_paused_after_some_nodes_says_who_is_left()
    {
        var report = Reports.CatchingUp();
        var state = report.State! with { PausedBecause = PauseReason.MaxNodes, NodesUpdatedInRun = 3 };

        var ending = Ending.Of(report with { State = state, End = RunEnds.Of(state, report) });

        Assert.Equal("This run has updated 3, as many as max-nodes lets it; test-node2 is left.", ending.Answers[0].Text);
    }

    [Fact]
    public void A_step_tells_until_when_what_it_holds_is_held()
    {
        var report = Reports.CatchingUp();
        var node = report.State!.EventStoreNodeUpdates[^1] with { CapacityReservation = "cr-1", CapacityUntil = Reports.Begin.AddHours(6) };

        var ending = Ending.Of(report with { Mode = Mode.Step, State = report.State.With(node), End = RunEnds.Of(report.State, report) });

        Assert.Equal(
            "The next step goes on from esdb-rolling-update-state.json. The lease expires in a minute, unless that step renews it."
            + " cr-1 is held for test-node2, and billed until 2026-11-23 09:30:00Z at the latest.",
            Assert.Single(ending.Answers).Text);
    }

    [Fact]
    public void A_priority_that_stays_lowered_is_said() => Assert.Contains(
        Ending.Of(Situations.Ended(FailureReason.InstanceStartFailed, Progress.NodeOff)).Answers,
        answer => answer.Text.Contains("node-1 keeps priority 1 instead of 5 until a run goes on", StringComparison.Ordinal));

    [Fact]
    public void A_refusal_before_any_instance_was_seen_tells_the_quorum_and_not_that_nothing_is_off()
    {
        NodeEndpoint[] voters = [new("a", 2113), new("b", 2113), new("c", 2113)];
        var at = new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
        var refused = new RunReport { Mode = Mode.Apply, ClusterName = "orders", At = at, Voters = new VotersUp(voters, voters, 3, at) }
            .Ended(ExitCode.Refused, FailureReason.PreflightRefused);

        var answers = Ending.Of(refused).Answers.ToDictionary(answer => answer.Question, answer => answer.Text);

        Assert.StartsWith("3 of 3 voters are up and level", answers["Quorum"], StringComparison.Ordinal);
        Assert.DoesNotContain("Off now", answers.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void How_a_state_is_got_rid_of_in_a_workflow_is_said_in_a_workflow(bool inWorkflow)
    {
        var refused = new RollingUpdateException(FailureReason.InvalidInput, "Remove the state file.") { IsAboutState = true };
        var report = Reports.CatchingUp() with { WorkflowRun = inWorkflow ? Reports.Run : null };

        var steps = Ending.Of(report with { End = RunEnds.Of(refused, null, report) }).Steps;

        Assert.Equal(inWorkflow, Assert.Single(steps).Text.Contains("start a new run without resume-run-id", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Lines(Ending ending) => ending.Lines(ending.Title.Sentence);
}
