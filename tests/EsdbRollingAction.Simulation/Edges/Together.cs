using EsdbRollingAction.Simulation.Clock;
using EsdbRollingAction.Simulation.Judging;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>One program, and sometimes others that somebody starts meanwhile, in one virtual time.</summary>
/// <param name="time">The time that passes.</param>
/// <param name="umpire">Is told of a program that does not end.</param>
/// <param name="over">Is told of every program at the instant at which it has ended.</param>
internal sealed class Together(VirtualTime time, Umpire umpire, Action<Launch> over)
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(3);
    private readonly List<Launch> running = [];

    /// <summary>Runs until all have ended.</summary>
    /// <param name="first">Begins the first program.</param>
    /// <param name="others">When somebody begins another, unless all have ended by then, and how; null when it does not begin.</param>
    public void Run(Func<Launch> first, IEnumerable<(TimeSpan After, Func<Launch?> Begin)> others)
    {
        using var thread = new OneThread();
        foreach (var (after, begin) in others)
        {
            time.CreateTimer(_ => Add(begin), null, after, Timeout.InfiniteTimeSpan);
        }

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

    private void Add(Func<Launch?> begin)
    {
        if (running.Count > 0 && begin() is { } launch)
        {
            running.Add(launch);
        }
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
