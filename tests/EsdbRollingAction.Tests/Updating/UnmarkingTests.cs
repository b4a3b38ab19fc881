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

/// <summary>Which mark is taken off, and when it is sure that it is: a read may be 15 s old.</summary>
public sealed class UnmarkingTests
{
    private const string Run = "https://github.com/org/ops/actions/runs/7";
    private const string Ended = "https://github.com/org/ops/actions/runs/6";

    private readonly Picture picture = Picture.OfFour().Updated("replica", "follower1", "follower2", "leader");

    [Fact]
    public void Of_this_runs_own_marks_the_last_is_taken_off_though_an_older_one_shows()
    {
        var (older, last) = (MarkOf(Run, secondsAgo: 70), MarkOf(Run, secondsAgo: 10));
        picture["replica"].Mark = older;

        Assert.Equal(new Act.UnmarkInstance(last), Decide(node => node with { Mark = last, MarkedBy = Run, MarkedAt = picture.At }).Act);
    }

    [Fact]
    public void The_mark_of_a_run_that_has_ended_is_taken_off_as_it_shows()
    {
        picture["replica"].Mark = MarkOf(Ended, secondsAgo: 600);

        Assert.Equal(new Act.UnmarkInstance(picture["replica"].Mark), Decide(node => node).Act);
    }

    [Fact]
    public void The_update_does_not_end_before_the_mark_that_was_taken_off_is_seen_gone()
    {
        picture["replica"].Mark = MarkOf(Run, secondsAgo: 30);
        var off = TakenOff(picture["replica"].Mark!, secondsAgo: 5);

        Decide(off).Acts<Act.Wait>("replica");

        picture["replica"].Mark = null;
        Assert.IsType<Act.Finish>(Decide(off).Act);
    }

    [Fact]
    public void A_later_mark_than_the_one_that_was_taken_off_is_taken_off_as_well()
    {
        picture["replica"].Mark = MarkOf(Ended, secondsAgo: 20);

        Assert.Equal(new Act.UnmarkInstance(picture["replica"].Mark), Decide(TakenOff(MarkOf(Ended, secondsAgo: 80), secondsAgo: 5)).Act);
    }

    [Theory]
    [InlineData(5, typeof(Act.Wait))]
    [InlineData(20, typeof(Act.Finish))]
    public void Of_another_runs_marks_there_may_be_a_later_one_until_a_read_must_show_it(int secondsAgo, Type act) =>
        Assert.IsType(act, Decide(TakenOff(MarkOf(Ended, secondsAgo: 80), secondsAgo)).Act);

    [Fact]
    public void A_read_without_the_instance_does_not_show_that_its_mark_is_gone()
    {
        picture["replica"].InstanceShown = false;

        Decide(TakenOff(MarkOf(Run, secondsAgo: 30), secondsAgo: 5)).Acts<Act.Wait>("replica");
    }

    [Fact]
    public void An_earlier_mark_of_the_same_run_than_the_one_that_was_taken_off_is_only_an_older_read()
    {
        picture["replica"].Mark = MarkOf(Run, secondsAgo: 90);

        Decide(TakenOff(MarkOf(Run, secondsAgo: 30), secondsAgo: 5)).Acts<Act.Wait>("replica");
    }

    [Fact]
    public void An_earlier_mark_that_still_shows_when_no_read_is_that_old_is_there_and_taken_off()
    {
        picture["replica"].Mark = MarkOf(Run, secondsAgo: 90);

        Assert.Equal(new Act.UnmarkInstance(picture["replica"].Mark), Decide(TakenOff(MarkOf(Run, secondsAgo: 30), secondsAgo: 20)).Act);
    }

    [Fact]
    public void A_mark_whose_answer_was_lost_is_the_one_that_is_taken_off()
    {
        var mark = MarkOf(Run, secondsAgo: 0);
        var renewing = new Decision(picture.State(), picture.State().EventStoreNodeUpdates[0], new Act.MarkInstance(mark, IsOverAnothers: false), "");

        Assert.Equal(mark, Outcomes.NotMarked(renewing, Refusal(InstanceErrorKind.Transient)).EventStoreNodeUpdates[0].Mark);
        Assert.Null(Outcomes.NotMarked(renewing, Refusal(InstanceErrorKind.AccessDenied)).EventStoreNodeUpdates[0].Mark);
    }

    [Fact]
    public void A_mark_that_EC2_shows_for_ever_does_not_keep_the_update_from_ending()
    {
        picture["replica"].Mark = MarkOf(Run, secondsAgo: 30);

        Assert.IsType<Act.Finish>(Decide(TakenOff(picture["replica"].Mark!, secondsAgo: 20)).Act);
    }

    private static InstanceException Refusal(InstanceErrorKind kind) => new(kind, "NoAnswer", "EC2 did not answer.");

    private Func<NodeUpdate, NodeUpdate> TakenOff(string mark, int secondsAgo) => node => node with { Mark = mark, UnmarkedAt = picture.At.AddSeconds(-secondsAgo) };

    private string MarkOf(string run, int secondsAgo) => new NodeMark(run) { At = picture.At.AddSeconds(-secondsAgo) }.ToString();

    private Decision Decide(Func<NodeUpdate, NodeUpdate> replica)
    {
        var state = picture.State("replica", replica);
        var done = state with { EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node with { NodeUpdateStatus = UpdateStatus.Success })] };
        var seen = picture.Observe() with { MayMark = true, Predecessors = Predecessors.None.And(NodeMark.Parse(MarkOf(Ended, 600))!) };
        return new Decider(picture.Strategy, Picture.Settings with { Run = Run }).Decide(done, seen);
    }
}
