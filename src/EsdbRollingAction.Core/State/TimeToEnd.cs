namespace EsdbRollingAction.Core.State;

/// <summary>How long a run that was asked to end has, and what of it each of the things has that are waited for one after the other.</summary>
/// <param name="Whole">All of it; the rest is for writing down how it ended.</param>
public sealed record TimeToEnd(TimeSpan Whole)
{
    /// <summary>After SIGINT of a job that is cancelled.</summary>
    public static readonly TimeToEnd AfterInterrupt = new(TimeSpan.FromSeconds(7));

    /// <summary>After SIGTERM: SIGKILL is near.</summary>
    public static readonly TimeToEnd AfterTerminate = new(TimeSpan.FromSeconds(2));

    /// <summary>For the act in flight: one that is cut off may have been done all the same.</summary>
    public TimeSpan ForAct => Whole * 3 / 7;

    /// <summary>For giving back what capacity is held.</summary>
    public TimeSpan ForCapacity => Whole * 1.5 / 7;

    /// <summary>For showing on GitHub how it ended.</summary>
    public TimeSpan ForProgress => Whole * 1.5 / 7;
}
