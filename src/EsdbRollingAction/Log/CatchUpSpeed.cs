using EsdbRollingAction.Core;

namespace EsdbRollingAction.Log;

/// <summary>How fast a node catches up, from one line about it to the next.</summary>
internal sealed class CatchUpSpeed
{
    private static readonly TimeSpan LongestEstimate = TimeSpan.FromDays(10);

    private DateTimeOffset lastAt;
    private long? lastBytes;

    public string Measure(long? bytesBehind, DateTimeOffset at)
    {
        var caughtUp = lastBytes - bytesBehind;
        var took = at - lastAt;
        lastBytes = bytesBehind;
        lastAt = at;
        if (caughtUp is not > 0 || took <= TimeSpan.Zero)
        {
            return "";
        }

        var perSecond = caughtUp.Value / took.TotalSeconds;
        var secondsLeft = bytesBehind!.Value / perSecond;
        var rate = $", {Bytes.Format((long)perSecond)}/s";
        return secondsLeft < LongestEstimate.TotalSeconds
            ? $"{rate}, about {TimeText.Duration(TimeSpan.FromSeconds(secondsLeft))} left"
            : rate;
    }
}
