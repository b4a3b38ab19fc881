using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public class CheckRunTextTests
{
    [Fact]
    public void The_title_says_how_far_it_is_and_what_it_waits_for() =>
        Assert.Equal("3/4 nodes, less than 2 min left · test-node2 catching up, 3.0 MiB behind", CheckRunText.Title(Reports.CatchingUp()));

    [Fact]
    public void A_wait_is_named_with_what_is_awaited()
    {
        var report = Reports.CatchingUp();
        var node = report.State!.EventStoreNodeUpdates[^1] with { NodeUpdateStatusDetail = nameof(NodePhase.Waiting), WaitingFor = "test-node is 9 MiB behind" };

        Assert.Equal("3/4 nodes, less than 2 min left · test-node2 waiting: test-node is 9 MiB behind", CheckRunText.Title(report with { State = report.State.With(node) }));
    }

    [Fact]
    public void At_the_end_the_title_is_the_verdict()
    {
        Assert.Equal("✅ Done: 4 of 4 nodes have type t2.xlarge, 4 of them changed by this update", CheckRunText.Title(Reports.Updated()));
        Assert.Equal("❌ Failed at test-node4readonly (insufficient-capacity), 0 of 4 nodes are done", CheckRunText.Title(Reports.RolledBack()));
        Assert.Equal("⏹️ Cancelled at test-node2, 3 of 4 nodes are done", CheckRunText.Title(Reports.CatchingUp().Ended(ExitCode.Interrupted, FailureReason.Cancelled)));
        Assert.Equal("⏸️ Not finished, to be run again (time-limit), 3 of 4 nodes are done", CheckRunText.Title(Reports.CatchingUp().Ended(ExitCode.RunAgain, FailureReason.TimeLimit)));
        Assert.Equal("📋 Planned: 3 of 4 nodes would be changed, nothing was", CheckRunText.Title(Reports.Planned()));
        Assert.Equal("✏️ Invalid input, this run changed nothing", CheckRunText.Title(Reports.Unknown(ExitCode.InvalidInput, FailureReason.InvalidInput, "x")));
    }

    [Fact]
    public void Before_any_node_is_known_the_cluster_is_being_checked() =>
        Assert.Equal("checking the cluster", CheckRunText.Title(Reports.Of(null, null)));

    [Fact]
    public void While_it_runs_the_summary_says_what_is_awaited_and_since_when()
    {
        var summary = new ParsedSummary(CheckRunText.Summary(Reports.CatchingUp()));

        Assert.Equal("🔄 Under way: 3 of 4 nodes are done, less than 2 min left", summary.Headings[0]);
        Assert.Equal("Now: test-node2 catching up since 03:30:05Z (1 min 5 s): test-node2 says CatchingUp, 3.0 MiB behind", summary.Paragraphs[1]);
        Assert.Contains("catching up, 1 min 5 s so far :2026-11-23 03:30:05.620, 2026-11-23 03:31:10.620", Assert.Single(summary.Diagrams), StringComparison.Ordinal);
        Assert.Empty(summary.ListItems);
    }
}
