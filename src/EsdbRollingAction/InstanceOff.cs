using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>An instance that is off, as far as is known.</summary>
/// <param name="Node">Its node.</param>
/// <param name="How">What is known, such as <c>is stopped (seen at 03:31:05Z)</c>.</param>
internal sealed record InstanceOff(NodeUpdate Node, string How)
{
    public string Id => Node.Ec2InstanceId!;

    /// <summary>The node's instance, if it is off; null for one that is on or was started since.</summary>
    public static InstanceOff? Of(NodeUpdate node, LastLook look)
    {
        if (node.Ec2InstanceId is null || WasStartedSince(node, look))
        {
            return null;
        }

        var how = node.CurrentInstanceState switch
        {
            InstanceState.Stopped => $"is stopped{look.Seen(" (seen at ", ")")}",
            InstanceState.Stopping => $"was stopping when last seen{look.Seen(" at ", "")}",
            InstanceState.Terminated or InstanceState.ShuttingDown => null,
            _ => HowItWasAskedToStop(node, look),
        };
        return how is null ? null : new InstanceOff(node, how);
    }

    /// <summary>A look a moment after the start may still show it off.</summary>
    private static bool WasStartedSince(NodeUpdate node, LastLook look) =>
        node.StartRequestedAt is { } started && look.MayNotShow(started);

    /// <summary>It was not seen off, though it may be by now.</summary>
    private static string? HowItWasAskedToStop(NodeUpdate node, LastLook look)
    {
        if (node is not { StartRequestedAt: null, StopRequestedAt: { } asked })
        {
            return null;
        }

        var isUnseen = node.CurrentInstanceState is null || look.MayNotShow(asked);
        return isUnseen ? $"was asked to stop at {TimeText.Clock(asked, look.Now)}" : null;
    }
}

/// <summary>When the instances were last looked at.</summary>
/// <param name="At">Null when they never were.</param>
/// <param name="Now">When that is told.</param>
internal sealed record LastLook(DateTimeOffset? At, DateTimeOffset Now)
{
    /// <summary>Whether it may show the world before a request that was accepted then.</summary>
    public bool MayNotShow(DateTimeOffset asked) =>
        At is not { } at || at - asked < Timings.ReadConsistency;

    /// <summary>When that was, between two words; nothing when there was no look.</summary>
    public string Seen(string before, string after) =>
        At is { } at ? $"{before}{TimeText.Clock(at, Now)}{after}" : "";
}
