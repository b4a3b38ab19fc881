using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests;

/// <summary>What docs/design.md tells of the safety rules is what the program asks.</summary>
public class DesignTests
{
    /// <summary>Every rule.</summary>
    internal static IEnumerable<SafetyRule> Rules => SafetyRules.BeforeStop(Node());

    [Fact]
    public void Every_rule_is_told_and_no_other_in_the_order_in_which_they_are_asked()
    {
        Assert.Equal(Names(Rules), Rows().Select(row => row[0]));
        Assert.Equal(Names(SafetyRules.BeforeStop(Rescued())), Rows().Where(row => row[1] == "yes").Select(row => row[0]));
    }

    private static NodeView Node() =>
        new(new NodeUpdate { NodeName = "node" }, Own: null, Instance: null, NodeGoal.Target)
        {
            Level = Verdict.Yes("it is"),
        };

    private static NodeView Rescued() => Node() with { IsRescuedByRollback = true, IsOutForEverybody = true };

    private static IEnumerable<string> Names(IEnumerable<SafetyRule> rules) => rules.Select(rule => rule.Name);

    private static List<string[]> Rows() =>
    [
        .. Pages.Rows("docs/design.md", "rules")
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (string[])[cells[0].Trim('`'), .. cells[1..]]),
    ];
}
