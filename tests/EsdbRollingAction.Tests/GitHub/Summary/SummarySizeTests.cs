using System.Text;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public class SummarySizeTests
{
    private static readonly string Worst = string.Concat(Enumerable.Repeat("@|`|", 500));

    [Theory]
    [InlineData(4)]
    [InlineData(200)]
    [InlineData(1000)]
    public void The_summary_stays_below_the_limit_whatever_it_is_given(int nodes)
    {
        var summary = JobSummary.Render(Reports.Large(nodes, Worst, phases: 100));

        Assert.InRange(Encoding.UTF8.GetByteCount(summary), 1, 900 * 1024);
        Assert.NotEmpty(new ParsedSummary(summary).Tables);
    }

    [Fact]
    public void Two_hundred_nodes_with_long_texts_keep_every_row_and_lose_the_details()
    {
        var summary = JobSummary.Render(Reports.Large(200, Worst, phases: 20));

        Assert.Equal([2, 200], new ParsedSummary(summary).Tables.Take(2).Select(table => table.Count));
        Assert.Contains("The table of every phase is left out, for want of room.", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_hundred_ordinary_nodes_lose_nothing()
    {
        var parsed = new ParsedSummary(JobSummary.Render(Reports.Large(200)));

        Assert.Equal(203, parsed.Tables.Count);
        Assert.Contains(parsed.Paragraphs, text => text.Contains("Shown are 30 of the 200 nodes", StringComparison.Ordinal));
    }

    [Fact]
    public void When_rows_are_cut_it_says_so_and_the_failed_node_stays()
    {
        var parsed = new ParsedSummary(CheckRunText.Summary(Reports.Large(1000)));

        Assert.Equal("❌ failed while catching up", parsed.Tables[0][1][3]);
        Assert.Contains(parsed.Paragraphs, text => text.Contains("more nodes are not shown, for want of room", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    public void The_check_runs_summary_stays_below_what_github_accepts(int nodes) =>
        Assert.InRange(Encoding.UTF8.GetByteCount(CheckRunText.Summary(Reports.Large(nodes, Worst, phases: 100))), 1, 65_535);

    [Theory]
    [InlineData(UpdateStatus.Success)]
    [InlineData(UpdateStatus.InProgress)]
    public void A_gantt_stays_below_mermaids_limit(UpdateStatus status)
    {
        var report = Reports.Large(200, phases: 100);
        var nodes = report.State!.EventStoreNodeUpdates.Select(node => node with { NodeName = new string('n', 60), NodeUpdateStatus = status });

        var diagram = Diagram(report with { State = report.State with { EventStoreNodeUpdates = [.. nodes] } });

        Assert.InRange(diagram.Length, 1, 50_000);
    }

    [Fact]
    public void A_gantt_begins_after_the_last_long_break()
    {
        var report = Reports.Large(3);
        var early = report.State!.EventStoreNodeUpdates[0];
        var yesterday = early.Phases.Select(span => span with { Since = span.Since.AddDays(-1), Until = span.Until!.Value.AddDays(-1) });
        var resumed = report with { State = report.State.With(early with { Phases = [.. yesterday, .. early.Phases] }) };

        Assert.Equal(Diagram(report), Diagram(resumed));
    }

    private static string Diagram(RunReport report) => Assert.Single(new ParsedSummary(JobSummary.Render(report)).Diagrams);
}
