namespace EsdbRollingAction.Simulation.Clock;

/// <summary>A timer of <see cref="VirtualTime"/>.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan period;

    /// <summary>Raised with every change: tells a current entry of the agenda from one that no longer applies.</summary>
    public int Setting { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        this.period = period;
        Setting++;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            time.Schedule(this, dueTime);
        }

        return true;
    }

    public void Fire()
    {
        Setting++;
        if (period > TimeSpan.Zero)
        {
            time.Schedule(this, period);
        }

        callback(state);
    }

    public void Dispose() => Setting++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
