namespace EsdbRollingAction.Core;

/// <summary>How long EC2 and the database are given before something is asked again, or called broken.</summary>
public static class Timings
{
    /// <summary>The consistency window: after an accepted request an EC2 read may still show the world before it.</summary>
    public static readonly TimeSpan ReadConsistency = TimeSpan.FromSeconds(15);

    /// <summary>The same for Systems Manager: a command that was sent is listed sooner than this.</summary>
    public static readonly TimeSpan CommandConsistency = TimeSpan.FromMinutes(1);

    /// <summary>An election settles within 1.5 s of a resignation, and the peers' views within 4 s.</summary>
    public static readonly TimeSpan ResignAgain = TimeSpan.FromSeconds(6);

    /// <summary>How often the cluster is looked at while a rule is waited for, such as that a leader is agreed.</summary>
    public static readonly TimeSpan LookForARule = TimeSpan.FromMilliseconds(500);

    /// <summary>A database process that ends by itself is back sooner than this; a node that is silent for longer is down.</summary>
    public static readonly TimeSpan RestartsByItself = TimeSpan.FromMinutes(1);

    /// <summary>After an election a read-only replica follows the new leader sooner than this.</summary>
    public static readonly TimeSpan ReplicaFindsItsLeader = TimeSpan.FromSeconds(15);

    /// <summary>A node that is behind and has gained nothing for this long is stuck, not slow.</summary>
    public static readonly TimeSpan ReplicaStandsStill = TimeSpan.FromMinutes(1);

    /// <summary>A former leader may restart by itself, more than once, to drop what the others do not have.</summary>
    public static readonly TimeSpan FormerLeaderComesBack = TimeSpan.FromMinutes(5);

    /// <summary>How long a stop may hang before a failed node is left to a person.</summary>
    public static readonly TimeSpan StoppingLasts = TimeSpan.FromMinutes(10);

    /// <summary>How long no node may answer after a stopped one was started, before a person has to look.</summary>
    public static readonly TimeSpan SilentClusterLasts = TimeSpan.FromMinutes(6);

    /// <summary>The pause between two requests for capacity that EC2 does not have.</summary>
    public static readonly TimeSpan CapacityPause = TimeSpan.FromSeconds(10);

    /// <summary>How often an instance is started that stops again by itself.</summary>
    public const int MaxStarts = 5;

    /// <summary>How often a leader is asked to resign before the hand-over has failed.</summary>
    public const int MaxResignRequests = 10;

    /// <summary>The clocks of two machines that run after one another agree as far as this.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>So long after a time; null where no calendar has that: a state may say any time.</summary>
    public static DateTimeOffset? After(DateTimeOffset at, TimeSpan span) => span < DateTimeOffset.MaxValue - at ? at + span : null;

    /// <summary>
    /// Whether something happened less than <paramref name="within"/> ago. A time that is a little ahead was written by a clock that
    /// is ahead; one further in the future tells nothing.
    /// </summary>
    public static bool IsRecent(DateTimeOffset? happened, TimeSpan within, DateTimeOffset now) =>
        happened is { } at && at - now <= ClockSkew && now - at < within;
}
