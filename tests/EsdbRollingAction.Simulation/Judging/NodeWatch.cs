using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>
/// What is true of one node and since when, and what the program could know of it: whatever was already so when the program
/// last asked the node itself, it could know; what has become so since, nobody could.
/// </summary>
internal sealed class NodeWatch(Node node)
{
    /// <summary>An answer that is older tells nothing any more: the program should have asked again.</summary>
    private static readonly TimeSpan LongestBetweenAskingAndActing = TimeSpan.FromSeconds(10);

    public Node Node { get; } = node;

    /// <summary>Since when it is not a level Leader, Follower or ReadOnlyReplica; null while it is.</summary>
    public TimeSpan? NotLevelSince { get; private set; }

    /// <summary>Since when it is level; null while it is not.</summary>
    public TimeSpan? LevelSince { get; private set; }

    /// <summary>Since when it leads, is about to, or hands over.</summary>
    public TimeSpan? LeadingSince { get; private set; }

    /// <summary>The program stopped it and it is not level again.</summary>
    public bool IsDownByUs { get; set; }

    /// <summary>The program stopped its instance, and nobody has started it since.</summary>
    public bool IsStoppedByUs { get; set; }

    /// <summary>How often a run asked to take it down. What was not answered may have been done: it counts as begun.</summary>
    public int TimesAskedDown { get; set; }

    /// <summary>The run that last stopped its instance, or null.</summary>
    public Run? StoppedBy { get; set; }

    /// <summary>The run that gave its instance the original type again, which no run has changed since; or null.</summary>
    public Run? PutBackBy { get; set; }

    /// <summary>How often EC2 refused to start it since it was last stopped.</summary>
    public int RefusedStarts { get; set; }

    /// <summary>EC2 has accepted its last start and undone it.</summary>
    public bool IsStartUndone { get; set; }

    /// <summary>When a person last did something to it or its instance.</summary>
    public TimeSpan TouchedByHandAt { get; set; } = TimeSpan.MinValue;

    /// <summary>When the instance was last seen stopped; long ago when it never was.</summary>
    public TimeSpan StoppedAt { get; set; } = TimeSpan.MinValue / 2;

    public void Look(TimeSpan now, bool isLevel, bool isLeading)
    {
        NotLevelSince = isLevel ? null : NotLevelSince ?? now;
        LevelSince = isLevel ? LevelSince ?? now : null;
        LeadingSince = isLeading ? LeadingSince ?? now : null;
        IsDownByUs &= !isLevel;
    }

    /// <summary>Whether something that has been so since then could be known at the moment of an act to whoever last asked at that instant.</summary>
    public static bool CouldBeKnown(TimeSpan? since, TimeSpan askedAt, TimeSpan now) =>
        since is { } from && (from < askedAt || askedAt < now - LongestBetweenAskingAndActing);
}
