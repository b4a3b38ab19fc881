namespace EsdbRollingAction.Log;

/// <summary>Asks for a line when none was written for a minute, whatever the program hangs in: it is no part of its loop.</summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly ITimer timer;

    public Heartbeat(TimeProvider time, Action beat) => timer = time.CreateTimer(_ => beat(), null, Silence, Silence);

    /// <summary>Something was said; the next minute begins.</summary>
    public void Restart() => timer.Change(Silence, Silence);

    public void Dispose() => timer.Dispose();
}
