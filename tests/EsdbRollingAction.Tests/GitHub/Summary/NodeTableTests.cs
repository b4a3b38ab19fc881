using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public class NodeTableTests
{
    [Theory]
    [InlineData(InstanceState.Running, NodeState.Leader, "leader, level (was follower)")]
    [InlineData(InstanceState.Running, NodeState.Follower, "follower, level (was leader)")]
    [InlineData(InstanceState.Running, NodeState.ReadOnlyReplica, "read-only replica, level (was leader)")]
    [InlineData(InstanceState.Running, NodeState.CatchingUp, "catching up, 3.0 MiB behind (was leader)")]
    [InlineData(InstanceState.Running, null, "does not answer, follower (was leader)")]
    [InlineData(InstanceState.Pending, null, "starting, follower (was leader)")]
    [InlineData(InstanceState.Stopping, NodeState.Follower, "stopping, follower (was leader)")]
    [InlineData(InstanceState.Stopped, null, "off, follower (was leader)")]
    [InlineData(null, NodeState.Follower, "follower, level (was leader)")]
    public void A_node_is_shown_as_it_is_now(InstanceState? instance, NodeState? role, string cell)
    {
        var (now, before) = role switch
        {
            NodeState.Leader => (NodeType.Leader, NodeType.Follower),
            NodeState.ReadOnlyReplica => (NodeType.ReadOnlyReplica, NodeType.Leader),
            _ => (NodeType.Follower, NodeType.Leader),
        };
        var node = Reports.Node(1, "a") with { NodeType = now, OriginalNodeType = before };
        var seen = Seen.As(node, instance, role, role is NodeState.CatchingUp ? 3 * 1024 * 1024 : 0);

        Assert.Equal(cell, Rows(Of(node) with { Now = [seen] })[1][1]);
    }

    [Fact]
    public void What_was_acted_on_since_it_was_seen_is_said_as_it_is_known()
    {
        var node = Reports.Node(1, "a") with { NodeUpdateStatus = UpdateStatus.InProgress, StopRequestedAt = Reports.Begin };
        var report = Of(node) with { At = Reports.Begin.AddSeconds(2) };

        Assert.Equal("was asked to stop at 03:30:00Z", Rows(report)[1][1]);
        Assert.Equal("follower when last seen", Rows(Of(Reports.Node(1, "a")))[1][1]);
    }

    [Fact]
    public void Of_many_nodes_those_that_are_not_done_come_first_and_the_others_are_folded_in_natural_order()
    {
        var nodes = Enumerable.Range(1, 12).Select(number => Reports.Node(number, $"node-{number}", failed: number is 11)).ToList();
        nodes[3] = nodes[3] with { NodeUpdateStatus = UpdateStatus.Pending, Phases = [] };
        nodes[4] = nodes[4] with { NodeUpdateStatus = UpdateStatus.InProgress };
        var text = JobSummary.Render(Of([.. nodes.OrderBy(node => node.NodeName, StringComparer.Ordinal)]));
        var summary = new ParsedSummary(text);

        Assert.Equal(["node-11", "node-5", "node-4"], summary.Tables[0].Skip(1).Select(row => row[0]));
        Assert.Equal([1, 2, 3, 6, 7, 8, 9, 10, 12], summary.Tables[1].Skip(1).Select(row => int.Parse(row[0][5..])));
        Assert.Contains("<details><summary>9 nodes are done</summary>", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("```mermaid", StringComparison.Ordinal) < text.IndexOf("| Node | Now", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_few_nodes_none_is_folded_and_the_table_is_above_the_gantt()
    {
        var text = JobSummary.Render(Of([.. Enumerable.Range(1, 8).Select(number => Reports.Node(number, $"node-{number}"))]));

        Assert.Equal(9, new ParsedSummary(text).Tables[0].Count);
        Assert.DoesNotContain("nodes are done</summary>", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("```mermaid", StringComparison.Ordinal) > text.IndexOf("| Node | Now", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Why_a_node_failed_is_said_once_above_the_table(bool isOver)
    {
        const string Why = "The disk of the node is full.";
        var node = Reports.Node(1, "a", failed: true) with { FailureMessage = Why };
        var report = Of(node) with { End = isOver ? new RunEnd(ExitCode.UpdateFailed, FailureReason.IterationLimitExceeded, $"{Why} 0 of 1.") : null };

        var text = JobSummary.Render(report);

        Assert.Equal(2, text.Split(Why).Length);
        Assert.True(text.IndexOf(Why, StringComparison.Ordinal) < text.IndexOf("| Node | Now", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_waits_of_five_seconds_and_more_are_said_to_have_held_a_node_back()
    {
        var node = Reports.Node(1, "a") with
        {
            Phases =
            [
                Wait("OneLeaderIsAgreed", 4),
                Wait("OtherVotersAreLevel", 5),
            ],
        };

        Assert.Equal("5.0 s OtherVotersAreLevel, something", Rows(Of(node))[1][5]);
    }

    [Fact]
    public void An_upgrade_shows_versions_where_others_show_types()
    {
        var report = Of(Reports.Node(1, "a") with { OriginalVersion = "24.10.0", CurrentVersion = "25.1.0" });
        var upgrade = report with { State = report.State! with { UpdateStrategy = ServerVersionUpdate.StrategyName } };

        Assert.Equal(["Version", "24.10.0 → 25.1.0"], Rows(upgrade).Select(row => row[2]));
        Assert.Equal(["Instance type", "t2.large → t2.xlarge"], Rows(report).Select(row => row[2]));
    }

    [Fact]
    public void Of_a_long_plan_what_is_as_wanted_is_folded_and_every_node_keeps_its_number()
    {
        var text = JobSummary.Render(Rolls.Planned(30));
        var summary = new ParsedSummary(text);

        Assert.Equal(Enumerable.Range(6, 25).Select(number => $"{number}"), summary.Tables[0].Skip(1).Select(row => row[0]));
        Assert.Equal(Enumerable.Range(1, 5).Select(number => $"{number}"), summary.Tables[1].Skip(1).Select(row => row[0]));
        Assert.Contains("<details><summary>5 nodes are as wanted</summary>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_stands_first_and_what_passed_is_folded()
    {
        var text = JobSummary.Render(Reports.Planned() with { Warnings = ["Look at this."] });
        string[] inOrder = ["## 📋", "What would happen", "### What to do", "### Warnings", "### Checks", "<summary>2 passed", "StopIsPermitted"];

        var places = inOrder.Select(part => text.IndexOf(part, StringComparison.Ordinal)).ToList();

        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    private static PhaseSpan Wait(string rule, int seconds) => new()
    {
        Phase = nameof(NodePhase.Waiting),
        Since = Reports.Begin,
        Until = Reports.Begin.AddSeconds(seconds),
        Rule = rule,
        WaitingFor = "something",
    };

    private static RunReport Of(params IReadOnlyList<NodeUpdate> nodes) =>
        Reports.Of(new ClusterUpdate { ClusterUpdateStatus = UpdateStatus.InProgress, EventStoreNodeUpdates = nodes }, end: null);

    private static IReadOnlyList<IReadOnlyList<string>> Rows(RunReport report) => new ParsedSummary(JobSummary.Render(report)).Tables[0];
}
