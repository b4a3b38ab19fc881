using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Status;

namespace EsdbRollingAction.Tests.Status;

public class StatusTableTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 28, 3, 47, 5, TimeSpan.Zero);

    private static readonly NodeEndpoint First = new("node1", 2113);

    private static readonly ClusterStatus Bad = new(
        "1 of 2 voters are up and level; node1 leads",
        [
            new StatusNode(First, "node1", new Instance("i-1", InstanceState.Running, "t2.large", null, [], null, []))
            {
                Own = new GossipMember(Guid.NewGuid(), NodeState.Leader, IsAlive: true, First, [], 0, 0, IsReadOnlyReplica: false) { Version = "23.10.6" },
                Level = "level",
            },
            new StatusNode(new NodeEndpoint("node2", 2113), "node-the-second", null)
            {
                IsReplica = false,
                Level = "refused the connection",
                Outcome = CheckOutcome.Refused,
            },
        ],
        [Check.Passed("OneLeaderIsAgreed", "node1 leads"), Check.Refused("NodeIsLevel", "node-the-second: refused the connection"), Check.Note("Other", "a note")])
    {
        Reason = FailureReason.PreflightRefused,
        Run = "https://github.com/org/ops/actions/runs/4711",
    };

    private static readonly ClusterStatus Good = new("2 of 2 voters are up and level; node1 leads", [Bad.Nodes[0]], [Bad.Checks[0]]);

    [Fact]
    public void The_log_has_a_table_in_columns_and_then_the_findings_worst_first() => Assert.Equal(
        """
              Node             Role    Level                   Version  Instance  Type      State
        well  node1            Leader  level                   23.10.6  i-1       t2.large  running
        LOOK  node-the-second  voter   refused the connection  –        –         –         –
        LOOK  NodeIsLevel: node-the-second: refused the connection
        note  Other: a note
        well  OneLeaderIsAgreed: node1 leads
        """,
        string.Join('\n', StatusTable.Lines(Bad)));

    [Fact]
    public void The_summary_has_the_same_table_and_folds_what_is_as_it_should_be()
    {
        var summary = Summary(Bad);

        Assert.StartsWith(
            """
            ## ❌ 1 of 2 voters are up and level; node1 leads

            Cluster orders · 2026-11-28 03:47:05Z · [the run that holds the lease](https://github.com/org/ops/actions/runs/4711)

            |  | Node | Role | Level | Version | Instance | Type | State |
            |---|---|---|---|---|---|---|---|
            | ✅ | node1 | Leader | level | 23.10.6 | i-1 | t2.large | running |
            | ❌ | node-the-second | voter | refused the connection | – | – | – | – |

            - ❌ NodeIsLevel: node-the-second: refused the connection
            - ℹ️ Other: a note

            <details><summary>1 checks passed</summary>

            - ✅ OneLeaderIsAgreed: node1 leads

            """,
            summary, StringComparison.Ordinal);
        Assert.StartsWith("## ✅ 2 of 2 voters are up and level", Summary(Good), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_hundred_nodes_those_that_need_somebody_are_shown()
    {
        var many = Good with { Nodes = [.. Enumerable.Repeat(Good.Nodes[0], 300), Bad.Nodes[1]] };

        var summary = Summary(many);

        Assert.Contains("node-the-second", summary, StringComparison.Ordinal);
        Assert.Contains("101 more nodes are not shown", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_outside_stays_in_its_cell_and_its_line()
    {
        var hostile = Good with { Nodes = [Good.Nodes[0] with { Instance = Good.Nodes[0].Instance! with { Type = "a|b\n::error::c @org [x](https://evil)" } }] };

        Assert.Single(StatusTable.Lines(hostile), line => line.Contains("evil", StringComparison.Ordinal));
        Assert.Contains("`[x](https://evil)`", Summary(hostile), StringComparison.Ordinal);
        Assert.DoesNotContain("a|b", Summary(hostile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_that_is_well_ends_with_0_and_one_that_is_not_with_what_is_wrong()
    {
        Assert.Equal(new RunEnd(0, null, "2 of 2 voters are up and level; node1 leads."), StatusTable.End(Good));
        Assert.Equal(
            new RunEnd(
                3, FailureReason.PreflightRefused,
                "1 of 2 voters are up and level; node1 leads. NodeIsLevel: node-the-second: refused the connection."),
            StatusTable.End(Bad));
        Assert.Equal(4, StatusTable.End(Bad with { Reason = FailureReason.ClusterUnreachable }).ExitCode);
    }

    private static string Summary(ClusterStatus status) =>
        StatusTable.Summary(new RunReport { Mode = Mode.Status, ClusterName = "orders", At = At, Status = status });
}
