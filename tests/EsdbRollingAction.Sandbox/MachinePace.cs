using System.Runtime.CompilerServices;

namespace EsdbRollingAction.Sandbox;

/// <summary>
/// How much slower this machine is just now than a quiet one. Rolls at real pace are given that much more time: a machine that is busy with
/// other things is no fault of the program's.
/// </summary>
public static class MachinePace
{
    /// <summary>What the work lasts on one core, of two, that has nothing else to do.</summary>
    private const double QuietMilliseconds = 60;

    /// <summary>Tests that run side by side take turns; that is not slowness.</summary>
    private const double Usual = 3;

    private const int Turns = 30_000_000;
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(20);
    private static readonly Lock Gate = new();
    private static double slowness = 1;
    private static long? measuredAt;

    /// <summary>1 on a machine that is quick enough, 4 on one that takes four times as long. Measured anew after 20 s.</summary>
    public static double Slowness
    {
        get
        {
            lock (Gate)
            {
                if (measuredAt is null || TimeProvider.System.GetElapsedTime(measuredAt.Value) > Lasts)
                {
                    slowness = Math.Max(1, Measure() / Usual);
                    measuredAt = TimeProvider.System.GetTimestamp();
                }

                return slowness;
            }
        }
    }

    private static double Measure()
    {
        var begun = TimeProvider.System.GetTimestamp();
        GC.KeepAlive(Work());
        return TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds / QuietMilliseconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static uint Work()
    {
        var value = 2463534242u;
        for (var turn = 0; turn < Turns; turn++)
        {
            value ^= value << 13;
            value ^= value >> 17;
            value ^= value << 5;
        }

        return value;
    }
}
