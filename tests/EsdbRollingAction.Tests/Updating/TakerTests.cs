using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>Of several runs that take over: whose mark is remembered, and who marks again while a node is awaited.</summary>
public sealed class TakerTests
{
    private const string Run = "run-2";
    private const string First = "run-1";
    private const string Third = "run-3";

    private readonly Picture picture = Picture.OfFour();
    private readonly TakerWatch watch = new(Run);

    public TakerTests()
    {
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopping;
    }

    [Fact]
    public void Of_two_that_take_over_the_later_is_remembered_whatever_their_clocks_say()
    {
        var earlier = MarkOf(First, tookOver: -60, at: +30);
        var later = MarkOf(Third, tookOver: -10, at: 0);

        Saw(earlier);
        Saw(later);
        Saw(earlier);

        Assert.Equal(Third, watch.Marks["i-replica"].Run);
    }

    [Fact]
    public void Of_one_that_takes_over_the_newest_mark_is_remembered_though_an_older_read_follows()
    {
        Saw(MarkOf(First, tookOver: -60, at: 0));
        Saw(MarkOf(First, tookOver: -60, at: -30));

        Assert.Equal(picture.At, watch.Marks["i-replica"].At);
    }

    [Fact]
    public void One_that_is_followed_since_makes_room()
    {
        var ended = MarkOf(Third, tookOver: -10, at: 0);
        Saw(ended);

        Saw(MarkOf(First, tookOver: -60, at: 0), Predecessors.None with { Runs = Predecessors.None.Runs.Add(Third, ended.TookOverAt) });

        Assert.Equal(First, watch.Marks["i-replica"].Run);
    }

    [Fact]
    public void A_run_that_did_not_take_over_is_not_remembered()
    {
        Saw(MarkOf(First, tookOver: null, at: 0));

        Assert.Empty(watch.Marks);
    }

    [Theory]
    [InlineData(60, RunLock.LeftToTaker)]
    [InlineData(100, null)]
    public void A_mark_that_was_seen_once_counts_while_its_run_surely_lives(int secondsAgo, string? rule)
    {
        Assert.Equal(rule, Decide(MarkOf(Run, tookOver: null, at: -5), Predecessors.None, MarkOf(First, tookOver: -120, at: -secondsAgo)).Rule);
    }

    [Fact]
    public void A_mark_that_was_seen_once_counts_no_more_when_its_run_is_followed()
    {
        var taker = MarkOf(First, tookOver: -120, at: -5);

        Assert.NotEqual(RunLock.LeftToTaker, Decide(MarkOf(Run, tookOver: null, at: -5), Predecessors.None.And(taker), taker).Rule);
    }

    [Fact]
    public void While_a_node_is_left_to_who_took_over_its_mark_is_not_renewed()
    {
        var decision = Decide(MarkOf(Run, tookOver: null, at: -80), Predecessors.None, MarkOf(First, tookOver: -120, at: -60), markedSecondsAgo: 80);

        Assert.IsType<Act.Wait>(decision.Act);
        Assert.Equal(RunLock.LeftToTaker, decision.Rule);
    }

    [Theory]
    [InlineData(20, typeof(Act.MarkInstance))]
    [InlineData(10, typeof(Act.Wait))]
    public void Who_takes_over_marks_again_what_the_other_has_marked_over_when_no_read_is_that_old(int markedSecondsAgo, Type act) =>
        Assert.IsType(act, Decide(MarkOf(First, tookOver: null, at: -5), Taking(Predecessors.None.And(MarkOf(First, null, -60))), null, markedSecondsAgo).Act);

    [Theory]
    [InlineData(25, typeof(Act.MarkInstance))]
    [InlineData(40, typeof(Act.Wait))]
    public void Who_takes_over_marks_again_what_the_other_has_taken_off_until_everybody_was_told(int markedSecondsAgo, Type act) =>
        Assert.IsType(act, Decide(null, Taking(Predecessors.None), null, markedSecondsAgo).Act);

    [Theory]
    [InlineData(5, RunLock.LeftToTaker)]
    [InlineData(100, null)]
    public void Who_took_over_does_not_mark_over_a_run_that_took_over_from_it_though_that_may_be_dead(int markedSecondsAgo, string? rule)
    {
        var decision = Decide(MarkOf(Third, tookOver: -110, at: -markedSecondsAgo), Taking(Predecessors.None, secondsAgo: 200), null, markedSecondsAgo: 150);

        Assert.IsType<Act.Wait>(decision.Act);
        Assert.Equal(rule, decision.Rule);
    }

    [Fact]
    public void Who_did_not_take_over_does_not_mark_again_what_an_ended_run_had_marked()
    {
        var ended = MarkOf(First, tookOver: null, at: -300);

        Assert.IsType<Act.Wait>(Decide(ended, Predecessors.None.And(ended), null, markedSecondsAgo: 40).Act);
    }

    [Fact]
    public void Who_takes_over_does_not_mark_a_node_that_it_has_not_touched()
    {
        var ended = MarkOf(First, tookOver: null, at: -300);

        Assert.IsType<Act.Wait>(Decide(ended, Taking(Predecessors.None.And(ended)), null, markedSecondsAgo: null).Act);
    }

    private Predecessors Taking(Predecessors predecessors, int secondsAgo = 90) =>
        predecessors with { Since = picture.At.AddSeconds(-secondsAgo), TookOverAt = picture.At.AddSeconds(-secondsAgo) };

    private void Saw(NodeMark mark, Predecessors? predecessors = null)
    {
        picture["replica"].Mark = mark.ToString();
        watch.Saw(picture.Observe().Instances["i-replica"], predecessors ?? Predecessors.None);
    }

    private NodeMark MarkOf(string run, double? tookOver, double at) => new(run)
    {
        At = picture.At.AddSeconds(at),
        TookOverAt = tookOver is { } seconds ? picture.At.AddSeconds(seconds) : null,
    };

    /// <summary>What is decided while the replica is stopping, which this run has marked.</summary>
    private Decision Decide(NodeMark? shown, Predecessors predecessors, NodeMark? seenOnce, int? markedSecondsAgo = 5)
    {
        picture["replica"].Mark = shown?.ToString();
        DateTimeOffset? markedAt = markedSecondsAgo is { } seconds ? picture.At.AddSeconds(-seconds) : null;
        var state = picture.State("replica", node => node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StopRequestedAt = picture.At.AddSeconds(-20),
            MarkedBy = markedAt is null ? null : Run,
            MarkedAt = markedAt,
        });
        var seen = picture.Observe() with
        {
            MayMark = true,
            Predecessors = predecessors,
            FirstMarkedAt = markedAt,
            Takers = seenOnce is null ? new Dictionary<string, NodeMark>() : new Dictionary<string, NodeMark> { ["i-replica"] = seenOnce },
        };
        return new Decider(picture.Strategy, Picture.Settings with { Run = Run }).Decide(state, seen);
    }
}
