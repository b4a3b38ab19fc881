using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>What is decided about auto-scavenge before a node is taken down.</summary>
public class AutoScavengeRuleTests
{
    private readonly Picture picture = Picture.OfFour();

    [Fact]
    public void It_is_paused_before_the_first_stop_and_that_is_remembered_first()
    {
        var decision = Decide(AutoScavengeState.Running);

        Assert.Equal(picture["leader"].Endpoint, decision.Acts<Act.PauseAutoScavenge>("replica").Leader);
        Assert.Equal((picture.At, true), (decision.State.AutoScavengePausedAt, decision.CountsNoIteration));
    }

    [Fact]
    public void It_is_paused_before_the_leader_hands_over()
    {
        picture.Updated("replica", "follower1", "follower2");

        Decide(AutoScavengeState.Running).Acts<Act.PauseAutoScavenge>("leader");
    }

    [Fact]
    public void It_is_left_alone_while_another_rule_holds_the_node_back()
    {
        picture["follower1"].Checkpoint = 0;

        Decide(AutoScavengeState.Running).Waits("replica", nameof(SafetyRules.OtherVotersAreLevel));
    }

    [Theory]
    [InlineData(AutoScavengeState.Absent)]
    [InlineData(AutoScavengeState.NotConfigured)]
    [InlineData(AutoScavengeState.Paused)]
    public void A_node_is_taken_down_where_nothing_is_to_be_paused(AutoScavengeState state)
    {
        var decision = Decide(state);

        decision.Stops("replica");
        Assert.Null(decision.State.AutoScavengePausedAt);
    }

    [Fact]
    public void While_it_is_pausing_it_is_waited_for_and_no_iteration_counted()
    {
        var decision = Decide(AutoScavengeState.Pausing, seen => seen with { PausingSince = picture.At.AddSeconds(-59) });

        decision.Waits("replica", nameof(AutoScavengeRule.AutoScavengeIsPaused));
        Assert.True(decision.CountsNoIteration);
    }

    [Fact]
    public void A_pause_that_does_not_come_within_a_minute_holds_nothing_up_and_is_resumed_all_the_same()
    {
        var asked = picture.State() with { AutoScavengePausedAt = picture.At.AddMinutes(-1) };
        var late = Decide(AutoScavengeState.Pausing, seen => seen with { PausingSince = picture.At.AddMinutes(-1) }, asked);

        var why = late.Acts<Act.LeaveAutoScavenge>("replica").Reason;
        Assert.Equal("it has not come to rest within 60 s", why);
        Assert.Equal((why, asked.AutoScavengePausedAt), (late.State.AutoScavengeWaived, late.State.AutoScavengePausedAt));
        Decide(AutoScavengeState.Pausing, state: late.State).Stops("replica");
    }

    [Theory]
    [InlineData(4, typeof(Act.Wait))]
    [InlineData(5, typeof(Act.PauseAutoScavenge))]
    public void A_request_that_was_not_answered_is_sent_again_some_seconds_later(int seconds, Type act)
    {
        var at = picture.At.AddSeconds(-seconds);

        Assert.IsType(act, Decide(AutoScavengeState.Running, seen => seen with { AskedAt = at, PausingSince = at }).Act);
    }

    [Fact]
    public void Where_it_may_not_be_paused_the_roll_goes_on_and_resumes_nothing()
    {
        var denied = Decide(AutoScavengeState.Denied, state: picture.State() with { AutoScavengePausedAt = picture.At });

        Assert.Equal("it says no", denied.Acts<Act.LeaveAutoScavenge>("replica").Reason);
        Assert.Null(denied.State.AutoScavengePausedAt);
    }

    [Theory]
    [InlineData(2, typeof(Act.Wait))]
    [InlineData(3, typeof(Act.LeaveAutoScavenge))]
    public void Where_nobody_tells_how_it_stands_the_roll_goes_on_after_three_looks(int looks, Type act) =>
        Assert.IsType(act, Decide(AutoScavengeState.Unknown, seen => seen with { Looks = looks }).Act);

    [Theory]
    [InlineData(AutoScavengeState.Absent, false, CheckOutcome.Passed, "none, or it is switched off")]
    [InlineData(AutoScavengeState.NotConfigured, false, CheckOutcome.Passed, "it has no schedule")]
    [InlineData(AutoScavengeState.Running, false, CheckOutcome.Note, "resumed in the end")]
    [InlineData(AutoScavengeState.Paused, false, CheckOutcome.Note, "not by this update as far as is known: it is left so. To resume it by hand")]
    [InlineData(AutoScavengeState.Pausing, false, CheckOutcome.Note, "not by this update as far as is known")]
    [InlineData(AutoScavengeState.Paused, true, CheckOutcome.Note, "an earlier run of this update paused it at 2026-01-01 03:00:00Z")]
    [InlineData(AutoScavengeState.Denied, false, CheckOutcome.Note, "it cannot be paused: it says no")]
    [InlineData(AutoScavengeState.Unknown, false, CheckOutcome.Note, "not checked: it says no")]
    public void Preflight_says_what_becomes_of_it(AutoScavengeState state, bool ours, CheckOutcome outcome, string text)
    {
        var check = AutoScavengeCheck.NoAutoScavengeRuns(
            new AutoScavenge(state, "it says no"), new ClusterUpdate { AutoScavengePausedAt = ours ? picture.At : null });

        Assert.Equal(outcome, check.Outcome);
        Assert.Contains(text, check.Text, StringComparison.Ordinal);
    }

    private Decision Decide(
        AutoScavengeState found, Func<AutoScavengeSeen, AutoScavengeSeen>? change = null, ClusterUpdate? state = null)
    {
        var read = new AutoScavenge(found, found is AutoScavengeState.Denied or AutoScavengeState.Unknown ? "it says no" : null);
        var seen = new AutoScavengeSeen(read) { Looks = 1 };
        return picture.Decide(state, change: observed => observed with { AutoScavenge = change?.Invoke(seen) ?? seen });
    }
}
