namespace EsdbRollingAction.Core;

/// <summary>Why a rolling update ended without being done. The names become <c>failure-reason</c> in kebab case.</summary>
public enum FailureReason
{
    /// <summary>An input, the connection string or the state file is not valid.</summary>
    InvalidInput,

    /// <summary>A check before the first act did not pass; nothing was changed.</summary>
    PreflightRefused,

    /// <summary>The cluster is not as it was when the plan was approved; nothing was changed.</summary>
    PlanChanged,

    /// <summary>Another run works on the cluster; this one changed nothing.</summary>
    Locked,

    /// <summary>Another run took the cluster over from this one in the middle of the update, and goes on with it.</summary>
    TakenOver,

    /// <summary>No new node was begun because too little time is left; with more time the update goes on.</summary>
    TimeLimit,

    /// <summary>An alarm of the operator's stayed in ALARM, and held the next node back; when it is OK the update goes on.</summary>
    Alarm,

    /// <summary>The AWS session has expired; with a new one the update goes on.</summary>
    CredentialsExpired,

    /// <summary>No node of the cluster answers.</summary>
    ClusterUnreachable,

    /// <summary>EC2 or STS did not answer before the first act; when it does again the update begins or goes on.</summary>
    AwsUnreachable,

    /// <summary>A node took more iterations than it was given.</summary>
    IterationLimitExceeded,

    /// <summary>EC2 has no capacity of the instance type where the instance lives.</summary>
    InsufficientCapacity,

    /// <summary>EC2 refused to stop the instance.</summary>
    InstanceStopFailed,

    /// <summary>EC2 refused to change the instance.</summary>
    InstanceChangeFailed,

    /// <summary>The change itself failed on the node, or was refused: a command, for one.</summary>
    ChangeFailed,

    /// <summary>EC2 refused to start the changed instance.</summary>
    InstanceStartFailed,

    /// <summary>The leader was asked to resign as often as is allowed and still leads.</summary>
    LeadershipNotHandedOver,

    /// <summary>A node refused an administrative request.</summary>
    AdministrationDenied,

    /// <summary>The state could be written when the update began and no longer.</summary>
    StateNotSaved,

    /// <summary>A signal asked the program to end.</summary>
    Cancelled,

    /// <summary>A defect of the program.</summary>
    UnexpectedError,
}
