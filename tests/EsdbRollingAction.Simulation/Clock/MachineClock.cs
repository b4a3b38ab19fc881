namespace EsdbRollingAction.Simulation.Clock;

/// <summary>The clock of one machine: it goes as fast as all others and may show another time.</summary>
/// <param name="time">The time that passes.</param>
/// <param name="ahead">How far it is ahead; negative when it is behind.</param>
internal sealed class MachineClock(TimeProvider time, TimeSpan ahead) : TimeProvider
{
    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + ahead;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
