using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Preflight;

namespace EsdbRollingAction.Tests.Checks;

public class CheckRowsTests
{
    [Fact]
    public void What_is_the_same_of_several_nodes_is_said_once_and_what_differs_stays_beside_it()
    {
        var rows = CheckRows.Of(
            [Facts.Node() with { Name = "a" }, Facts.Node() with { Name = "b" }, Facts.Node() with { Name = "c" }],
            node => [node.Name == "b" ? Check.Refused("First", "bad", "Mend it") : Check.Passed("First", "good"), Check.Passed("Second", "fine")]);

        Assert.Equal(
            [Check.Passed("First", "a, c: good"), Check.Refused("First", "b: bad", "Mend it"), Check.Passed("Second", "all 3 nodes: fine")],
            rows);
    }

    [Fact]
    public void A_refusal_names_every_check_that_failed_and_says_that_nothing_was_changed()
    {
        var report = new PreflightReport(
            new(), 3, [Check.Refused("RootVolumeIsEbs", "a: it is not", "Move it"), Check.Passed("SizeChange", "fine"), Check.Refused("ArchitectureFits", "b: no.")]);

        var refused = Assert.Throws<RollingUpdateException>(report.RefuseUnlessAllHold);

        Assert.Equal("RootVolumeIsEbs: a: it is not. Move it. ArchitectureFits: b: no. Nothing was changed.", refused.Message);
    }
}
