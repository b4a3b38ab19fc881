namespace EsdbRollingAction.Core.State;

/// <summary>How far a node, or the whole cluster, is.</summary>
public enum UpdateStatus
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Being worked on.</summary>
    InProgress,

    /// <summary>Done.</summary>
    Success,

    /// <summary>Failed; the next run tries again.</summary>
    Failed,
}

/// <summary>Why a run ended between two nodes, as it was asked to.</summary>
public enum PauseReason
{
    /// <summary>It has updated as many nodes as one run may.</summary>
    MaxNodes,

    /// <summary>Only the leader is left.</summary>
    Leader,
}

/// <summary>The role a node has in the cluster, read again in every iteration.</summary>
public enum NodeType
{
    /// <summary>Leads.</summary>
    Leader,

    /// <summary>A voter that does not lead.</summary>
    Follower,

    /// <summary>Receives everything, votes never.</summary>
    ReadOnlyReplica,
}

/// <summary>What is being done to a node: the values of <c>NodeUpdateStatusDetail</c>.</summary>
public enum NodePhase
{
    /// <summary>Its turn has not come.</summary>
    Pending,

    /// <summary>Its turn has come, and a safety rule holds it back.</summary>
    Waiting,

    /// <summary>The leader's priority is being lowered, so that it is not elected again.</summary>
    LoweringPriority,

    /// <summary>The leader is handing over.</summary>
    Resigning,

    /// <summary>The instance is stopping.</summary>
    Stopping,

    /// <summary>The instance is stopped and is being changed.</summary>
    Changing,

    /// <summary>The instance is starting, or the database on it is.</summary>
    Starting,

    /// <summary>The node receives what it missed.</summary>
    CatchingUp,

    /// <summary>The node is level; what is left is to give it its priority back.</summary>
    CaughtUp,

    /// <summary>The node is updated and level, and is to stay so for a while before the next one is begun.</summary>
    Baking,

    /// <summary>Done.</summary>
    Success,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>Failed, and healthy again as it was before.</summary>
    RolledBack,
}
