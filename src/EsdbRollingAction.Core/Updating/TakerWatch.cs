using System.Collections.Immutable;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// Remembers the marks of runs that took over from this one, shown or not: this run, or another, may mark over one on a read that is
/// older than it. A run that did not take over is not remembered: of two that began at once both would end.
/// </summary>
/// <param name="run">What marks call this run, or null when it makes none.</param>
internal sealed class TakerWatch(string? run)
{
    private ImmutableDictionary<string, NodeMark> marks = ImmutableDictionary<string, NodeMark>.Empty;

    /// <summary>By instance the last of them. As long as this process remembers.</summary>
    public IReadOnlyDictionary<string, NodeMark> Marks => marks;

    public void Saw(Instance instance, Predecessors predecessors)
    {
        if (run is null || NodeMark.Parse(instance.Mark) is not { TookOverAt: not null } mark || !predecessors.GiveWayTo(mark, run))
        {
            return;
        }

        var isOlder = marks.TryGetValue(instance.Id, out var kept) && predecessors.GiveWayTo(kept, run)
            && (kept.TookOverAt, kept.At).CompareTo((mark.TookOverAt, mark.At)) >= 0;
        marks = isOlder ? marks : marks.SetItem(instance.Id, mark);
    }
}
