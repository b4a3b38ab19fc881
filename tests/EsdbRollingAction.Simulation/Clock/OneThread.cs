using System.Collections.Concurrent;

namespace EsdbRollingAction.Simulation.Clock;

/// <summary>
/// Keeps what follows an <c>await</c> on the one simulating thread, in order: a cancelled wait would go on on a thread of the pool.
/// </summary>
internal sealed class OneThread : SynchronizationContext, IDisposable
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> posted = [];
    private readonly SynchronizationContext? before = Current;

    public OneThread() => SetSynchronizationContext(this);

    public override void Post(SendOrPostCallback d, object? state) => posted.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Goes on with what follows; false when nothing does.</summary>
    public bool RunNext()
    {
        if (!posted.TryDequeue(out var next))
        {
            return false;
        }

        next.Callback(next.State);
        return true;
    }

    public void Dispose() => SetSynchronizationContext(before);
}
