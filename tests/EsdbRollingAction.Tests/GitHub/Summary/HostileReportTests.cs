using System.Text.RegularExpressions;
using CsCheck;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public partial class HostileReportTests
{
    /// <summary>The folded table's tags, which are ours.</summary>
    private static readonly string[] OwnHtml = ["<details>", "<summary>", "</details>"];

    [Fact]
    public void No_text_from_outside_changes_the_shape_of_the_summary()
    {
        var plain = new ParsedSummary(JobSummary.Render(Reports.Large(3)));

        HostileTexts.Any.Sample(
            text =>
            {
                var parsed = new ParsedSummary(JobSummary.Render(Reports.Large(3, text)));

                Assert.Equal(plain.Headings.Count, parsed.Headings.Count);
                Assert.Equal(plain.Tables.Select(Shape), parsed.Tables.Select(Shape));
                Assert.Equal(plain.Links, parsed.Links);
                Assert.Equal(plain.ListItems, parsed.ListItems);
                Assert.Single(parsed.Diagrams);
                Assert.Empty(parsed.TurnedByGitHub);
                Assert.All(parsed.Markup, markup => Assert.True(markup.StartsWith("LinkInline", StringComparison.Ordinal) || OwnHtml.Any(markup.Contains), markup));
            },
            iter: 300);
    }

    [Fact]
    public void No_text_from_outside_changes_the_shape_of_a_list()
    {
        var plain = new ParsedSummary(JobSummary.Render(Refused("plain")));

        HostileTexts.Any.Sample(
            text =>
            {
                var report = Refused(text);
                var parsed = new ParsedSummary(JobSummary.Render(report));

                Assert.Equal((plain.Headings.Count, plain.ListItems.Count), (parsed.Headings.Count, parsed.ListItems.Count));
                Assert.Equal(plain.Links, parsed.Links);
                Assert.Empty(parsed.TurnedByGitHub);
            },
            iter: 300);

        static RunReport Refused(string text)
        {
            var refusal = RollingUpdateException.Of(FailureReason.PreflightRefused, "These checks refuse:", [$"One: {text}", $"Two: {text}"]);
            return Reports.Planned() with { End = RunEnds.Of(refusal, null, Reports.Planned()) };
        }
    }

    [Fact]
    public void Spans_that_no_clock_can_have_told_are_shown_too()
    {
        var report = Reports.Updated();
        var forEver = new PhaseSpan { Phase = nameof(NodePhase.Waiting), Since = DateTimeOffset.MinValue, Until = DateTimeOffset.MaxValue, WaitingFor = "waiting" };
        var nodes = report.State!.EventStoreNodeUpdates.Select(node => node with { NodeUpdateStatus = UpdateStatus.Failed, Phases = [forEver, forEver, forEver, forEver] });
        var hostile = report with { State = report.State with { EventStoreNodeUpdates = [.. nodes] } };

        Assert.NotEmpty(JobSummary.Render(hostile));
        Assert.NotEmpty(CheckRunText.Summary(hostile));
    }

    [Fact]
    public void A_gantt_has_the_same_lines_whatever_the_nodes_are_called() => HostileTexts.Any.Sample(text =>
    {
        var lines = Assert.Single(new ParsedSummary(JobSummary.Render(Reports.Large(3, text))).Diagrams).Split('\n');

        Assert.Equal(3, lines.Count(line => line.StartsWith("  section ", StringComparison.Ordinal)));
        Assert.Equal(15, lines.Count(line => line.Contains(", 2026-11-23 ", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines.Where(line => line.StartsWith("  section ", StringComparison.Ordinal)), line => MermaidSyntax().IsMatch(line));
    });

    [Fact]
    public void A_title_is_one_line_of_at_most_120_characters() => HostileTexts.Any.Sample(text =>
    {
        var report = Reports.Large(3, text);
        var node = report.State!.EventStoreNodeUpdates[0] with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.Waiting),
            WaitingFor = text + text,
        };
        var waiting = report with { End = null, State = report.State with { EventStoreNodeUpdates = [node] } };

        Assert.All(new[] { report, waiting }, each => Assert.InRange(CheckRunText.Title(each).Length, 1, 120));
        Assert.DoesNotContain(CheckRunText.Title(waiting), char.IsControl);
    });

    [GeneratedRegex("[%;#<>\"`{}\\[\\]\\\\&@$]")]
    private static partial Regex MermaidSyntax();

    private static string Shape(IReadOnlyList<IReadOnlyList<string>> table) => string.Join(',', table.Select(row => row.Count));
}
