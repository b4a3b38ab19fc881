using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Log;

/// <summary>What is said of a wait besides its reason: which rule holds the node back, since when, and when it is given up.</summary>
internal static class WaitText
{
    /// <summary>The node's phase; of a node that a rule holds back, that it waits for this one.</summary>
    public static string What(Decision decision) => decision is { Act: Act.Wait, Rule: { } rule }
        ? $"waits ({rule}):"
        : decision.Node!.NodeUpdateStatusDetail ?? "";

    /// <summary>Since when, in a sentence; nothing when it has just begun.</summary>
    public static string Since(NodeUpdate node, DateTimeOffset now)
    {
        var since = node.WaitsSince() ?? now;
        return now - since < TimeSpan.FromSeconds(1) ? "" : $" Since {TimeText.Clock(since)} ({TimeText.Duration(now - since)}).";
    }

    /// <summary>When it ends if what is waited for does not come, in a sentence; nothing where nothing ends it.</summary>
    public static string Until(Decision decision, DateTimeOffset now) => decision switch
    {
        { Act: not Act.Wait } => "",
        { GivesUpAt: { } at } => $" Gives up at about {TimeText.AboutClock(at, now)}.",
        { SparesTheLimit: true, Node.Phase: NodePhase.CatchingUp } => " Not given up while it gets on.",
        _ => "",
    };

    /// <summary>Since when the node waits for what it waits for.</summary>
    public static DateTimeOffset? WaitsSince(this NodeUpdate node) =>
        node.Phases is [.., { Until: null } span] ? span.Since : node.PhaseSince;
}
