using System.Globalization;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Log;

public sealed class AnnotationTests : IDisposable
{
    private readonly LogFixture roll = new(LogFixture.GitHub);

    public void Dispose() => roll.Dispose();

    [Fact]
    public void A_node_that_was_rolled_back_is_a_warning_in_the_place_of_its_line()
    {
        var node = roll.Node("node1");
        roll.Finishes(node, NodePhase.RolledBack, "No capacity. node1 was put back to t2.large and is level.");

        roll.IsOver();

        Assert.Equal(["::warning title=node1::node1 RolledBack: No capacity. node1 was put back to t2.large and is level."], roll.Lines);
    }

    [Fact]
    public void That_EC2_has_no_capacity_is_a_warning_once_a_node()
    {
        foreach (var node in new[] { roll.Node("node1"), roll.Node("node2") })
        {
            roll.Change(node, it => it with { NoCapacitySince = roll.Time.GetUtcNow() });
            for (var attempt = 0; attempt < 30; attempt++)
            {
                roll.Waits(node, NodePhase.Waiting, "EC2 has no capacity now; trying again");
                roll.Passes(5);
                roll.Acts(node, NodePhase.Starting, new Act.StartInstance(), "stopped and changed");
                roll.Passes(5);
            }
        }

        Assert.Equal(
            [
                "::warning title=node1::node1 Waiting: EC2 has had no capacity for i-node1 since 03:00:00Z; trying again.",
                "::warning title=node2::node2 Waiting: EC2 has had no capacity for i-node2 since 03:05:00Z; trying again.",
            ],
            roll.Annotations);
    }

    [Fact]
    public void A_leader_that_keeps_leading_is_a_warning_when_it_is_asked_for_the_third_time()
    {
        var leader = roll.Node("node1");
        for (var asked = 0; asked < 10; asked++)
        {
            roll.Change(leader, it => it with { ResignRequests = asked });
            roll.Acts(leader, NodePhase.Resigning, new Act.Resign(), "asking the leader to resign");
            Assert.Equal(asked < 2 ? 0 : 1, roll.Annotations.Count());
        }

        Assert.Equal(
            ["::warning title=node1::node1 Resigning: it was asked to resign 2 times and still leads; asking again."], roll.Annotations);
    }

    [Fact]
    public void A_wait_of_ten_minutes_for_the_same_rule_is_a_warning_even_while_nothing_is_decided()
    {
        roll.Waits(roll.Node("node1"), NodePhase.Waiting, "node2 is behind", "OtherVotersAreLevel");
        roll.Passes(599);
        Assert.Empty(roll.Annotations);

        roll.Passes(1);
        roll.Passes(3600);

        Assert.Equal(
            ["::warning title=node1::node1 waits (OtherVotersAreLevel): node2 is behind. Since 03:00:00Z (10 min 0 s). Decided 10 min 0 s ago. 0 of 1 nodes are done, about 3 min left."], roll.Annotations);
    }

    [Fact]
    public void Waits_for_several_rules_are_not_one_long_wait()
    {
        var node = roll.Node("node1");
        for (var minute = 0; minute < 60; minute++)
        {
            roll.Waits(node, NodePhase.Waiting, $"rule {minute / 9}", $"Rule{minute / 9}");
            roll.Passes(60);
        }

        Assert.Empty(roll.Annotations);
    }

    [Fact]
    public void A_node_that_catches_up_for_hours_is_no_warning()
    {
        var node = roll.Node("node1");
        for (var minute = 0; minute < 120; minute++)
        {
            roll.Waits(node, NodePhase.CatchingUp, "behind", behind: 1L << (40 - (minute / 10)));
            roll.Passes(60);
        }

        Assert.Empty(roll.Annotations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_hundred_odd_nodes_make_ten_annotations_the_last_of_them_the_verdict(bool succeeds)
    {
        for (var number = 0; number < 200; number++)
        {
            var node = roll.Node(string.Create(CultureInfo.InvariantCulture, $"node{number}"));
            roll.Change(node, it => it with { NoCapacitySince = roll.Time.GetUtcNow(), ResignRequests = 5 });
            roll.Acts(node, NodePhase.Resigning, new Act.Resign(), "asking the leader to resign");
            roll.Acts(node, NodePhase.Resigning, new Act.Resign(), "asking the leader to resign");
            roll.Waits(node, NodePhase.Stopping, "stopping");
            roll.Passes(660);
            roll.Finishes(node, NodePhase.RolledBack, "put back");
        }

        roll.IsOver();
        Action end = succeeds ? () => roll.Succeeds("Done.") : () => roll.Fails(FailureReason.InsufficientCapacity, "Not done.");
        end();

        Assert.Equal(10, roll.Annotations.Count());
        Assert.StartsWith(succeeds ? "::notice " : "::error ", roll.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(200, roll.Commands("group").Count());
        AssertGroupsAreBalanced();
        Assert.Equal(200, roll.Lines.Count(line => line.EndsWith("put back.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Outside_of_GitHub_oddities_are_lines_like_others()
    {
        using var plain = new LogFixture();
        var node = plain.Node("node1");
        plain.Waits(node, NodePhase.Waiting, "node2 is behind", "OtherVotersAreLevel");
        plain.Passes(600);
        plain.Finishes(node, NodePhase.RolledBack, "put back");
        plain.IsOver();
        plain.Succeeds("Done.");

        Assert.All(plain.Lines, line => Assert.Matches("^[0-9:]{8}Z  ", line));
        Assert.Equal(13, plain.Lines.Count);
    }

    /// <summary>Opened, closed, opened, closed: they do not nest, and the verdict is outside.</summary>
    private void AssertGroupsAreBalanced()
    {
        var open = false;
        foreach (var line in roll.Lines)
        {
            var (opens, closes) = (line.StartsWith("::group::", StringComparison.Ordinal), line == "::endgroup::");
            Assert.False((opens && open) || (closes && !open), line);
            open = opens || (open && !closes);
        }

        Assert.Equal("::endgroup::", roll.Lines[^2]);
    }
}
