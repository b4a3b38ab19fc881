using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Log;

namespace EsdbRollingAction.Tests.Log;

public class LogStyleTests
{
    [Theory]
    [InlineData("a file or a pipe", false, false, "")]
    [InlineData("a terminal", true, true, "colours errorcolours")]
    [InlineData("a terminal, with errors in a file", true, false, "colours")]
    [InlineData("errors on a terminal, the rest in a file", false, true, "errorcolours")]
    [InlineData("GITHUB_ACTIONS=true", false, false, "commands colours errorcolours")]
    [InlineData("GITHUB_ACTIONS=false", false, false, "")]
    [InlineData("GITHUB_ACTIONS=true NO_COLOR=1", false, false, "commands")]
    [InlineData("GITHUB_ACTIONS=true NO_COLOR=", false, false, "commands colours errorcolours")]
    [InlineData("GITHUB_ACTIONS=true TERM=dumb", false, false, "commands")]
    [InlineData("NO_COLOR=0", true, true, "")]
    [InlineData("NO_COLOR=", true, true, "colours errorcolours")]
    [InlineData("TERM=dumb", true, true, "")]
    [InlineData("TERM=xterm-256color", true, true, "colours errorcolours")]
    [InlineData("GITHUB_ACTIONS=true RUNNER_DEBUG=1", false, false, "commands colours errorcolours debugs")]
    [InlineData("GITHUB_ACTIONS=true RUNNER_DEBUG=0", false, false, "commands colours errorcolours")]
    [InlineData("RUNNER_DEBUG=1", false, false, "")]
    public void Commands_and_colours_go_only_where_they_are_understood(string environment, bool outputIsTerminal, bool errorIsTerminal, string expected)
    {
        var variables = environment.Split(' ').Where(word => word.Contains('=', StringComparison.Ordinal))
            .ToDictionary(word => word.Split('=')[0], word => word.Split('=')[1], StringComparer.Ordinal);

        var style = LogStyle.From(variables.GetValueOrDefault, outputIsTerminal, errorIsTerminal);

        var flags = new[]
        {
            style.WorkflowCommands ? "commands" : null, style.Colours ? "colours" : null,
            style.ErrorColours ? "errorcolours" : null, style.Debugs ? "debugs" : null,
        };
        Assert.Equal(expected, string.Join(' ', flags.OfType<string>()));
    }

    [Fact]
    public void The_phase_has_a_colour_and_the_columns_stay()
    {
        using var roll = new LogFixture(new LogStyle(Colours: true, ErrorColours: true));
        var node = roll.Node("node1");
        roll.Log.Planned(roll.State);
        roll.Waits(node, NodePhase.Waiting, "why");
        roll.Waits(node, NodePhase.Stopping, "why");
        roll.Finishes(node, NodePhase.Success);
        roll.IsOver();
        roll.Fails(FailureReason.Cancelled, "why");

        Assert.Equal(
            [
                "03:00:00Z  node1                   planned           Follower at node1.test:2113 on i-node1.",
                "03:00:00Z  node1                   \e[33mWaiting\e[0m           why.",
                "03:00:00Z  node1                   \e[36mStopping\e[0m          why.",
                "03:00:00Z  node1                   \e[32mSuccess\e[0m           t2.xlarge and level.",
            ],
            roll.Lines);
        Assert.Equal("\e[31merror\e[0m: cancelled: why.\n", roll.Error);
    }

    [Fact]
    public void Annotations_and_groups_have_no_colour()
    {
        using var roll = new LogFixture(new LogStyle(WorkflowCommands: true, Colours: true, ErrorColours: true, Debugs: true));
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.Waiting, "why");
        roll.Finishes(node, NodePhase.RolledBack, "why");
        roll.IsOver();
        roll.Fails(FailureReason.Cancelled, "why");

        Assert.All(roll.Lines.Where(line => line.StartsWith("::", StringComparison.Ordinal)), line => Assert.DoesNotContain('\e', line));
        Assert.Single(roll.Lines, line => line.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public void A_runner_that_debugs_is_told_every_decision_in_the_group_of_its_node()
    {
        using var roll = new LogFixture(new LogStyle(WorkflowCommands: true, Debugs: true));
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.Waiting, "node2 is 3 B behind", "OtherVotersAreLevel");
        roll.Waits(node, NodePhase.Waiting, "node2 is 2 B behind", "OtherVotersAreLevel");
        roll.Acts(node, NodePhase.Stopping, AnAct.Stop, "node3 leads");
        roll.IsOver();

        Assert.Equal(
            [
                "::group::node1 (Follower, i-node1)",
                "::debug::node1 Wait OtherVotersAreLevel: node2 is 3 B behind.",
                "03:00:00Z  node1                   waits (OtherVotersAreLevel): node2 is 3 B behind.",
                "::debug::node1 Wait OtherVotersAreLevel: node2 is 2 B behind.",
                "::debug::node1 ChangeInstance: node3 leads.",
                "03:00:00Z  node1                   Stopping          node3 leads.",
                "::debug::Finish: every node is updated.",
            ],
            roll.Lines);
    }
}
