using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Log;

/// <summary>How a node that catches up gets on.</summary>
internal enum Trend
{
    /// <summary>It has not been looked at for long enough.</summary>
    Unknown,

    /// <summary>Fewer bytes are missing than before.</summary>
    Nearer,

    /// <summary>As many bytes are missing as before.</summary>
    Level,

    /// <summary>More bytes are missing than before: the leader writes faster than it copies.</summary>
    Further,
}

/// <summary>
/// How fast a node catches up: measured for a moment first, then over a minute at a time, so that it does not change with every look.
/// </summary>
internal sealed class CatchUpSpeed
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestEstimate = TimeSpan.FromDays(10);

    private (NodeEndpoint Node, long Bytes, DateTimeOffset At)? from;
    private double? perSecond;

    public Trend Trend => perSecond switch
    {
        null => Trend.Unknown,
        > 0 => Trend.Nearer,
        < 0 => Trend.Further,
        _ => Trend.Level,
    };

    /// <summary>The node is so far behind now; null when that is not known, or it does not catch up.</summary>
    public void See(NodeUpdate node, long? bytesBehind, DateTimeOffset at)
    {
        if (bytesBehind is not { } bytes || from?.Node != node.Endpoint)
        {
            from = bytesBehind is { } known ? (node.Endpoint, known, at) : null;
            perSecond = null;
            return;
        }

        var took = at - from.Value.At;
        if (took >= (perSecond is null ? First : Later))
        {
            perSecond = (from.Value.Bytes - bytes) / took.TotalSeconds;
            from = (node.Endpoint, bytes, at);
        }
    }

    /// <summary>The speed and the time left, to follow how far it is behind.</summary>
    public string Text(long? bytesBehind) => (Trend, bytesBehind) switch
    {
        (Trend.Unknown, _) or (_, null) => "",
        (Trend.Level, _) => ", and comes no nearer",
        (Trend.Further, _) => $", and falls behind by {Rate(-perSecond)} more: the leader writes faster than it copies",
        (_, { } bytes) when bytes / perSecond < LongestEstimate.TotalSeconds =>
            $", {Rate(perSecond)}, about {TimeText.Duration(TimeSpan.FromSeconds(bytes / perSecond!.Value))} left",
        _ => $", {Rate(perSecond)}",
    };

    private static string Rate(double? bytes) => $"{Bytes.Format((long)bytes!.Value)}/s";
}
