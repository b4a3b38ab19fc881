using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public class GanttTests
{
    [Theory]
    [InlineData(8, "%H:%M:%S", "1second")]
    [InlineData(9, "%H:%M:%S", "2second")]
    [InlineData(330, "%H:%M", "1minute")]
    [InlineData(22 * 60, "%H:%M", "5minute")]
    [InlineData(3 * 3600, "%H:%M", "30minute")]
    [InlineData(5 * 3600, "%m-%d %H:%M", "1hour")]
    [InlineData(40 * 24 * 3600, "%m-%d", "7day")]
    public void There_are_at_most_eight_ticks_at_round_times(int seconds, string format, string interval)
    {
        var span = new GanttSpan([new GanttBar("stopping", Reports.Begin, Reports.Begin.AddSeconds(seconds), GanttBarKind.Work)]);

        Assert.Equal($"  axisFormat {format}\n  tickInterval {interval}\n", span.Axis);
    }

    [Fact]
    public void What_would_be_a_dot_is_not_drawn_but_where_a_node_failed_is()
    {
        var node = Reports.Node(0, "a");
        var long1 = Span(NodePhase.Stopping, 0, 600);
        var dot = Span(NodePhase.Changing, 600, 1);
        var failed = Span(NodePhase.Starting, 601, 0);

        var done = Diagram(node with { Phases = [long1, dot] });
        var broken = Diagram(node with { Phases = [long1, dot, failed], NodeUpdateStatus = UpdateStatus.Failed });

        Assert.DoesNotContain("changing", done, StringComparison.Ordinal);
        Assert.DoesNotContain("changing", broken, StringComparison.Ordinal);
        Assert.Contains("starting, 0.0 s :crit, 2026-11-23 03:40:01.000, 2026-11-23 03:40:04.", broken, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_nodes_each_that_is_done_is_one_bar_and_the_others_have_their_phases()
    {
        var bars = Diagram(Rolls.Failed(30)).Split('\n').Where(line => line.Contains(" :", StringComparison.Ordinal)).ToList();

        Assert.Equal(27, bars.Count(bar => bar.StartsWith("  done, 1 min 23 s :", StringComparison.Ordinal)));
        Assert.Equal(["  stopping, 31 s", "  starting, 27 s", "  starting, 27 s", "  catching up, 24 s"], bars.Skip(27).Select(bar => bar.Split(" :")[0]));
        Assert.StartsWith("  starting, 27 s :crit,", Assert.Single(bars, bar => bar.Contains("crit", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Stopping Changing Starting CatchingUp* Stopping Changing Starting CatchingUp")]
    [InlineData("Stopping Changing Starting* Changing Starting CatchingUp")]
    [InlineData("Stopping Changing* Starting CatchingUp")]
    [InlineData("Stopping Changing Starting CatchingUp Baking* Waiting Stopping Changing Starting CatchingUp")]
    [InlineData("Stopping CatchingUp | Waiting Stopping Changing* Starting CatchingUp")]
    public void The_failed_bar_is_the_red_one_and_not_one_of_the_rollback(string course)
    {
        var names = course.Split(' ').Where(name => name != "|").ToList();
        var node = Reports.Node(0, "a", failed: true) with
        {
            NodeUpdateStatusDetail = nameof(NodePhase.RolledBack),
            RollBackReason = "It did not come back.",
            StartedAt = Reports.Begin.AddSeconds(course.Split('|')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length * 10 % (names.Count * 10)),
            Phases = [.. names.Select((name, index) => Span(Enum.Parse<NodePhase>(name.TrimEnd('*')), index * 10, 10))],
        };

        Assert.Equal(node.Phases[names.FindIndex(name => name.EndsWith('*'))], EsdbRollingAction.GitHub.Summary.NodePhases.FailedIn(node));
    }

    [Fact]
    public void A_rollback_that_failed_too_is_red_as_well()
    {
        var node = Reports.Node(0, "a", failed: true) with
        {
            RollBackReason = "It did not come back.",
            Phases = [Span(NodePhase.Stopping, 0, 10), Span(NodePhase.CatchingUp, 10, 10), Span(NodePhase.Changing, 20, 10), Span(NodePhase.Starting, 30, 10)],
        };

        var bars = Diagram(node).Split('\n').Where(line => line.Contains(" :crit", StringComparison.Ordinal)).Select(line => line.Split(',')[0].Trim());

        Assert.Equal(["catching up", "starting"], bars);
    }

    private static PhaseSpan Span(NodePhase phase, int from, int lasts) => new()
    {
        Phase = phase.ToString(),
        Since = Reports.Begin.AddSeconds(from),
        Until = Reports.Begin.AddSeconds(from + lasts),
    };

    private static string Diagram(NodeUpdate node) => Diagram(Reports.Of(new ClusterUpdate { EventStoreNodeUpdates = [node] }, end: null));

    private static string Diagram(RunReport report) => Assert.Single(new ParsedSummary(JobSummary.Render(report)).Diagrams);
}
