using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Log;

public class WaitLogTests
{
    [Fact]
    public void A_wait_has_its_rule_its_reason_a_since_and_when_it_is_given_up()
    {
        using var roll = new LogFixture();
        var node = roll.Node("node1");
        var end = roll.Time.GetUtcNow().AddMinutes(83);
        Decision Held(Decision decision) => decision with { Rule = "OtherVotersAreLevel", GivesUpAt = end };

        roll.Waits(node, NodePhase.Waiting, "node2 does not answer", Held);
        roll.Passes(59);
        roll.Waits(node, NodePhase.Waiting, "node2 does not answer", Held);
        roll.Passes(1);

        Assert.Equal(
            [
                "03:00:00Z  node1                   waits (OtherVotersAreLevel): node2 does not answer. Gives up at about 04:23Z.",
                "03:01:00Z  node1                   waits (OtherVotersAreLevel): node2 does not answer. Since 03:00:00Z (1 min 0 s). "
                + "Gives up at about 04:23Z. 0 of 1 nodes are done, about 3 min left.",
            ],
            roll.Lines);
    }

    [Fact]
    public void A_limit_of_another_day_has_its_date()
    {
        using var roll = new LogFixture();

        roll.Waits(roll.Node("node1"), NodePhase.Starting, "starting", decision => decision with { GivesUpAt = roll.Time.GetUtcNow().AddDays(1) });

        Assert.EndsWith("Gives up at about 2026-01-02 03:00Z.", Assert.Single(roll.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_act_that_is_refused_again_and_again_is_two_lines_and_then_one_each_minute()
    {
        using var roll = new LogFixture();
        var node = roll.Node("node1");
        for (var second = 0; second < 120; second++)
        {
            var stop = roll.Acts(node, NodePhase.Stopping, AnAct.Stop, "i-node1: node3 leads");
            roll.Log.Refused(stop, $"Throttled, request {second}.", roll.Time.GetUtcNow());
            roll.Passes(1);
        }

        Assert.Equal(
            [
                "03:00:00Z  node1                   Stopping          i-node1: node3 leads.",
                "03:00:00Z  node1                   not done          Throttled, request 0.",
                "03:01:00Z  node1                   Stopping          i-node1: node3 leads. Not done so far, tried 60 times: Throttled, request 59. "
                + "Since 03:00:00Z (1 min 0 s). 0 of 1 nodes are done, about 2 min left.",
                "03:02:00Z  node1                   Stopping          i-node1: node3 leads. Not done so far, tried 120 times: Throttled, request 119. "
                + "Since 03:00:00Z (2 min 0 s). 0 of 1 nodes are done, less than 2 min left.",
            ],
            roll.Lines);
    }

    [Fact]
    public void A_wait_that_comes_and_goes_is_not_told_each_time()
    {
        using var roll = new LogFixture();
        var node = roll.Node("node1");
        for (var second = 0; second < 50; second += 10)
        {
            roll.Waits(node, NodePhase.Waiting, "no node leads", "OneLeaderIsAgreed");
            roll.Passes(5);
            roll.Waits(node, NodePhase.Waiting, "node2 is behind", "OtherVotersAreLevel");
            roll.Passes(5);
        }

        Assert.Equal(2, roll.Lines.Count);
    }

    [Fact]
    public void A_node_that_catches_up_is_told_of_once_with_its_speed_and_then_each_minute()
    {
        using var roll = new LogFixture();
        var node = roll.Node("node1");
        for (var second = 0; second < 180; second += 5)
        {
            var bytes = (1000L - second) << 20;
            roll.Waits(node, NodePhase.CatchingUp, $"node1 is {1000 - second} MiB behind", behind: bytes);
            roll.Passes(5);
        }

        Assert.Equal(["03:00:00Z", "03:00:15Z", "03:01:15Z", "03:02:15Z"], roll.Lines.Select(line => line[..9]));
        Assert.Contains("1.0 MiB/s, about 16 min 25 s left", roll.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void That_a_node_falls_behind_is_a_warning_once()
    {
        using var roll = new LogFixture(LogFixture.GitHub);
        var node = roll.Node("node1");
        for (var second = 0; second < 180; second += 5)
        {
            roll.Waits(node, NodePhase.CatchingUp, $"node1 is {1000 + second} MiB behind", behind: (1000L + second) << 20);
            roll.Passes(5);
        }

        Assert.Contains("falls behind by 1.0 MiB/s more: the leader writes faster than it copies", Assert.Single(roll.Annotations), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_node_is_warned_of_with_the_time_left_before_its_limit()
    {
        using var roll = new LogFixture(LogFixture.GitHub);
        var node = roll.Node("node1");
        foreach (var (spent, mebibytes) in new[] { (10, 1000L), (700, 980L), (800, 960L), (900, 940L) })
        {
            roll.Change(node, now => now with { UpdateIterations = spent });
            roll.Waits(node, NodePhase.CatchingUp, "node1 is behind", decision => decision with { SparesTheLimit = true, BytesBehind = mebibytes << 20 });
            roll.Passes(20);
        }

        var warning = Assert.Single(roll.Annotations);
        Assert.Contains("node1 is slow, not stuck: 800 iterations are spent", warning, StringComparison.Ordinal);
        Assert.Contains("1.0 MiB/s, about 16 min 0 s left", warning, StringComparison.Ordinal);
        Assert.Contains("Not given up while it gets on.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_put_back_is_told_before_anything_is_done_for_it()
    {
        using var roll = new LogFixture();
        var node = roll.Node("node1");
        roll.Change(node, now => now with { RollBackReason = "node1 took more than its 40 iterations.", NodeUpdateStatus = UpdateStatus.InProgress });

        roll.Acts(node, NodePhase.Stopping, AnAct.Stop, "i-node1: node3 leads");
        roll.Waits(node, NodePhase.Stopping, "i-node1 is stopping");

        Assert.Equal(
            [
                "03:00:00Z  node1                   put back          node1 took more than its 40 iterations. node1 goes back to t2.large; that begins now.",
                "03:00:00Z  node1                   Stopping          i-node1: node3 leads.",
                "03:00:00Z  node1                   Stopping          i-node1 is stopping.",
            ],
            roll.Lines);
    }
}
