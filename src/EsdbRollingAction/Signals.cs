using System.Runtime.InteropServices;

namespace EsdbRollingAction;

/// <summary>
/// SIGINT and SIGTERM ask the program to begin nothing new. A job that is cancelled gets SIGTERM 7.5 s after SIGINT and is
/// killed 2.5 s later, so the program ends by itself before the second signal, whatever it waits for. That is longer than an act,
/// the capacity to give back, and GitHub are waited for one after the other.
/// </summary>
internal sealed class Signals : IDisposable
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(7);

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private ITimer? watchdog;

    public Signals()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Received(context, ExitCode.Interrupted));
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Received(context, ExitCode.Terminated));
    }

    /// <summary>Cancelled when a signal came.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code of the first signal that came, or null.</summary>
    public int? ExitWith { get; private set; }

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        watchdog?.Dispose();
        source.Dispose();
    }

    private void Received(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (ExitWith is not null)
        {
            return;
        }

        ExitWith = exitCode;
        watchdog = TimeProvider.System.CreateTimer(_ => Environment.Exit(exitCode), null, EndsWithin, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }
}
