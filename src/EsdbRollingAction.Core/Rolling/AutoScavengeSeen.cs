using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What a run knows of auto-scavenge.</summary>
/// <param name="Read">How it stood with it when it was asked last.</param>
public sealed record AutoScavengeSeen(AutoScavenge Read)
{
    private const int MostLooks = 3;

    /// <summary>A cluster without.</summary>
    public static readonly AutoScavengeSeen None = new(new AutoScavenge(AutoScavengeState.Absent));

    /// <summary>How often this run has looked.</summary>
    public int Looks { get; init; }

    /// <summary>Whether a look that told nothing may be followed by one that does.</summary>
    public bool MayTellYet => Looks < MostLooks;

    /// <summary>Since when this run has seen it pausing, or has asked it to; null while neither is so.</summary>
    public DateTimeOffset? PausingSince { get; init; }

    /// <summary>When this run asked it to pause last, whatever came of it.</summary>
    public DateTimeOffset? AskedAt { get; init; }
}
