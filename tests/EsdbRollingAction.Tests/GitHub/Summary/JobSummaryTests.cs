using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Endings;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public class JobSummaryTests
{
    [Fact]
    public void A_good_roll_says_so_and_shows_a_row_per_node_in_update_order()
    {
        var summary = Parsed(Reports.Updated());

        Assert.Equal("✅ Done: 4 of 4 nodes have type t2.xlarge, 4 of them changed by this update", summary.Headings[0]);
        Assert.Equal(
            "Cluster orders · strategy Ec2InstanceTypeUpdate · target t2.xlarge · 2026-11-23 03:29:48Z to 03:30:06Z (18 s)", summary.Paragraphs[0]);
        Assert.Equal(
            ["Node", "Now", "Instance type", "Status", "Duration"], summary.Tables[0][0]);
        Assert.Equal(["test-node4readonly", "test-node", "test-node3", "test-node2"], summary.Tables[0].Skip(1).Select(row => row[0]));
        Assert.Equal(
            ["test-node2", "follower when last seen (was leader)", "t2.large → t2.xlarge", "✅ done", "4.7\u00a0s"],
            summary.Tables[0][4]);
        Assert.Contains(
            "Longest time without a leader: 0.3 s (looked every 500 ms during the hand-over, more rarely before and after).", summary.Paragraphs);
        Assert.Empty(summary.ListItems);
    }

    [Fact]
    public void What_a_restart_did_is_called_by_its_name_and_the_plan_says_how()
    {
        var (done, planned) = (Reports.Updated(), Reports.Planned());
        var state = done.State! with { UpdateStrategy = "Ec2InstanceRestart", TargetInstanceType = null, TargetVersion = "rebooted" };

        var summary = Parsed(done with { State = state });
        var plan = Parsed(planned with
        {
            State = planned.State! with { UpdateStrategy = "Ec2InstanceRestart", TargetInstanceType = null, TargetVersion = "rebooted" },
        });

        Assert.Equal("✅ Done: 4 of 4 nodes are rebooted, 4 of them by this update", summary.Headings[0]);
        Assert.StartsWith("Cluster orders · strategy Ec2InstanceRestart · target rebooted", summary.Paragraphs[0], StringComparison.Ordinal);
        Assert.Contains(plan.Tables.SelectMany(table => table), row => row.Count > 4 && row[4] == "reboot, catch up");
    }

    [Theory]
    [InlineData(0.0, "none was seen")]
    [InlineData(3.0, "3.0 s")]
    public void Without_a_hand_over_nothing_is_said_of_how_often_was_looked_during_one(double seconds, string longest)
    {
        var report = Reports.Updated();
        var state = report.State! with
        {
            LongestSecondsWithoutLeader = seconds,
            EventStoreNodeUpdates =
                [.. report.State.EventStoreNodeUpdates.Select(node => node with { ResignRequestedAt = null, Phases = [] })],
        };

        var summary = Parsed(report with { State = state });

        Assert.Contains(
            $"Longest time without a leader: {longest} (no leadership was handed over; looked at least once an iteration).", summary.Paragraphs);
    }

    [Fact]
    public void A_quorum_that_is_lost_now_is_said_with_how_long()
    {
        var report = Reports.CatchingUp();

        var summary = Parsed(report with { State = report.State! with { QuorumLostSince = report.At.AddSeconds(-12) } });

        Assert.Matches(@"\. The quorum is lost since \d\d:\d\d:\d\dZ \(12 s\)$", summary.Paragraphs[1]);
    }

    [Fact]
    public void A_node_that_has_its_type_already_is_not_said_to_be_stopped()
    {
        var report = Reports.Planned();
        var node = report.State!.EventStoreNodeUpdates[1] with { CurrentInstanceType = "t2.xlarge" };

        var summary = Parsed(report with { State = report.State.With(node) });

        Assert.Equal("already changed; start if needed, catch up", summary.Tables[0][2][4]);
        Assert.StartsWith("stop, change to t2.xlarge", summary.Tables[0][3][4], StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_is_shown_once_whether_the_roll_was_good_or_not()
    {
        var summary = Parsed(Reports.Updated() with { Warnings = ["No saved state: run 7 has none.", "No saved state: run 7 has none."] });

        Assert.Equal("Warnings", summary.Headings[1]);
        Assert.Equal("No saved state: run 7 has none.", Assert.Single(summary.ListItems));
    }

    [Fact]
    public void A_failed_roll_names_the_node_the_reason_and_the_way_on_before_anything_else()
    {
        var summary = Parsed(Reports.RolledBack());

        Assert.Equal(["❌ Failed at test-node4readonly (insufficient-capacity), 0 of 4 nodes are done", "What to do", "When it happened"], summary.Headings);
        Assert.StartsWith("What happened: Could not start i-04d277e342129fe6c. EC2 answered InsufficientInstanceCapacity", summary.Paragraphs[1], StringComparison.Ordinal);
        Assert.Equal(
            ["Wait for capacity, raise capacity-retry-minutes, or choose another type: EC2 has none of this one there now.",
                "To resume where it ended, re-run the failed jobs, within 30 days.",
                "Or start another run with resume-run-id 4711, and the other inputs as before."],
            summary.ListItems);
        Assert.Equal(
            ["gh run rerun 4711 --failed -R acme/orders", "gh workflow run roll.yml -R acme/orders -f mode=apply -f resume-run-id=4711"], summary.Commands);
        Assert.Equal([Reports.Run.Manual!], summary.Links);
        Assert.Equal("❌ failed while starting, rolled back", summary.Tables[0][1][3]);
        Assert.Equal(["test-node", "follower when last seen", "t2.large", "⚪ pending", "–", ""], summary.Tables[0][2]);
    }

    [Fact]
    public void A_cancelled_roll_says_at_which_node_and_what_was_left_how()
    {
        var summary = Parsed(Reports.CatchingUp().Ended(ExitCode.Interrupted, FailureReason.Cancelled, "test-node2 was left in phase CatchingUp."));

        Assert.Equal("⏹️ Cancelled at test-node2, 3 of 4 nodes are done", summary.Headings[0]);
        Assert.Equal("What happened: test-node2 was left in phase CatchingUp.", summary.Paragraphs[1]);
        Assert.Equal("🔄 catching up", summary.Tables[0][4][3]);
    }

    [Fact]
    public void A_plan_shows_what_would_happen_to_each_node_the_checks_and_how_to_apply_it()
    {
        var summary = Parsed(Reports.Planned());

        Assert.Equal(["📋 Planned: 3 of 4 nodes would be changed, nothing was", "What to do", "Checks"], summary.Headings);
        Assert.Equal(["1", "test-node4readonly", "i-04d277e342129fe6c", "t2.xlarge", "nothing, it is as wanted", "read-only replica"], summary.Tables[0][1]);
        Assert.Equal(["hand over leadership, then stop, change to t2.xlarge, start, catch up", "leader: last"], summary.Tables[0][4].Skip(4));
        Assert.Contains(
            "The roll takes about 9 min, assuming 3 min for each node, and no wait. "
            + "Leadership is handed over once: clients have no leader for about 1 to 3 s then.",
            summary.Paragraphs);
        Assert.Equal(["StopIsPermitted", "EC2 would stop i-04d277e342129fe6c", "✅ passed"], summary.Tables[1][2]);
        Assert.Contains("expected-plan-digest sha256:9f86d081884c7d65", Assert.Single(summary.ListItems), StringComparison.Ordinal);
        Assert.Equal(
            "gh workflow run roll.yml -R acme/orders -f mode=apply -f target-instance-type=t2.xlarge -f expected-plan-digest=sha256:9f86d081884c7d65",
            Assert.Single(summary.Commands));
        Assert.Empty(summary.Diagrams);
    }

    [Fact]
    public void A_refusal_shows_the_check_that_failed_first()
    {
        var summary = Parsed(Reports.Planned() with
        {
            End = new RunEnd(ExitCode.Refused, FailureReason.PreflightRefused, "StopIsPermitted: no. Nothing was changed."),
            Checks = [Check.Passed("ClusterAnswers", "yes"), Check.Refused("StopIsPermitted", "UnauthorizedOperation")],
        });

        Assert.Equal("🚫 Refused (preflight-refused), this run changed nothing", summary.Headings[0]);
        Assert.Equal(["StopIsPermitted", "UnauthorizedOperation", "❌ refused"], summary.Tables[1][1]);
        Assert.DoesNotContain(summary.ListItems, advice => advice.Contains("resume-run-id", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_refusals_are_a_list_in_the_summary_and_in_the_log()
    {
        var checks = new PreflightReport(new ClusterUpdate(), 3, [Check.Refused("One", "a *star*"), Check.Refused("Two", "b")]);
        var refusal = Assert.Throws<RollingUpdateException>(checks.RefuseUnlessAllHold);
        var report = Reports.Planned() with { End = RunEnds.Of(refusal, null, Reports.Planned()) };

        var summary = Parsed(report);

        Assert.Equal(["One: a *star*.", "Two: b."], summary.ListItems.Take(2));
        Assert.Equal(["- One: a *star*.", "- Two: b."], Ending.Of(report).Lines("Refused.").Skip(2).Take(2));
    }

    [Fact]
    public void A_refusal_after_an_act_is_not_said_to_have_changed_nothing()
    {
        var report = Reports.Planned().Ended(ExitCode.Refused, FailureReason.PreflightRefused, "i-1 was brought back first.") with { HasActed = true };

        Assert.Equal("🚫 Refused (preflight-refused)", Parsed(report).Headings[0]);
        Assert.Equal("🚫 Refused (preflight-refused)", CheckRunText.Title(report));
    }

    [Fact]
    public void Once_they_have_passed_only_the_other_checks_are_not_folded()
    {
        var report = Reports.Updated() with { Checks = [Check.Passed("RootVolumeIsEbs", "EBS"), Check.NotChecked("BootModeFits", "EC2 does not tell it")] };

        var markdown = JobSummary.Render(report);

        Assert.True(markdown.IndexOf("BootModeFits", StringComparison.Ordinal) < markdown.IndexOf("<details><summary>1 passed</summary>", StringComparison.Ordinal));
        Assert.True(markdown.IndexOf("RootVolumeIsEbs", StringComparison.Ordinal) > markdown.IndexOf("<details><summary>1 passed</summary>", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_check_is_a_row_with_what_was_found_what_to_do_and_a_verdict_the_worst_first()
    {
        var summary = Parsed(Reports.Planned() with
        {
            Checks =
            [
                Check.Passed("RootVolumeIsEbs", "EBS"),
                Check.Warning("SizeChange", "16 GiB becomes 8 GiB", "The database gets less memory"),
                Check.NotChecked("BootModeFits", "EC2 does not tell it"),
            ],
        });

        Assert.Equal(
            [
                ["Check", "What was found", "Verdict"],
                ["SizeChange", "16 GiB becomes 8 GiB. The database gets less memory", "⚠️ warning"],
                ["BootModeFits", "not checked: EC2 does not tell it", "ℹ️ note"],
            ],
            summary.Tables[1]);
        Assert.Equal(["RootVolumeIsEbs", "EBS", "✅ passed"], summary.Tables[2][1]);
    }

    [Fact]
    public void Bad_input_is_shown_without_any_node()
    {
        var summary = Parsed(Reports.Unknown(ExitCode.InvalidInput, FailureReason.InvalidInput, "The input mode is 'x'.") with { ClusterName = "", StateFile = null });

        Assert.Equal("✏️ Invalid input, this run changed nothing", summary.Headings[0]);
        Assert.Equal("What happened: The input mode is 'x'.", summary.Paragraphs[1]);
        Assert.Empty(summary.Tables);
        Assert.StartsWith("Correct what is named above", Assert.Single(summary.ListItems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_that_is_as_wanted_is_said_to_have_needed_nothing()
    {
        var summary = Parsed(Reports.Of(
            new ClusterUpdate
            {
                ClusterUpdateStatus = UpdateStatus.Success,
                EventStoreNodeUpdates = [new NodeUpdate { NodeName = "a", NodeUpdateStatus = UpdateStatus.Success, CurrentInstanceType = "t2.xlarge" }],
            },
            new RunEnd(ExitCode.Done, null, "Done.")));

        Assert.Equal("✅ Nothing to do: 1 of 1 nodes were as wanted", summary.Headings[0]);
        Assert.Equal("✅ nothing to do", summary.Tables[0][1][3]);
        Assert.Empty(summary.Diagrams);
    }

    [Fact]
    public void Nodes_of_the_same_name_are_told_apart_by_their_endpoint()
    {
        var state = Reports.Updated().State!;
        var same = state with { EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node with { NodeName = "esdb" })] };

        var summary = Parsed(Reports.Updated() with { State = same });

        Assert.Equal("esdb 10.0.0.4:2113", summary.Tables[0][1][0]);
    }

    [Fact]
    public void Every_phase_is_in_the_folded_details()
    {
        var summary = Parsed(Reports.Updated());

        Assert.Equal(Reports.Updated().State!.EventStoreNodeUpdates.Select(node => node.Phases.Count), summary.Tables.Skip(1).Select(table => table.Count - 1));
        Assert.Equal(["catching up", "2026-11-23 03:30:05Z", "0.6 s", "test-node2 says CatchingUp, 74.5 MiB behind"], summary.Tables[4][^1]);
    }

    private static ParsedSummary Parsed(RunReport report) => new(JobSummary.Render(report));
}
