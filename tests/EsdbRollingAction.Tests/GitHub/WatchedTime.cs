using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.GitHub;

/// <summary>Time that stands still, and tells when somebody has begun to wait for it.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private static readonly TimeSpan GivesUp = TimeSpan.FromSeconds(30);

    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    public WatchedTime()
        : base(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero))
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until somebody waits this long. Each wait is seen once.</summary>
    public async Task UntilSomebodyWaitsAsync(TimeSpan howLong)
    {
        while (await waits.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(GivesUp) != howLong)
        {
        }
    }

    /// <summary>Waits until somebody waits this long, and lets that time pass.</summary>
    public async Task PassAsync(TimeSpan howLong)
    {
        await UntilSomebodyWaitsAsync(howLong);
        Advance(howLong);
    }
}
