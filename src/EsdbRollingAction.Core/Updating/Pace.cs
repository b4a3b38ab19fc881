namespace EsdbRollingAction.Core.Updating;

/// <summary>How long an answer of EC2 or the cluster is given to show before it is asked again.</summary>
public static class Pace
{
    /// <summary>After an accepted request a read may still show the world before it: reads are eventually consistent.</summary>
    public static readonly TimeSpan ReadsMayBeStale = TimeSpan.FromSeconds(15);

    /// <summary>A stopped instance that this update did not stop is looked at this long before it is changed: the read may be that old.</summary>
    public static readonly TimeSpan StoppedBySomebody = ReadsMayBeStale;

    /// <summary>An election settles within 1.5 s, and peers' views within 4 s, of a resignation.</summary>
    public static readonly TimeSpan ResignAgain = TimeSpan.FromSeconds(6);

    /// <summary>A database process that ends by itself is back sooner than this; what is silent for longer is down.</summary>
    public static readonly TimeSpan RestartsByItself = TimeSpan.FromMinutes(1);

    /// <summary>After an election a replica follows the new leader sooner than this.</summary>
    public static readonly TimeSpan ReplicaFindsItsLeader = TimeSpan.FromSeconds(15);

    /// <summary>A node that is behind and has gained nothing for this long is stuck, not slow.</summary>
    public static readonly TimeSpan ReplicaStandsStill = TimeSpan.FromMinutes(1);

    /// <summary>A former leader may restart by itself, more than once, to drop what the others do not have.</summary>
    public static readonly TimeSpan FormerLeaderComesBack = TimeSpan.FromMinutes(5);

    /// <summary>How long a stop may hang before a node that was given up is left to a person.</summary>
    public static readonly TimeSpan StoppingLasts = TimeSpan.FromMinutes(10);

    /// <summary>How often EC2 may fail to answer when it is asked to hold capacity.</summary>
    public const int CapacityAttempts = 1;

    /// <summary>How long after a start that found no capacity the next one follows.</summary>
    public static readonly TimeSpan CapacityPause = TimeSpan.FromSeconds(10);

    /// <summary>How often an instance is started that stops again by itself.</summary>
    public const int MaxStarts = 5;

    /// <summary>How often a leader is asked to resign before the hand-over is given up.</summary>
    public const int MaxResignRequests = 10;

    /// <summary>The machines that runs follow each other on agree on the time as far as this.</summary>
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether something happened not longer ago than this. What is a little ahead was written by a clock that is, and has just
    /// happened; a time further in the future tells nothing.
    /// </summary>
    public static bool IsRecent(DateTimeOffset? happened, TimeSpan within, DateTimeOffset now) =>
        happened is { } at && at - now <= ClocksDiffer && now - at < within;
}
