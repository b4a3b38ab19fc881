using System.Text.Json;
using System.Text.Json.Serialization;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Log;
using Results = EsdbRollingAction.GitHub.Outputs;

namespace EsdbRollingAction.Notices;

/// <summary>What is sent: the event, a text for people, and every output of the action as it is at that moment.</summary>
internal sealed record Notice(NoticeEvent Event, string Text, IReadOnlyList<(string Name, string Value)> Outputs)
{
    /// <summary>How long a node waits for one thing before that is an event.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(10);

    /// <summary>What a decision is worth: the beginning of the update, a wait that is now long, or null.</summary>
    /// <param name="before">The run before it was decided.</param>
    /// <param name="now">The run since.</param>
    /// <param name="decision">What was decided.</param>
    public static Notice? Of(RunReport before, RunReport now, Decision decision) => decision switch
    {
        _ when before.Mode is Mode.Plan or Mode.Recover => null,
        { Act.ChangesTheWorld: true, IsEnding: false } when IsFirst(before) => Of(NoticeEvent.Began, NoticeText.Began(now), now),
        { Act: Act.Wait, CountsNoIteration: false, Node: { } node } when HasBecomeLong(node, before, now.At) =>
            Of(NoticeEvent.Waiting, NoticeText.Waiting(now, decision), now),
        _ => null,
    };

    /// <summary>What the end of a run is worth; null when it is no end of an update.</summary>
    /// <param name="end">The run.</param>
    /// <param name="start">The state that it began with.</param>
    public static Notice? OfEnd(RunReport end, ClusterUpdate? start)
    {
        NoticeEvent? what = end switch
        {
            { Mode: Mode.Plan } => null,
            { Outcome: RunOutcome.Done } => IsDoneNow(end, start) ? NoticeEvent.Done : null,
            { Outcome: RunOutcome.Paused } => NoticeEvent.Paused,
            { Outcome: RunOutcome.RunAgain } => NoticeEvent.RunAgain,
            { Outcome: RunOutcome.Cancelled } => NoticeEvent.Cancelled,
            { Outcome: RunOutcome.Failed or RunOutcome.Refused or RunOutcome.InvalidInput } => NoticeEvent.Failed,
            _ => null,
        };
        return what is { } ended ? Of(ended, NoticeText.Ended(end), end) : null;
    }

    /// <summary>One JSON object of strings, as outputs are.</summary>
    public byte[] Json()
    {
        var body = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["text"] = Text,
            ["event"] = JsonNamingPolicy.KebabCaseLower.ConvertName(Event.ToString()),
        };
        foreach (var (name, value) in Outputs)
        {
            body[name] = value;
        }

        return JsonSerializer.SerializeToUtf8Bytes(body, NoticeJson.Default.DictionaryStringString);
    }

    private static Notice Of(NoticeEvent what, string text, RunReport report) =>
        new(what, text, [("cluster-name", report.ClusterName), .. Results.Of(report)]);

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

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class NoticeJson : JsonSerializerContext;
