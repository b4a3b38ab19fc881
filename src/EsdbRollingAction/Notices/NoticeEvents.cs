using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Log;

namespace EsdbRollingAction.Notices;

/// <summary>Which events there are in a run: pure functions of what is known before and after.</summary>
internal static class NoticeEvents
{
    /// <summary>How long a node waits for one thing before that is an event.</summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromMinutes(10);

    /// <summary>What a decision is: the beginning of the update, a wait that is now long, or no event.</summary>
    /// <param name="before">The run before it was decided.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="at">When.</param>
    public static NoticeEvent? Of(RunReport before, Decision decision, DateTimeOffset at) => decision switch
    {
        _ when before.Mode is Mode.Plan or Mode.Recover => null,
        { Act.ChangesTheWorld: true, IsEnding: false } when IsFirst(before) => NoticeEvent.Began,
        { Act: Act.Wait, CountsNoIteration: false, Node: { } node } when HasBecomeLong(node, before, at) => NoticeEvent.Waiting,
        _ => null,
    };

    /// <summary>How the run ended, or null when that is no end of an update.</summary>
    /// <param name="end">The run.</param>
    /// <param name="start">The state that it began with.</param>
    public static NoticeEvent? OfEnd(RunReport end, ClusterUpdate? start) => end switch
    {
        { Mode: Mode.Plan } => null,
        { Outcome: RunOutcome.Done } => IsDoneNow(end, start) ? NoticeEvent.Done : null,
        { Outcome: RunOutcome.Paused } => NoticeEvent.Paused,
        { Outcome: RunOutcome.RunAgain } => NoticeEvent.RunAgain,
        { Outcome: RunOutcome.Cancelled } => NoticeEvent.Cancelled,
        { Outcome: RunOutcome.Failed or RunOutcome.Refused or RunOutcome.InvalidInput } => NoticeEvent.Failed,
        _ => null,
    };

    /// <summary>Each step is a process of its own: the first act of its update may have been another one's.</summary>
    private static bool IsFirst(RunReport before) =>
        !before.HasActed && (before.Mode is not Mode.Step || before.Nodes.All(IsUntouched));

    private static bool IsUntouched(NodeUpdate node) => node is
    {
        WasTakenDown: false,
        RestorePointAt: null,
        CapacityReservedAt: null,
        PriorityRequestedAt: null,
        StartRequestedAt: null,
    };

    /// <summary>
    /// It is long at this look and was not at the one before, which the state remembers: so each wait is told once, whichever
    /// processes look.
    /// </summary>
    private static bool HasBecomeLong(NodeUpdate node, RunReport before, DateTimeOffset at)
    {
        var longFrom = (node.WaitsSince() ?? at) + LongWait;
        return at >= longFrom && !(before.State?.LastIterationAt >= longFrom);
    }

    /// <summary>Where all was as wanted there was no update. A step that is asked for once more is none either.</summary>
    private static bool IsDoneNow(RunReport end, ClusterUpdate? start) =>
        (end.HasActed || end.Changed > 0) && start is not { ClusterUpdateStatus: UpdateStatus.Success };
}
