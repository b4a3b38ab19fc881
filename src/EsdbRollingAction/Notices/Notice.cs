using System.Text.Json;
using System.Text.Json.Serialization;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using Results = EsdbRollingAction.GitHub.Outputs;

namespace EsdbRollingAction.Notices;

/// <summary>What is sent: the event, a text for people, and every output of the action as it is at that moment.</summary>
internal sealed record Notice(NoticeEvent Event, string Text, IReadOnlyList<(string Name, string Value)> Outputs)
{
    /// <summary>What a decision is worth, or null.</summary>
    /// <param name="before">The run before it was decided.</param>
    /// <param name="now">The run since.</param>
    /// <param name="decision">What was decided.</param>
    public static Notice? Of(RunReport before, RunReport now, Decision decision) => NoticeEvents.Of(before, decision, now.At) switch
    {
        NoticeEvent.Began => Of(NoticeEvent.Began, NoticeText.Began(now), now),
        NoticeEvent.Waiting => Of(NoticeEvent.Waiting, NoticeText.Waiting(now, decision), now),
        _ => null,
    };

    /// <summary>What the end of a run is worth, or null.</summary>
    /// <param name="end">The run.</param>
    /// <param name="start">The state that it began with.</param>
    public static Notice? OfEnd(RunReport end, ClusterUpdate? start) =>
        NoticeEvents.OfEnd(end, start) is { } what ? Of(what, NoticeText.Ended(end), end) : null;

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
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class NoticeJson : JsonSerializerContext;
