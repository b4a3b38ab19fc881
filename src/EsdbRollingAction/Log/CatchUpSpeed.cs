using EsdbRollingAction.Core;

namespace EsdbRollingAction.Log;

/// <summary>How fast a node catches up, from one line about it to the next.</summary>
internal sealed class CatchUpSpeed
{
    private static readonly TimeSpan LongestEstimate = TimeSpan.FromDays(10);

    private (DateTimeOffset At, long Behind)? before;

    /// <summary>Rate and time left to be added to a line, or nothing when they cannot be told.</summary>
    public string Measure(long? bytesBehind, DateTimeOffset at)
    {
        var last = before;
        before = bytesBehind is { } now ? (at, now) : null;
        if (bytesBehind is not { } behind || last is not { } then || then.Behind <= behind || then.At >= at)
        {
            return "";
        }

        var perSecond = (then.Behind - behind) / (at - then.At).TotalSeconds;
        var seconds = behind / perSecond;
        var left = seconds < LongestEstimate.TotalSeconds ? $", about {TimeText.Duration(TimeSpan.FromSeconds(seconds))} left" : "";
        return $", {Bytes.Format((long)perSecond)}/s{left}";
    }
}
