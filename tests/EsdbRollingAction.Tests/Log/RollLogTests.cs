using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Log;

public class RollLogTests
{
    [Fact]
    public void A_roll_is_one_line_a_change()
    {
        using var roll = new LogFixture();

        TwoNodes(roll);

        Assert.Equal(
            """
            03:00:00Z  Rolling over orders.
            03:00:00Z  node1                   planned           Follower at node1.test:2113 on i-node1.
            03:00:00Z  node2                   planned           Follower at node2.test:2113 on i-node2.
            03:00:01Z  node1                   Stopping          i-node1: node3 leads.
            03:00:06Z  node1                   CatchingUp        node1 says CatchingUp, 40.0 MiB behind.
            03:00:26Z  node1                   CatchingUp        node1 says CatchingUp, 20.0 MiB behind, 1.0 MiB/s, about 20 s left. Since 03:00:06Z (20 s).
            03:00:46Z  node1                   Success           t2.xlarge and level in 45 s, 0 iterations. 1 of 2 nodes are done, about 3 min left.
            03:00:46Z  node2                   waits (OtherVotersAreLevel): node1 is 3 B behind.
            03:00:48Z  node2                   Stopping          i-node2: node3 leads.
            03:00:48Z  node2                   not done          Throttled.
            03:00:50Z  node2                   Success           t2.xlarge and level in 4.0 s, 0 iterations.
            03:00:50Z  Done: 2 of 2 nodes.

            """.ReplaceLineEndings("\n"),
            roll.Output);
        Assert.Equal("", roll.Error);
    }

    [Fact]
    public void On_GitHub_each_node_has_a_group_and_the_verdict_is_a_notice_outside_of_it()
    {
        using var roll = new LogFixture(LogFixture.GitHub);

        TwoNodes(roll);

        Assert.Equal(
            """
            03:00:00Z  Rolling over orders.
            03:00:00Z  node1                   planned           Follower at node1.test:2113 on i-node1.
            03:00:00Z  node2                   planned           Follower at node2.test:2113 on i-node2.
            ::group::node1 (Follower, i-node1)
            03:00:01Z  node1                   Stopping          i-node1: node3 leads.
            03:00:06Z  node1                   CatchingUp        node1 says CatchingUp, 40.0 MiB behind.
            03:00:26Z  node1                   CatchingUp        node1 says CatchingUp, 20.0 MiB behind, 1.0 MiB/s, about 20 s left. Since 03:00:06Z (20 s).
            03:00:46Z  node1                   Success           t2.xlarge and level in 45 s, 0 iterations. 1 of 2 nodes are done, about 3 min left.
            ::endgroup::
            ::group::node2 (Follower, i-node2)
            03:00:46Z  node2                   waits (OtherVotersAreLevel): node1 is 3 B behind.
            03:00:48Z  node2                   Stopping          i-node2: node3 leads.
            03:00:48Z  node2                   not done          Throttled.
            03:00:50Z  node2                   Success           t2.xlarge and level in 4.0 s, 0 iterations.
            ::endgroup::
            ::notice title=esdb-rolling-update::Done: 2 of 2 nodes.

            """.ReplaceLineEndings("\n"),
            roll.Output);
    }

    [Fact]
    public void A_failed_run_ends_with_one_line_on_standard_error()
    {
        using var roll = new LogFixture();

        roll.Fails(FailureReason.InstanceStopFailed, "i-1 is protected.\nRun again.");

        Assert.Equal(("", "error: instance-stop-failed: i-1 is protected. Run again.\n"), (roll.Output, roll.Error));
    }

    [Fact]
    public void On_GitHub_a_failed_run_ends_with_one_error_annotation_outside_of_any_group()
    {
        using var roll = new LogFixture(LogFixture.GitHub);
        roll.Waits(roll.Node("node1"), NodePhase.Stopping, "i-node1 is stopping");

        roll.Fails(FailureReason.InstanceStopFailed, "50% done,\nrun again: later.");

        Assert.Equal(
            ["::endgroup::", "::error title=esdb-rolling-update::instance-stop-failed: 50%25 done, run again: later."], roll.Lines.TakeLast(2));
        Assert.Equal("", roll.Error);
    }

    [Fact]
    public void A_node_that_is_done_out_of_turn_leaves_the_open_group_open()
    {
        using var roll = new LogFixture(LogFixture.GitHub);
        var (first, second) = (roll.Node("node1"), roll.Node("node2"));
        roll.Waits(first, NodePhase.Stopping, "stopping");
        roll.Finishes(second, NodePhase.Success);

        roll.Waits(first, NodePhase.Starting, "starting");

        Assert.Single(roll.Commands("group"));
        Assert.Empty(roll.Commands("endgroup"));
    }

    [Fact]
    public void A_speed_too_slow_to_estimate_ends_nothing()
    {
        using var roll = new LogFixture();
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.CatchingUp, "behind", behind: long.MaxValue);
        roll.Passes(59);

        roll.Waits(node, NodePhase.CatchingUp, "behind", behind: long.MaxValue - 1025);

        Assert.EndsWith("behind, 17 B/s. Since 03:00:00Z (59 s).", roll.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void That_the_quorum_is_lost_while_a_node_boots_is_said_when_it_begins_and_when_it_is_over()
    {
        using var roll = new LogFixture();
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.Starting, "i-node1 is starting");
        roll.Passes(5);
        var lost = new LostQuorum(1, 3, roll.Time.GetUtcNow());
        roll.Waits(node, NodePhase.Starting, "i-node1 is starting", lost: lost);
        roll.Passes(5);
        roll.Waits(node, NodePhase.Starting, "i-node1 is starting", lost: lost);
        roll.Passes(10);
        roll.Waits(node, NodePhase.Starting, "i-node1 is starting", lost: lost);
        roll.Passes(5);
        roll.Waits(node, NodePhase.Starting, "i-node1 is starting");

        Assert.Equal(
            [
                "03:00:00Z  node1                   Starting          i-node1 is starting.",
                "03:00:05Z  node1                   Starting          i-node1 is starting; the quorum is lost (1 of 3 voters alive, since 03:00:05Z, 0.0 s). Since 03:00:00Z (5.0 s).",
                "03:00:25Z  node1                   Starting          i-node1 is starting. Since 03:00:00Z (25 s).",
            ],
            roll.Lines);
    }

    [Fact]
    public void A_lost_quorum_is_a_warning_once_unless_the_cluster_cannot_spare_a_voter()
    {
        using var roll = new LogFixture(LogFixture.GitHub);
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.Starting, "i-node1 is starting", lost: new LostQuorum(1, 2, roll.Time.GetUtcNow()));
        Assert.Empty(roll.Annotations);

        roll.Waits(node, NodePhase.Starting, "i-node1 is slow", lost: new LostQuorum(1, 3, roll.Time.GetUtcNow()));
        roll.Waits(node, NodePhase.Starting, "i-node1 is starting", lost: new LostQuorum(1, 3, roll.Time.GetUtcNow()));

        Assert.Contains("the quorum is lost", Assert.Single(roll.Annotations), StringComparison.Ordinal);
    }

    private static void TwoNodes(LogFixture roll)
    {
        var (first, second) = (roll.Node("node1"), roll.Node("node2"));
        roll.Log.Notice("Rolling over orders.");
        roll.Log.Planned(roll.State);
        roll.Passes(1);
        roll.Acts(first, NodePhase.Stopping, AnAct.Stop, "i-node1: node3 leads");
        roll.Passes(5);
        roll.Waits(first, NodePhase.CatchingUp, "node1 says CatchingUp, 40.0 MiB behind", behind: 40 << 20);
        roll.Passes(5);
        roll.Waits(first, NodePhase.CatchingUp, "node1 says CatchingUp, 35.0 MiB behind", behind: 35 << 20);
        roll.Passes(15);
        roll.Waits(first, NodePhase.CatchingUp, "node1 says CatchingUp, 20.0 MiB behind", behind: 20 << 20);
        roll.Passes(20);
        roll.Finishes(first, NodePhase.Success);
        roll.Waits(second, NodePhase.Waiting, "node1 is 3 B behind", "OtherVotersAreLevel");
        roll.Passes(1);
        roll.Waits(second, NodePhase.Waiting, "node1 is 2 B behind", "OtherVotersAreLevel");
        roll.Passes(1);
        var stop = roll.Acts(second, NodePhase.Stopping, AnAct.Stop, "i-node2: node3 leads");
        roll.Log.Refused(stop, "Throttled.", roll.Time.GetUtcNow());
        roll.Passes(2);
        roll.Finishes(second, NodePhase.Success);
        roll.IsOver();
        roll.Succeeds("Done: 2 of 2 nodes.");
    }
}
