using EsdbRollingAction.Simulation.Clock;
using EsdbRollingAction.Simulation.Judging;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>One program, and sometimes a second that somebody starts meanwhile, in one virtual time.</summary>
/// <param name="time">The time that passes.</param>
/// <param name="umpire">Is told of a program that does not end.</param>
/// <param name="over">Is told of every program at the instant at which it has ended.</param>
internal sealed class Together(VirtualTime time, Umpire umpire, Action<Launch> over)
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(3);
    private readonly List<Launch> running = [];

    /// <summary>Runs until all have ended.</summary>
    /// <param name="first">Begins the first program.</param>
    /// <param name="second">When somebody begins another, unless the first has ended by then, and how; null for never.</param>
    public void Run(Func<Launch> first, (TimeSpan After, Func<Launch> Begin)? second)
    {
        using var thread = new OneThread();
        using var starter = second is not { } other ? null : time.CreateTimer(
            _ => running.AddRange(running.Count == 0 ? [] : [other.Begin()]), null, other.After, Timeout.InfiniteTimeSpan);
        running.Add(first());
        var until = time.Elapsed + LongestRun;
        while (AreAnyUnderWay())
        {
            if ((!thread.RunNext() && !time.RunNext()) || time.Elapsed > until)
            {
                umpire.Break(Rule.RunDoesNotEnd, time.Elapsed > until ? $"it has lasted {LongestRun.TotalHours:0} h" : "it waits for nothing");
                running.ForEach(over);
                break;
            }
        }

        time.ForgetTimers();
    }

    private bool AreAnyUnderWay()
    {
        for (var i = running.Count - 1; i >= 0; i--)
        {
            if (running[i].IsOver)
            {
                var ended = running[i];
                running.RemoveAt(i);
                over(ended);
            }
        }

        return running.Count > 0;
    }
}
