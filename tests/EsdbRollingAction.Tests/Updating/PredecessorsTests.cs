using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public sealed class PredecessorsTests
{
    private static readonly DateTimeOffset Three = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_run_gives_way_to_whoever_it_does_not_know_and_not_to_itself_or_who_has_ended()
    {
        var following = Predecessors.None.And(new NodeMark("ended"));

        Assert.Equal([true, false, false], new[] { "other", "this", "ended" }.Select(run => following.GiveWayTo(new NodeMark(run), "this")));
    }

    [Fact]
    public void A_run_that_took_over_gives_way_only_to_one_that_did_so_later()
    {
        var following = Predecessors.None with { TookOverAt = Three };

        Assert.Equal(
            [false, false, true],
            new DateTimeOffset?[] { null, Three.AddSeconds(-1), Three.AddSeconds(1) }.Select(at => following.GiveWayTo(new NodeMark("other") { TookOverAt = at }, "this")));
    }

    [Fact]
    public void A_run_that_was_followed_is_given_way_to_when_it_has_taken_over_since()
    {
        var following = Predecessors.None.And(new NodeMark("first")).And(new NodeMark("second") { TookOverAt = Three }) with { TookOverAt = Three.AddMinutes(1) };

        Assert.False(following.GiveWayTo(new NodeMark("second") { TookOverAt = Three }, "this"));
        Assert.True(following.GiveWayTo(new NodeMark("second") { TookOverAt = Three.AddMinutes(2) }, "this"));
        Assert.False(following.GiveWayTo(new NodeMark("first") { TookOverAt = Three }, "this"));
        Assert.True(following.GiveWayTo(new NodeMark("first") { TookOverAt = Three.AddMinutes(2) }, "this"));
    }

    [Fact]
    public void Who_takes_over_did_so_later_than_whom_it_follows_though_its_clock_is_behind()
    {
        var first = new NodeMark("first") { TookOverAt = Three.AddMinutes(1) };
        var second = Predecessors.Entering(Three, takesOver: true).And(first);

        Assert.False(second.GiveWayTo(first, "second"));
        Assert.True(Predecessors.Entering(Three, takesOver: true).GiveWayTo(new NodeMark("second") { TookOverAt = second.TookOverAt }, "first"));
        Assert.True(second.TookOverAt > first.TookOverAt);
    }

    [Fact]
    public void Who_follows_a_run_that_took_over_and_was_said_to_have_ended_stays_should_that_one_live_after_all()
    {
        var ended = new NodeMark("ended") { TookOverAt = Three };
        var following = Predecessors.Entering(Three.AddHours(-1), takesOver: false).And(ended);

        Assert.False(following.GiveWayTo(ended, "this"));
        Assert.True(Predecessors.Entering(Three, takesOver: true).GiveWayTo(new NodeMark("this") { TookOverAt = following.TookOverAt }, "ended"));
    }

    [Fact]
    public void A_fraction_of_a_second_that_a_hand_wrote_is_no_time_that_a_mark_could_not_tell()
    {
        var following = Predecessors.Entering(Three, takesOver: true).And(new NodeMark("hand") { TookOverAt = Three.AddMilliseconds(500) });

        Assert.Equal(Three.AddSeconds(1), following.TookOverAt);
    }

    [Fact]
    public void A_time_that_no_clock_tells_is_written_by_hand_and_followed_like_any_other()
    {
        var junk = new NodeMark("junk") { TookOverAt = DateTimeOffset.MaxValue, At = DateTimeOffset.MaxValue };
        var following = Predecessors.Entering(Three.AddMilliseconds(900), takesOver: true).And(junk);

        Assert.Equal(Three, following.TookOverAt);
        Assert.False(following.GiveWayTo(junk, "this"));
        Assert.False(following.IsOlder(junk));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Of_two_that_took_over_one_stays_even_when_it_was_in_the_same_second(int later)
    {
        var (a, b) = (new NodeMark("a") { TookOverAt = Three }, new NodeMark("b") { TookOverAt = Three.AddSeconds(later) });

        var gives = (Predecessors.None with { TookOverAt = a.TookOverAt }).GiveWayTo(b, a.Run);

        Assert.NotEqual(gives, (Predecessors.None with { TookOverAt = b.TookOverAt }).GiveWayTo(a, b.Run));
    }
}
