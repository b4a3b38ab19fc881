namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// What a node says it is doing, as in gossip (<c>VNodeState</c> of the server's sources). A name not known here reads as
/// <see cref="Unknown"/>.
/// </summary>
public enum NodeState
{
    /// <summary>Between two roles, or a name this program does not know.</summary>
    Unknown,

    /// <summary>The process has just started.</summary>
    Initializing,

    /// <summary>Looking for a leader.</summary>
    DiscoverLeader,

    /// <summary>Subscribing to the leader.</summary>
    PreReplica,

    /// <summary>Receiving what it missed.</summary>
    CatchingUp,

    /// <summary>Receives everything but has not been counted as a follower yet.</summary>
    Clone,

    /// <summary>A voter that follows the leader.</summary>
    Follower,

    /// <summary>Has won the election and waits for its majority.</summary>
    PreLeader,

    /// <summary>Leads.</summary>
    Leader,

    /// <summary>A placeholder for a seed that has not been heard of.</summary>
    Manager,

    /// <summary>Is stopping.</summary>
    ShuttingDown,

    /// <summary>Has stopped.</summary>
    Shutdown,

    /// <summary>A read-only replica that has no leader.</summary>
    ReadOnlyLeaderless,

    /// <summary>A read-only replica that subscribes to the leader.</summary>
    PreReadOnlyReplica,

    /// <summary>A read-only replica that follows the leader.</summary>
    ReadOnlyReplica,

    /// <summary>A leader that hands over.</summary>
    ResigningLeader,
}
