using System.Collections.Immutable;

namespace EsdbRollingAction.Core.Updating;

/// <summary>The runs that this one follows: what they marked holds nobody up.</summary>
/// <param name="Runs">
/// Each run, and when it had taken over from another as far as it had. Every attempt of a workflow run has the same name: one
/// that takes over later is told by it.
/// </param>
/// <param name="Since">When this run entered: what was marked under its name before is another attempt's.</param>
/// <param name="TookOverAt">When this run took over from whoever may live, in whole seconds as marks tell it, or null.</param>
public sealed record Predecessors(ImmutableDictionary<string, DateTimeOffset?> Runs, DateTimeOffset Since, DateTimeOffset? TookOverAt)
{
    /// <summary>Nobody was here before.</summary>
    public static readonly Predecessors None = new(ImmutableDictionary<string, DateTimeOffset?>.Empty, DateTimeOffset.MinValue, null);

    private static readonly TimeSpan MarksAreWholeSeconds = TimeSpan.FromSeconds(1);

    /// <summary>A time that is further ahead is no other clock but a hand's writing.</summary>
    private static readonly TimeSpan NoClockIsAhead = TimeSpan.FromDays(1);

    /// <summary>A run that enters now.</summary>
    public static Predecessors Entering(DateTimeOffset now, bool takesOver) =>
        None with { Since = now, TookOverAt = takesOver ? InWholeSeconds(now) : null };

    /// <summary>
    /// With one more, which ended as far as its mark told. Who follows one that took over did so later, whatever the clocks say: should
    /// it live after all, it is told.
    /// </summary>
    public Predecessors And(NodeMark mark) => this with
    {
        Runs = Runs.SetItem(mark.Run, mark.TookOverAt),
        TookOverAt = mark.TookOverAt is { } theirs && !(theirs < TookOverAt) && theirs - Since < NoClockIsAhead ? InWholeSeconds(theirs) + MarksAreWholeSeconds : TookOverAt,
    };

    /// <summary>Whether a mark was made before this run entered, though it was not shown then.</summary>
    public bool IsOlder(NodeMark mark) => mark.At is not { } at || Since - at >= MarksAreWholeSeconds;

    /// <summary>
    /// Whether this run gives way to the one that left the mark. A run that was followed is given way to only if it has taken over
    /// since; and of two that take over the later one stays, and both know which it is: they compare the same two times.
    /// </summary>
    /// <param name="mark">A mark on an instance.</param>
    /// <param name="run">What marks call this run.</param>
    public bool GiveWayTo(NodeMark mark, string run) => mark.Run != run
        && (!Runs.TryGetValue(mark.Run, out var known) || mark.TookOverAt > (known ?? DateTimeOffset.MinValue))
        && (TookOverAt is not { } mine || (mark.TookOverAt is { } theirs && (theirs, string.CompareOrdinal(mark.Run, run)).CompareTo((mine, 0)) > 0));

    private static DateTimeOffset InWholeSeconds(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), time.Offset);
}
