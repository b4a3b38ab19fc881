using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;

namespace EsdbRollingAction.Log;

/// <summary>What a line is about: it is the same while only its numbers change.</summary>
internal sealed record Topic(NodeEndpoint Node, string? Phase, string Why)
{
    /// <summary>How fast the node catches up.</summary>
    public Trend Trend { get; init; }

    /// <summary>Whether the quorum is lost meanwhile.</summary>
    public bool IsQuorumLost { get; init; }

    public static Topic Of(Decision decision, Trend trend) =>
        new(decision.Node!.Endpoint, decision.Node.NodeUpdateStatusDetail, Printable.WithoutNumbers(decision.Why))
        {
            Trend = trend,
            IsQuorumLost = decision.LostQuorum is not null,
        };
}

/// <summary>
/// What was said a moment ago and is so still: a wait that comes and goes, or an act that is refused again and again, is one line and
/// then one each minute.
/// </summary>
internal sealed class Topics(TimeSpan saidAgainAfter)
{
    private readonly Dictionary<Topic, DateTimeOffset> said = [];
    private readonly Dictionary<Topic, (string Why, int Times)> refused = [];
    private Topic? shown;

    /// <summary>
    /// Whether it is to be said: an act always, unless it was refused a moment ago; and that the quorum is lost, or back.
    /// </summary>
    public bool IsNew(Topic topic, bool isAct, DateTimeOffset at)
    {
        var isActDone = isAct && !refused.ContainsKey(topic);
        var wasSaid = said.TryGetValue(topic, out var last) && at - last < saidAgainAfter;
        return isActDone || !wasSaid || shown?.IsQuorumLost != topic.IsQuorumLost;
    }

    /// <summary>It is said. Where something was done, what is waited for next is new.</summary>
    public void Said(Topic topic, bool isAct, DateTimeOffset at)
    {
        if (isAct && !refused.ContainsKey(topic))
        {
            said.Clear();
            refused.Clear();
        }

        said[topic] = at;
        shown = topic;
    }

    /// <summary>The act was refused.</summary>
    /// <returns>Whether that is to be said: for this reason it was not before.</returns>
    public bool Refused(Topic topic, string why)
    {
        var before = refused.GetValueOrDefault(topic);
        refused[topic] = (why, before.Times + 1);
        return before.Why is null || Printable.WithoutNumbers(before.Why) != Printable.WithoutNumbers(why);
    }

    /// <summary>Why the act is not done, and how often it was tried, in sentences; nothing of what was not refused.</summary>
    public string Refusal(Topic topic) => refused.TryGetValue(topic, out var refusal)
        ? $" Not done so far, tried {refusal.Times} {(refusal.Times == 1 ? "time" : "times")}: {Sentence.Ended(refusal.Why)}"
        : "";
}
