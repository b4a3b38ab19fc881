using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Notices;
using EsdbRollingAction.Tests.GitHub.Summary;

namespace EsdbRollingAction.Tests.Notices;

public class NoticeEventsTests
{
    private static readonly DateTimeOffset Begin = Reports.Begin;

    [Fact]
    public void The_first_act_of_a_run_is_the_beginning_and_the_second_is_not()
    {
        var before = Before(Mode.Apply, Node());

        Assert.Equal(NoticeEvent.Began, Event(before, Does(AnAct.Stop)));
        Assert.Null(Event(before with { HasActed = true }, Does(new Act.StartInstance())));
    }

    [Theory]
    [InlineData(nameof(Mode.Apply), true)]
    [InlineData(nameof(Mode.Rollback), true)]
    [InlineData(nameof(Mode.Step), true)]
    [InlineData(nameof(Mode.Plan), false)]
    [InlineData(nameof(Mode.Recover), false)]
    public void Only_a_run_that_rolls_begins(string mode, bool begins) =>
        Assert.Equal(begins, Event(Before(Enum.Parse<Mode>(mode), Node()), Does(AnAct.Stop)) is NoticeEvent.Began);

    /// <summary>Looking twice before a node counts as level is a wait, too.</summary>
    [Fact]
    public void Where_nothing_is_done_nothing_begins()
    {
        var before = Before(Mode.Apply, Node());

        Assert.Null(Event(before, Does(new Act.Finish())));
        Assert.Null(Event(before, Waits(Node(), Begin)));
    }

    [Fact]
    public void Bringing_back_what_an_earlier_run_left_off_is_no_beginning_when_nothing_more_is_begun() =>
        Assert.Null(Event(Before(Mode.Apply, Node()), Does(new Act.StartInstance()) with { IsEnding = true }));

    [Fact]
    public void An_update_that_is_rolled_step_by_step_begins_once()
    {
        var begun = Node("a") with { StopRequestedAt = Begin };

        Assert.Equal(NoticeEvent.Began, Event(Before(Mode.Step, Node("a"), Node("b")), Does(new Act.WriteRestorePoint(null!))));
        Assert.Null(Event(Before(Mode.Step, Node("a") with { RestorePointAt = Begin }, Node("b")), Does(AnAct.Stop)));
        Assert.Null(Event(Before(Mode.Step, begun, Node("b")), Does(new Act.StartInstance())));
        Assert.Equal(NoticeEvent.Began, Event(Before(Mode.Apply, begun, Node("b")), Does(new Act.StartInstance())));
    }

    [Fact]
    public void A_wait_is_told_once_when_it_has_lasted_for_ten_minutes()
    {
        var events = Watch(Mode.Apply, minutes: 45, at => Waits(Node(), Begin));

        Assert.Equal([(NoticeEvent.Waiting, 10)], events);
    }

    [Fact]
    public void A_wait_for_something_else_is_another_one()
    {
        var events = Watch(Mode.Apply, minutes: 45, at => at < Begin.AddMinutes(15)
            ? Waits(Node(), Begin)
            : Waits(Node(), Begin.AddMinutes(15)));

        Assert.Equal([(NoticeEvent.Waiting, 10), (NoticeEvent.Waiting, 25)], events);
    }

    [Fact]
    public void Waits_that_end_before_ten_minutes_are_over_are_told_of_never()
    {
        var events = Watch(Mode.Apply, minutes: 45, at => Waits(Node(), Begin.AddMinutes((int)(at - Begin).TotalMinutes / 9 * 9)));

        Assert.Empty(events);
    }

    /// <summary>Each look is another process, which knows of the one before only what the state says.</summary>
    [Fact]
    public void A_wait_is_told_once_by_all_steps_together()
    {
        var events = Watch(Mode.Step, minutes: 45, at => Waits(Node(), Begin));

        Assert.Equal([(NoticeEvent.Waiting, 10)], events);
    }

    [Fact]
    public void A_wait_that_the_inputs_give_its_time_is_none() =>
        Assert.Empty(Watch(Mode.Apply, minutes: 45, at => Waits(Node(), Begin) with { CountsNoIteration = true }));

    [Theory]
    [InlineData(ExitCode.UpdateFailed, FailureReason.InstanceStartFailed, NoticeEvent.Failed)]
    [InlineData(ExitCode.UpdateFailed, FailureReason.UnexpectedError, NoticeEvent.Failed)]
    [InlineData(ExitCode.InvalidInput, FailureReason.InvalidInput, NoticeEvent.Failed)]
    [InlineData(ExitCode.Refused, FailureReason.PreflightRefused, NoticeEvent.Failed)]
    [InlineData(ExitCode.RunAgain, FailureReason.TimeLimit, NoticeEvent.RunAgain)]
    [InlineData(ExitCode.Interrupted, FailureReason.Cancelled, NoticeEvent.Cancelled)]
    [InlineData(ExitCode.Terminated, FailureReason.Cancelled, NoticeEvent.Cancelled)]
    public void An_end_that_is_not_good_is_told_by_every_run_but_a_plan(int exitCode, FailureReason reason, object told)
    {
        var end = Reports.CatchingUp().Ended(exitCode, reason);

        Assert.Equal(told, Notice.OfEnd(end, start: null)?.Event);
        Assert.Equal(told, Notice.OfEnd(end with { Mode = Mode.Step }, start: null)?.Event);
        Assert.Null(Notice.OfEnd(end with { Mode = Mode.Plan }, start: null)?.Event);
    }

    [Theory]
    [InlineData(Mode.Apply)]
    [InlineData(Mode.Step)]
    public void A_pause_is_told(object mode)
    {
        var report = Reports.CatchingUp();
        var paused = report with
        {
            Mode = (Mode)mode,
            State = report.State! with { PausedBecause = PauseReason.Leader },
            End = new RunEnd(ExitCode.Done, null, "Paused."),
        };

        Assert.Equal(NoticeEvent.Paused, Notice.OfEnd(paused, start: null)?.Event);
        Assert.Contains("Paused before the leader", Notice.OfEnd(paused, start: null)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_is_done_once()
    {
        var done = Reports.Updated();

        Assert.Equal(NoticeEvent.Done, Notice.OfEnd(done, new ClusterUpdate())?.Event);
        Assert.Equal(NoticeEvent.Done, Notice.OfEnd(done with { Mode = Mode.Step }, Reports.CatchingUp().State)?.Event);
        Assert.Null(Notice.OfEnd(done with { Mode = Mode.Step }, done.State)?.Event);
    }

    [Fact]
    public void A_cluster_that_was_as_wanted_is_not_worth_a_notice()
    {
        var nodes = new ClusterUpdate
        {
            ClusterUpdateStatus = UpdateStatus.Success,
            EventStoreNodeUpdates = [Node() with { NodeUpdateStatus = UpdateStatus.Success }],
        };

        Assert.Null(Notice.OfEnd(Reports.Of(nodes, new RunEnd(ExitCode.Done, null, "Done.")), new ClusterUpdate())?.Event);
    }

    [Fact]
    public void A_step_a_plan_and_a_recovery_end_no_update()
    {
        var end = new RunEnd(ExitCode.Done, null, "");
        var under = Reports.CatchingUp() with { End = end, HasActed = true };

        Assert.Null(Notice.OfEnd(under with { Mode = Mode.Step }, start: null)?.Event);
        Assert.Null(Notice.OfEnd(under with { Mode = Mode.Recover }, start: null)?.Event);
        Assert.Null(Notice.OfEnd(Reports.Planned(), start: null)?.Event);
    }

    private static NoticeEvent? Event(RunReport before, Decision decision) => Notice.Of(before, before with { At = Begin }, decision)?.Event;

    /// <summary>Looks once a minute, and tells what it was told in which minute.</summary>
    private static List<(NoticeEvent Event, int Minute)> Watch(Mode mode, int minutes, Func<DateTimeOffset, Decision> decide)
    {
        var report = Before(mode, Node()) with { HasActed = true };
        var events = new List<(NoticeEvent, int)>();
        for (var minute = 0; minute <= minutes; minute++)
        {
            var at = Begin.AddMinutes(minute);
            var decision = decide(at);
            if (Notice.Of(report, report with { At = at }, decision)?.Event is { } told)
            {
                events.Add((told, minute));
            }

            report = report with { State = decision.State with { LastIterationAt = at }, At = at };
        }

        return events;
    }

    private static RunReport Before(Mode mode, params NodeUpdate[] nodes) =>
        Reports.Of(new ClusterUpdate { EventStoreNodeUpdates = nodes }, end: null) with { Mode = mode };

    private static Decision Does(Act act) => new(new ClusterUpdate { EventStoreNodeUpdates = [Node()] }, Node(), act, "it is its turn");

    private static Decision Waits(NodeUpdate node, DateTimeOffset since)
    {
        var waiting = node.InPhase(NodePhase.Waiting, "another voter is behind", since, "OtherVotersAreLevel");
        return new Decision(
            new ClusterUpdate { EventStoreNodeUpdates = [waiting] }, waiting, new Act.Wait(Awaited.Cluster), "another voter is behind")
        {
            Rule = "OtherVotersAreLevel",
        };
    }

    private static NodeUpdate Node(string name = "a") => new() { NodeName = name, NodeAddress = $"{name}.test", NodePort = 2113 };
}
