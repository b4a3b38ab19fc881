using System.Collections.Immutable;

namespace EsdbRollingAction.Core.Updating;

/// <summary>The runs that this one follows: what they marked holds nobody up.</summary>
/// <param name="Runs">
/// Each run, and when it had taken over from another as far as it had. Every attempt of a workflow run has the same name: one
/// that takes over later is told by it.
/// </param>
/// <param name="TookOverAt">When this run took over from one that may live, in whole seconds as marks tell it, or null.</param>
public sealed record Predecessors(ImmutableDictionary<string, DateTimeOffset?> Runs, DateTimeOffset? TookOverAt)
{
    /// <summary>Nobody was here before.</summary>
    public static readonly Predecessors None = new(ImmutableDictionary<string, DateTimeOffset?>.Empty, null);

    /// <summary>With one more, which ended as far as its mark told.</summary>
    public Predecessors And(NodeMark mark) => this with { Runs = Runs.SetItem(mark.Run, mark.TookOverAt) };

    /// <summary>
    /// Whether this run gives way to the one that left the mark. Of two that take over the later one stays, and both know which it
    /// is whatever their clocks say: they compare the same two marks.
    /// </summary>
    /// <param name="mark">A mark on an instance.</param>
    /// <param name="run">What marks call this run.</param>
    public bool GiveWayTo(NodeMark mark, string run) => mark.Run != run && (Runs.TryGetValue(mark.Run, out var known)
        ? mark.TookOverAt > (known ?? DateTimeOffset.MinValue)
        : TookOverAt is not { } mine || (mark.TookOverAt is { } theirs && (theirs, string.CompareOrdinal(mark.Run, run)).CompareTo((mine, 0)) > 0));
}
