using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Tests.GitHub.Summary;

[Exhaustive]
public class DiagramTests
{
    public static MatrixTheoryData<int, string, bool> Pictures => new([4, 30], ["planned", "under-way", "failed", "done"], [false, true]);

    [Fact]
    public async Task Mermaid_draws_a_bar_for_every_part_of_a_good_roll_that_can_be_seen()
    {
        var diagram = await ShownAsync("updated", Reports.Updated());

        Assert.Equal(["test-node4readonly", "test-node", "test-node3", "test-node2"], diagram.Sections);
        Assert.Equal(4 * 3 + 1, diagram.Bars);
        Assert.Equal(0, diagram.CriticalBars);
    }

    [Fact]
    public async Task Mermaid_marks_the_phase_in_which_a_node_failed()
    {
        var diagram = await ShownAsync("rolled-back", Reports.RolledBack());

        Assert.Equal(["test-node4readonly"], diagram.Sections);
        Assert.Equal(1, diagram.CriticalBars);
    }

    [Fact]
    public async Task Mermaid_draws_a_roll_that_lasts() => Assert.Equal(12, (await ShownAsync("catching-up", Reports.CatchingUp())).Bars);

    [Fact]
    public async Task Mermaid_reads_hostile_names_as_names()
    {
        var report = Reports.Large(3);
        var names = HostileTexts.All.Where(text => text.Trim().Length > 0).Chunk(8).ToList();
        for (var part = 0; part < names.Count; part++)
        {
            var nodes = names[part].Select((name, index) => Reports.Node(index, name)).ToList();
            var diagram = await ShownAsync($"hostile-{part}", report with { State = report.State! with { EventStoreNodeUpdates = nodes } });

            Assert.Equal(nodes.Count, diagram.Sections.Count);
            Assert.Equal(nodes.Sum(node => node.Phases.Count), diagram.Bars);
        }
    }

    [Fact]
    public async Task Mermaid_draws_thirty_of_two_hundred_nodes_the_failed_one_with_its_phases()
    {
        var diagram = await ShownAsync("large", Reports.Large(200));

        Assert.Equal(30, diagram.Sections.Count);
        Assert.Equal(29 + 5, diagram.Bars);
        Assert.Equal(1, diagram.CriticalBars);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task A_person_can_read_the_summary_in_light_and_dark_without_scrolling_sideways(int nodes, string stage, bool isDark)
    {
        Assert.True(Browser.Missing is null, Browser.Missing);
        var report = stage switch
        {
            "planned" => Rolls.Planned(nodes),
            "under-way" => Rolls.UnderWay(nodes),
            "failed" => Rolls.Failed(nodes),
            _ => Rolls.Done(nodes),
        };
        var text = stage == "under-way" ? CheckRunText.Summary(report) : JobSummary.Render(report);
        var name = $"{stage}-{nodes}-{(isDark ? "dark" : "light")}";

        var shown = await Browser.ShowAsync(name, text, TestContext.Current.CancellationToken, isDark);

        Assert.Empty(shown.WideTables);
        Assert.Equal(stage == "planned" ? 0 : 1, shown.Diagrams.Count);
        Assert.All(shown.Diagrams, diagram => Assert.Empty(diagram.Flaws));
        Assert.Equal(stage == "failed" ? 1 : 0, shown.Diagrams.Sum(diagram => diagram.CriticalBars));
    }

    private static async Task<Diagram> ShownAsync(string name, RunReport report)
    {
        Assert.True(Browser.Missing is null, Browser.Missing);
        var shown = await Browser.ShowAsync(name, JobSummary.Render(report), TestContext.Current.CancellationToken);
        var diagram = Assert.Single(shown.Diagrams);
        Assert.Null(diagram.Error);
        Assert.False(diagram.HasErrorPicture);
        return diagram;
    }
}
