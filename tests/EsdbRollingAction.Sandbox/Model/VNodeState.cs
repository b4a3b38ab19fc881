namespace EsdbRollingAction.Sandbox.Model;

/// <summary>What a node says it does, with the names that gossip uses.</summary>
public enum VNodeState
{
    Initializing,
    DiscoverLeader,
    Unknown,
    PreReplica,
    CatchingUp,
    Clone,
    Follower,
    PreLeader,
    Leader,
    Manager,
    ShuttingDown,
    Shutdown,
    ReadOnlyLeaderless,
    PreReadOnlyReplica,
    ReadOnlyReplica,
    ResigningLeader,
}
