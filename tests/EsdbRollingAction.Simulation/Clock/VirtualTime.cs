namespace EsdbRollingAction.Simulation.Clock;

/// <summary>
/// A clock that stands still until it is told to go on, and then goes to the next thing that is due. Everything happens on
/// the one thread that calls <see cref="RunNext"/>, so a roll is the same whenever it is replayed.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<(VirtualTimer Timer, int Setting), (long Due, long Sequence)> agenda = new();
    private long ticks;
    private long sequence;

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(ticks);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Does the next thing that is due, at its instant. False when nothing is.</summary>
    public bool RunNext()
    {
        while (agenda.TryDequeue(out var next, out var due))
        {
            if (next.Timer.Setting == next.Setting)
            {
                ticks = Math.Max(ticks, due.Due);
                next.Timer.Fire();
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets time pass in which nobody waits for anything.</summary>
    public void Pass(TimeSpan span) => ticks += span.Ticks;

    /// <summary>Whoever waited will never know: the program was killed, or has ended.</summary>
    public void ForgetTimers() => agenda.Clear();

    internal void Schedule(VirtualTimer timer, TimeSpan after) =>
        agenda.Enqueue((timer, timer.Setting), (ticks + Math.Max(0, after.Ticks), sequence++));
}
