using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.State;

/// <summary>The settings of a run besides its state.</summary>
public sealed record RollSettings
{
    /// <summary>Where the cluster is asked for first.</summary>
    public required IReadOnlyList<NodeEndpoint> Seeds { get; init; }

    /// <summary>Narrows the instances that are considered.</summary>
    public IReadOnlyList<InstanceFilter> InstanceFilters { get; init; } = [];

    /// <summary>The longest wait of one iteration.</summary>
    public TimeSpan IterationInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes behind the leader still count as level.</summary>
    public long MaxReplicationLagBytes { get; init; } = 1024 * 1024;

    /// <summary>No new node is begun when less time than the slowest node took is left until then.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The digest of the plan that was approved; null when none was asked for.</summary>
    public string? ExpectedPlanDigest { get; init; }

    /// <summary>What the lease calls this run; null when it takes none.</summary>
    public string? Run { get; init; }

    /// <summary>What tells this process from every other that may hold the lease.</summary>
    public string LeaseId { get; init; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4));

    /// <summary>Whether the lease of another run is taken over without waiting for it to expire.</summary>
    public bool TakeOver { get; init; }

    /// <summary>Whether nothing is begun: what an interrupted update left off is started as it is.</summary>
    public bool OnlyRecovers { get; init; }

    /// <summary>Whether capacity of the new type is held before a node is stopped.</summary>
    public CapacityPolicy ReserveCapacity { get; init; }

    /// <summary>How long EC2 is asked again when it has no capacity, before the node fails or rolls back.</summary>
    public TimeSpan CapacityRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a cluster that cannot spare a voter is updated all the same: it is down while a voter restarts.</summary>
    public bool AllowDowntime { get; init; }

    /// <summary>Whether instances are stopped although that loses the data on their instance-store volumes.</summary>
    public bool AllowInstanceStoreLoss { get; init; }

    /// <summary>Whether a node is stopped although it is reached only by an address that it loses with that.</summary>
    public bool AllowPublicAddressLoss { get; init; }

    /// <summary>How many nodes are updated before the run pauses; null for all.</summary>
    public int? MaxNodes { get; init; }

    /// <summary>Whether the run pauses when only the leader is left.</summary>
    public bool PauseBeforeLeader { get; init; }

    /// <summary>How long an updated node must stay level before the next one is begun.</summary>
    public TimeSpan BakeTime { get; init; }

    /// <summary>The alarms of which none may be in ALARM when a node is taken down.</summary>
    public IReadOnlyList<string> AlarmNames { get; init; } = [];

    /// <summary>Whether a node whose changed instance cannot start goes back to what it was.</summary>
    public bool RollBackOnFailure { get; init; } = true;

    /// <summary>How long a run that is asked to end has for what is left to do. Asked when that has happened.</summary>
    public Func<TimeToEnd> TimeToEnd { get; init; } = () => State.TimeToEnd.AfterInterrupt;
}

/// <summary>How long a run that was asked to end has, and how it is divided among what is waited for one after the other.</summary>
/// <param name="Whole">All of it; the rest is for writing down how it ended.</param>
public sealed record TimeToEnd(TimeSpan Whole)
{
    /// <summary>After SIGINT of a job that is cancelled.</summary>
    public static readonly TimeToEnd AfterInterrupt = new(TimeSpan.FromSeconds(7));

    /// <summary>After SIGTERM: SIGKILL is near.</summary>
    public static readonly TimeToEnd AfterTerminate = new(TimeSpan.FromSeconds(2));

    /// <summary>For the act in flight: one that is cut off may have been done all the same.</summary>
    public TimeSpan ForAct => Whole * 3 / 7;

    /// <summary>For giving back what capacity is held.</summary>
    public TimeSpan ForCapacity => Whole * 1.5 / 7;

    /// <summary>For showing on GitHub how it ended.</summary>
    public TimeSpan ForProgress => Whole * 1.5 / 7;
}
