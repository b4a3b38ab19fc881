using System.Runtime.InteropServices;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>
/// SIGINT and SIGTERM ask the program to begin nothing new. A job that is cancelled gets SIGTERM 7.5 s after SIGINT and is killed
/// 2.5 s later, so the program ends by itself before what comes next, whatever it waits for.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly TimeProvider time;
    private readonly ITimer watchdog;
    private readonly List<PosixSignalRegistration> registrations = [];
    private DateTimeOffset endsAt = DateTimeOffset.MaxValue;

    public Signals(TimeProvider time, Action<int> exit)
    {
        this.time = time;
        watchdog = time.CreateTimer(_ => exit(ExitWith!.Value), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => source.Token;

    public int? ExitWith { get; private set; }

    /// <summary>How long the program has to end, from the first signal on.</summary>
    public TimeToEnd TimeToEnd { get; private set; } = TimeToEnd.AfterInterrupt;

    public void Register()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Received));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Received));
    }

    /// <summary>A signal came. One that follows another can only leave less time.</summary>
    public void Received(PosixSignal signal)
    {
        var isInterrupt = signal == PosixSignal.SIGINT;
        var timeToEnd = isInterrupt ? TimeToEnd.AfterInterrupt : TimeToEnd.AfterTerminate;
        lock (gate)
        {
            EndWithin(timeToEnd.Whole);
            if (ExitWith is not null)
            {
                return;
            }

            ExitWith = isInterrupt ? ExitCode.Interrupted : ExitCode.Terminated;
            TimeToEnd = timeToEnd;
        }

        source.Cancel();
    }

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        watchdog.Dispose();
        source.Dispose();
    }

    private void EndWithin(TimeSpan limit)
    {
        var end = time.GetUtcNow() + limit;
        if (end < endsAt)
        {
            endsAt = end;
            watchdog.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    private void Received(PosixSignalContext context)
    {
        context.Cancel = true;
        Received(context.Signal);
    }
}
