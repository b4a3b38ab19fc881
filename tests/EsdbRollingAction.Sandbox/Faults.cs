namespace EsdbRollingAction.Sandbox;

/// <summary>What goes wrong in the sandbox, beyond the habits that every cluster has.</summary>
public sealed record Faults
{
    /// <summary>Reads of EC2 are up to 10 model seconds old.</summary>
    public bool StaleDescribe { get; init; }

    /// <summary>How many resignations are answered with 200 and forgotten.</summary>
    public int ResignsIgnored { get; init; }

    /// <summary>How many starts of the new type, or requests to hold it, are refused for want of capacity.</summary>
    public int CapacityShortages { get; init; }

    /// <summary>Every n-th request to EC2, Systems Manager and CloudWatch is throttled; 0 for none.</summary>
    public int ThrottleEvery { get; init; }

    /// <summary>From the first request of this action on EC2 takes requests and answers none.</summary>
    public string? HangsFrom { get; init; }

    /// <summary>After how many requests to EC2 the credentials that they are signed with expire; 0 for never.</summary>
    public int CredentialsExpireAfter { get; init; }

    /// <summary>Leadership moves by itself after the first node was stopped or rebooted.</summary>
    public bool LeaderMoves { get; init; }

    /// <summary>After the first node was stopped or rebooted auto-scavenge resigns the leader, again and again, unless it is paused.</summary>
    public bool AutoScavengeResigns { get; init; }

    /// <summary>A follower crashes after the first node was stopped or rebooted, and comes back.</summary>
    public bool FollowerCrashes { get; init; }

    /// <summary>This node copies four times slower than the others.</summary>
    public string? SlowNode { get; init; }

    /// <summary>The last read-only replica has lost its leader for good: it answers, serves nobody, and only a restart helps.</summary>
    public bool ReplicaHangs { get; init; }

    /// <summary>A machine that is off does not refuse connections: requests get no answer at all.</summary>
    public bool BlackHole { get; init; }

    /// <summary>Capacity that is held is taken by an instance of somebody else's.</summary>
    public bool CapacityIsTaken { get; init; }

    /// <summary>This node's instance may not be stopped.</summary>
    public string? StopProtected { get; init; }

    /// <summary>This type exists, though not in the nodes' availability zone.</summary>
    public string? NotOffered { get; init; }

    /// <summary>The database does not start on this type, though the instance runs.</summary>
    public string? DatabaseFailsOn { get; init; }

    /// <summary>Every start is accepted and undone a few model seconds later, for this reason; null for none.</summary>
    public Model.StateReason? StartsUndone { get; init; }

    /// <summary>How many reboots EC2 accepts and forgets.</summary>
    public int RebootsLost { get; init; }

    /// <summary>From a reboot the machine of this node does not come back: its instance runs, and only a stop and a start help.</summary>
    public string? RebootHangs { get; init; }

    /// <summary>How many times the command that is rolled is accepted and the answer is lost.</summary>
    public int SsmAnswersLost { get; init; }

    /// <summary>How many times the command that is rolled is accepted and never delivered.</summary>
    public int SsmDeliveriesLost { get; init; }

    /// <summary>Systems Manager shows everything as late as it may.</summary>
    public bool SsmLate { get; init; }

    /// <summary>The agent of this node does not reach Systems Manager, though its machine is up.</summary>
    public string? AgentOffline { get; init; }

    /// <summary>This node's machine has no agent.</summary>
    public string? AgentMissing { get; init; }

    /// <summary>On this node the command that is rolled fails before it does anything.</summary>
    public string? CommandFails { get; init; }

    /// <summary>On this node the command that is rolled stops the database, breaks it for good and fails.</summary>
    public string? CommandBreaks { get; init; }

    /// <summary>On this node the command that is rolled stops the database and fails: a start helps.</summary>
    public string? CommandStopsDatabase { get; init; }

    /// <summary>On this node no other version starts than the one that it has at the beginning.</summary>
    public string? UpgradeBreaks { get; init; }

    /// <summary>On this node whatever installs a version succeeds and installs nothing.</summary>
    public string? UpgradeDoesNothing { get; init; }

    /// <summary>A leader does not replicate to nodes of an older version than its own.</summary>
    public bool NewLeaderLosesOld { get; init; }

    /// <summary>What goes wrong at random moments; null for nothing.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>Actions of EC2, Systems Manager and CloudWatch that IAM does not allow.</summary>
    public IReadOnlyList<string> DeniedActions { get; init; } = [];
}
