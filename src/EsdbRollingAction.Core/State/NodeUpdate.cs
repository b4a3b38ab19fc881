using System.Text.Json;
using System.Text.Json.Serialization;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;

namespace EsdbRollingAction.Core.State;

/// <summary>
/// One node in the state JSON. The first ten names are the original article's; the others are optional and hold what
/// cannot be observed: what was before, what was asked of whom, and since when.
/// </summary>
public sealed partial record NodeUpdate
{
    /// <summary>Name for people: the instance's Name tag, else the host's first label.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>
    /// The <see cref="NodePhase"/>, for people: it is derived from what is observed. Of a node in progress the next run takes it for what
    /// the last one was about to do.
    /// </summary>
    public string? NodeUpdateStatusDetail { get; init; }

    /// <summary>How far the node is.</summary>
    public UpdateStatus NodeUpdateStatus { get; init; }

    /// <summary>Its role when last observed.</summary>
    public NodeType NodeType { get; init; }

    /// <summary>Advertised HTTP host.</summary>
    public string NodeAddress { get; init; } = "";

    /// <summary>Advertised HTTP port.</summary>
    public int NodePort { get; init; }

    /// <summary>The instance the node lives on.</summary>
    public string? Ec2InstanceId { get; init; }

    /// <summary>Its priority in elections before this update touched it.</summary>
    public int? OriginalNodePriority { get; init; }

    /// <summary>Its priority when last observed.</summary>
    public int? CurrentNodePriority { get; init; }

    /// <summary>Iterations spent on this node.</summary>
    public int UpdateIterations { get; init; }

    /// <summary>
    /// How many of these count towards <see cref="ClusterUpdate.MaxNumberOfIterationsPerNodeUpdate"/>: all but those in which it waited for
    /// an alarm or its checkpoint had advanced. Null for all.
    /// </summary>
    public int? IterationsTowardsLimit { get; init; }

    /// <summary>How many iterations it has waited for an alarm, which have the same limit of their own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int AlarmIterations { get; init; }

    /// <summary>Instance type before this update touched it.</summary>
    public string? OriginalInstanceType { get; init; }

    /// <summary>CPU options of its instance before this update touched it, where somebody had set any.</summary>
    public CpuOptionsBefore? OriginalCpuOptions { get; init; }

    /// <summary>Whether it was tried to set them again since the instance got its type back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CpuOptionsTried { get; init; }

    /// <summary>The type it shall have, when that is not the cluster's target.</summary>
    public string? TargetInstanceType { get; init; }

    /// <summary>Instance type when last observed.</summary>
    public string? CurrentInstanceType { get; init; }

    /// <summary>State of its instance when last observed, for people; null when EC2 did not show it.</summary>
    public InstanceState? CurrentInstanceState { get; init; }

    /// <summary>Its version before this update touched it, where that is not its instance type.</summary>
    public string? OriginalVersion { get; init; }

    /// <summary>Its version when last observed, where that is not its instance type.</summary>
    public string? CurrentVersion { get; init; }

    /// <summary>Its role before this update touched it.</summary>
    public NodeType? OriginalNodeType { get; init; }

    /// <summary>The phases it went through, oldest first.</summary>
    public IReadOnlyList<PhaseSpan> Phases { get; init; } = [];

    /// <summary>When the first iteration was spent on this node.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the node was done or failed.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the phase in <see cref="NodeUpdateStatusDetail"/> began.</summary>
    public DateTimeOffset? PhaseSince { get; init; }

    /// <summary>What holds the node back: a clause, without a full stop.</summary>
    public string? WaitingFor { get; init => field = Sentence.ClauseOrNull(value); }

    /// <summary>Gossip's <c>instanceId</c> before the stop: another one proves that the database process is a new one.</summary>
    public Guid? EventStoreInstanceIdBeforeStop { get; init; }

    /// <summary>When EC2 accepted to hold capacity for it.</summary>
    public DateTimeOffset? CapacityReservedAt { get; init; }

    /// <summary>The reservation that holds it.</summary>
    public string? CapacityReservation { get; init; }

    /// <summary>
    /// When the capacity that EC2 is asked to hold for it is to end by itself. The same time is the same request: one whose answer was
    /// lost is repeated with it, and holds nothing twice.
    /// </summary>
    public DateTimeOffset? CapacityUntil { get; init; }

    /// <summary>How often capacity was asked for that another instance took, or that EC2 did not answer about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int CapacityRetries { get; init; }

    /// <summary>Why the node is stopped without capacity being held for it: a clause, without a full stop.</summary>
    public string? CapacityWaived { get; init => field = Sentence.ClauseOrNull(value); }

    /// <summary>When EC2 accepted the restore point on its instance; null when none is there.</summary>
    public DateTimeOffset? RestorePointAt { get; init; }

    /// <summary>When EC2 accepted to remove it.</summary>
    public DateTimeOffset? RestorePointRemovedAt { get; init; }

    /// <summary>When the last stop was asked for, or is about to be; null again once reads must show it and do not.</summary>
    public DateTimeOffset? StopRequestedAt { get; init; }

    /// <summary>When EC2 accepted the last change.</summary>
    public DateTimeOffset? ChangeRequestedAt { get; init; }

    /// <summary>When EC2 accepted the last change of an attempt before this one.</summary>
    public DateTimeOffset? EarlierChangeAt { get; init; }

    /// <summary>The instance type that the last accepted change gives it.</summary>
    public string? ChangeRequestedTo { get; init; }

    /// <summary>What was asked of Systems Manager for the node, and when.</summary>
    public IReadOnlyList<CommandRequest> CommandRequests { get; init; } = [];

    /// <summary>How often its command was sent again, because it failed or was never delivered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int CommandRetries { get; init; }

    /// <summary>When EC2 accepted the last start.</summary>
    public DateTimeOffset? StartRequestedAt { get; init; }

    /// <summary>How often EC2 accepted a start since the instance was last changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int StartRequests { get; init; }

    /// <summary>Since when it has not answered, in looks that followed one another within a minute, by whichever process.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>When the node accepted its last new priority.</summary>
    public DateTimeOffset? PriorityRequestedAt { get; init; }

    /// <summary>The priority that it accepted then.</summary>
    public int? PriorityRequested { get; init; }

    /// <summary>Gossip's <c>instanceId</c> of the process that accepted it: another one has the configured priority.</summary>
    public Guid? PriorityRequestedOf { get; init; }

    /// <summary>When the node was last asked to resign.</summary>
    public DateTimeOffset? ResignRequestedAt { get; init; }

    /// <summary>How often the node was asked to resign.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ResignRequests { get; init; }

    /// <summary>Since when EC2 has had no capacity for this node.</summary>
    public DateTimeOffset? NoCapacitySince { get; init; }

    /// <summary>The node's own checkpoint when it was last seen to advance while catching up.</summary>
    public long? WriterCheckpoint { get; init; }

    /// <summary>When the checkpoint was last seen to advance: a node that advances is slow, not stuck.</summary>
    public DateTimeOffset? CheckpointAdvancedAt { get; init; }

    /// <summary>Since when the updated node has stayed level; null while it has not.</summary>
    public Bake? Bake { get; init; }

    /// <summary>Since when it serves nobody or stands still, when it is a read-only replica that this update has not touched yet.</summary>
    public OutOfService? OutOfService { get; init; }

    /// <summary>Why the node goes back to its original type, when it does: whole sentences.</summary>
    public string? RollBackReason { get; init => field = Sentence.EndedOrNull(value); }

    /// <summary>Why the node failed.</summary>
    public FailureReason? FailureReason { get; init; }

    /// <summary>Why the node failed: whole sentences.</summary>
    public string? FailureMessage { get; init => field = Sentence.EndedOrNull(value); }

    /// <summary>Whether the one last start of a failed node has been tried.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LastStartTried { get; init; }

    /// <summary>Whether giving the priority back has been tried at the end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LastPriorityTried { get; init; }

    /// <summary>Fields this version does not know; they survive a round trip.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? UnknownFields { get; set; }
}

/// <summary>Something that was asked of Systems Manager for a node.</summary>
/// <param name="Word">What, such as <c>change-1</c>: the comment of the command says it too.</param>
/// <param name="At">When.</param>
public sealed record CommandRequest(string Word, DateTimeOffset At)
{
    /// <summary>What Systems Manager said of it when it was last read; null while it does not show.</summary>
    public string? Status { get; init; }

    /// <summary>When it was first seen to have ended, by whichever process of the update; null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether the command takes the change back.</summary>
    public bool IsOfARollback => Word.StartsWith(NodeCommand.Rollback, StringComparison.Ordinal);

    /// <summary>Whether a command was asked for, not that one be ended.</summary>
    public bool IsOfACommand => IsOfAChange || IsOfARescue;

    /// <summary>Whether the command only starts the database of a node that has failed.</summary>
    public bool IsOfARescue => Word.StartsWith(NodeCommand.Rescue, StringComparison.Ordinal);

    /// <summary>Whether the command changes the node, or takes that back.</summary>
    public bool IsOfAChange => IsOfARollback || Word.StartsWith(NodeCommand.Change, StringComparison.Ordinal);
}

/// <summary>CPU options that somebody had set on a node's instance. EC2 forgets them when the type changes.</summary>
/// <param name="InstanceType">The type that they were set for.</param>
/// <param name="CoreCount">CPU cores.</param>
/// <param name="ThreadsPerCore">Threads of each core.</param>
public sealed record CpuOptionsBefore(string InstanceType, int CoreCount, int ThreadsPerCore);

/// <summary>How long an updated node has stayed level.</summary>
/// <param name="Since">When it was first level.</param>
/// <param name="Process">Gossip's <c>instanceId</c> of its database process then.</param>
public sealed record Bake(DateTimeOffset Since, Guid? Process);

/// <summary>Since when a read-only replica has served nobody, or has stood still behind the leader.</summary>
/// <param name="Since">When it was first seen so.</param>
/// <param name="WriterCheckpoint">Where it stands still; null when it serves nobody.</param>
public sealed record OutOfService(DateTimeOffset Since, long? WriterCheckpoint);
