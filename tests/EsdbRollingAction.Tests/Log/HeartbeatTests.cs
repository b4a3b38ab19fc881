using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Log;

public sealed class HeartbeatTests : IDisposable
{
    private readonly LogFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public void A_wait_is_told_each_minute_with_node_phase_what_is_awaited_and_since_when()
    {
        var node = roll.Node("node1");
        for (var second = 0; second < 125; second += 5)
        {
            roll.Waits(node, NodePhase.Waiting, "node2 is stopping", "OtherVotersAreLevel");
            roll.Passes(5);
        }

        Assert.Equal(
            [
                "03:00:00Z  node1                   waits (OtherVotersAreLevel): node2 is stopping.",
                "03:01:00Z  node1                   waits (OtherVotersAreLevel): node2 is stopping. Since 03:00:00Z (1 min 0 s). 0 of 1 nodes are done, about 3 min left.",
                "03:02:00Z  node1                   waits (OtherVotersAreLevel): node2 is stopping. Since 03:00:00Z (2 min 0 s). 0 of 1 nodes are done, about 3 min left.",
            ],
            roll.Lines);
    }

    [Fact]
    public void It_beats_while_nothing_is_decided_because_an_answer_hangs_or_the_iterations_are_long()
    {
        roll.Acts(roll.Node("node1"), NodePhase.Changing, new Act.ChangeInstance(null!), "i-node1: t2.large → t2.xlarge");

        roll.Passes(60);
        roll.Passes(60);

        Assert.Equal(
            [
                "03:00:00Z  node1                   Changing          i-node1: t2.large → t2.xlarge.",
                "03:01:00Z  node1                   Changing          i-node1: t2.large → t2.xlarge. Since 03:00:00Z (1 min 0 s). Decided 1 min 0 s ago. 0 of 1 nodes are done, about 2 min left.",
                "03:02:00Z  node1                   Changing          i-node1: t2.large → t2.xlarge. Since 03:00:00Z (2 min 0 s). Decided 2 min 0 s ago. 0 of 1 nodes are done, less than 2 min left.",
            ],
            roll.Lines);
    }

    [Fact]
    public void It_beats_before_the_first_decision()
    {
        roll.Passes(30);
        roll.Log.Notice("Rolling.");
        roll.Passes(30);

        Assert.Equal(["03:00:30Z  Rolling.", "03:01:00Z  still looking at the cluster and its instances (since 03:00:00Z, 1 min 0 s)."], roll.Lines);
    }

    [Fact]
    public void It_tells_what_is_awaited_now_not_what_was_when_the_wait_began()
    {
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.Starting, "i-node1 is asked for the 1st time");
        roll.Passes(59);
        roll.Waits(node, NodePhase.Starting, "i-node1 is asked for the 9st time");

        roll.Passes(1);

        Assert.Contains("9st time. Since 03:00:00Z (1 min 0 s)", roll.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_about_the_node_begins_the_minute_anew()
    {
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.Stopping, "stopping");
        roll.Passes(40);
        roll.Waits(node, NodePhase.Starting, "starting");
        roll.Passes(59);
        Assert.Equal(2, roll.Lines.Count);

        roll.Passes(1);

        Assert.EndsWith("starting. Since 03:00:40Z (1 min 0 s). Decided 1 min 0 s ago. 0 of 1 nodes are done, about 2 min left.", roll.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Since_when_is_when_this_rule_began_to_hold_the_node_back()
    {
        var node = roll.Node("node1");
        roll.Waits(node, NodePhase.Waiting, "no node leads", "OneLeaderIsAgreed");
        roll.Passes(20);
        roll.Waits(node, NodePhase.Waiting, "node2 is behind", "OtherVotersAreLevel");

        roll.Passes(60);

        Assert.Contains("node2 is behind. Since 03:00:20Z (1 min 0 s)", roll.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void On_GitHub_it_stays_in_the_group_of_its_node()
    {
        using var onGitHub = new LogFixture(LogFixture.GitHub);
        onGitHub.Waits(onGitHub.Node("node1"), NodePhase.Stopping, "stopping");

        onGitHub.Passes(180);

        Assert.Equal(("::group::node1 (Follower, i-node1)", 5), (onGitHub.Lines[0], onGitHub.Lines.Count));
    }

    [Fact]
    public void After_the_verdict_nothing_is_said_any_more()
    {
        roll.Waits(roll.Node("node1"), NodePhase.Stopping, "stopping");
        roll.Fails(FailureReason.Cancelled, "Nothing new was begun.");

        roll.Passes(600);

        Assert.Single(roll.Lines);
    }

    [Fact]
    public async Task It_does_not_write_into_the_line_of_another_thread()
    {
        roll.Waits(roll.Node("node1"), NodePhase.Starting, "starting");
        var beating = Task.Run(() => roll.Passes(50 * 60), TestContext.Current.CancellationToken);
        while (!beating.IsCompleted)
        {
            roll.Log.Notice("notice");
        }

        await beating;
        roll.Passes(60);

        Assert.False(roll.LinesOverlapped);
        Assert.Contains(" starting. Since", roll.Lines[^1], StringComparison.Ordinal);
    }
}
