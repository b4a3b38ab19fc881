using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;

namespace EsdbRollingAction;

/// <summary>All that is shown of a run, wherever people read it: job summary, check run, outputs, log.</summary>
internal sealed record RunReport
{
    public required Mode Mode { get; init; }
    public required string ClusterName { get; init; }
    public required DateTimeOffset At { get; init; }
    public ClusterUpdate? State { get; init; }
    public RunEnd? End { get; init; }

    /// <summary>Which voters were up at the last look; null where nobody looked.</summary>
    public VotersUp? Voters { get; init; }

    /// <summary>How the cluster stands, where that was all that was asked for.</summary>
    public ClusterStatus? Status { get; init; }
    public long? BytesBehind { get; init; }

    /// <summary>What each node was when it was last looked at; one that was acted on since is not in it.</summary>
    public IReadOnlyList<NodeView> Now { get; init; } = [];

    /// <summary>How long an updated node must stay level before the next one is begun.</summary>
    public TimeSpan BakeTime { get; init; }
    public IReadOnlyList<Check> Checks { get; init; } = [];
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public string? Region { get; init; }
    public string? StateFile { get; init; }

    /// <summary>Whether this run has tried to change anything: then nobody says that it changed nothing.</summary>
    public bool HasActed { get; init; }

    /// <summary>Whether anything of this update was done to a node, by this run or an earlier one.</summary>
    public bool HasBegun => State is { StartedAt: not null } && Nodes.Any(node => node.HasBegun);

    /// <summary>How many nodes the cluster has; null while only the state tells.</summary>
    public int? NodeCount { get; init; }
    public WorkflowRun? WorkflowRun { get; init; }

    public IReadOnlyList<NodeUpdate> Nodes => State?.EventStoreNodeUpdates ?? [];

    /// <summary>How many nodes are as they shall be.</summary>
    public int Updated => Nodes.Count(node => node.NodeUpdateStatus == UpdateStatus.Success);

    /// <summary>How many nodes this update changed, in this run or an earlier one, whatever became of them since.</summary>
    public int Changed => Nodes.Count(WasChanged);

    /// <summary>The names of the checks that have something to say, each once.</summary>
    public IEnumerable<string> ChecksNoted =>
        Checks.Where(check => check.Outcome is not CheckOutcome.Passed).Select(check => check.Name).Distinct();

    /// <summary>How many nodes are still to be updated; by the plan alone, where nothing was begun.</summary>
    public int Remaining => Nodes.Count - Updated;

    /// <summary>Why the run ended between two nodes, as it was asked to; empty when it did not.</summary>
    public string PausedBecause => Outcome is RunOutcome.Paused
        ? BeforeLeader ? "leader" : "max-nodes"
        : "";

    /// <summary>Whether only the leader is left, for a run that may hand over.</summary>
    public bool BeforeLeader => State?.PausedBecause is PauseReason.Leader;

    /// <summary>How long the roll still takes, by what its nodes took so far; null when it has ended, or does not go on.</summary>
    public string? TimeLeft => this is { End: null, Failed: null, Remaining: > 0 }
        ? TimeText.About(RollEstimate.Left(State!, BakeTime, At))
        : null;

    public NodeUpdate? Failed => Nodes.FirstOrDefault(node => node.NodeUpdateStatus == UpdateStatus.Failed);

    public NodeUpdate? Current => Nodes.FirstOrDefault(node => node.NodeUpdateStatus == UpdateStatus.InProgress);

    /// <summary>The name of the reason why it did not succeed; empty when it did, or lasts.</summary>
    public string Reason => End?.Reason is { } reason ? ExitCode.NameOf(reason) : "";

    public RunOutcome Outcome => End?.ExitCode switch
    {
        null => RunOutcome.Running,
        ExitCode.Done when Mode == Mode.Plan => RunOutcome.Planned,
        ExitCode.Done when Mode == Mode.Recover => RunOutcome.Recovered,
        ExitCode.Done when State?.ClusterUpdateStatus == UpdateStatus.Success => RunOutcome.Done,
        ExitCode.Done when State?.PausedBecause is not null => RunOutcome.Paused,
        ExitCode.Done => RunOutcome.StepTaken,
        ExitCode.InvalidInput => RunOutcome.InvalidInput,
        ExitCode.Refused => RunOutcome.Refused,
        ExitCode.RunAgain => RunOutcome.RunAgain,
        ExitCode.Interrupted or ExitCode.Terminated => RunOutcome.Cancelled,
        _ => RunOutcome.Failed,
    };

    /// <summary>What the next step shall call the artifact with the state; null when there is no state to go on from.</summary>
    public string? StateArtifact => this switch
    {
        { End.Reason: FailureReason.InvalidInput } => null,
        { State: null or { StartedAt: null, PlanDigest: null } } => null,
        _ => WorkflowRun?.StateArtifact,
    };

    /// <summary>Whether running again carries on.</summary>
    public bool IsResumable => Outcome switch
    {
        RunOutcome.RunAgain or RunOutcome.Cancelled or RunOutcome.Paused => true,
        RunOutcome.InvalidInput => false,
        RunOutcome.Refused => State is { StartedAt: not null, FinishedAt: null },
        _ => State is { ClusterUpdateStatus: not UpdateStatus.Success },
    };

    /// <summary>Whether the next step has a node to start: a run that ended in order has started it, or left it to another run.</summary>
    public bool IsToBringBack => Mode is not (Mode.Plan or Mode.Recover)
        && WasCutOff
        && (new InstancesOff(this).Any || Nodes.Any(node => node.IsOnItsWay));

    private bool WasCutOff => End?.Reason
        is FailureReason.Cancelled
        or FailureReason.UnexpectedError
        or FailureReason.StateNotSaved
        or FailureReason.CredentialsExpired
        or FailureReason.ClusterUnreachable
        or FailureReason.AwsUnreachable;

    /// <summary>The node's name; with its endpoint when another node has the same name, or only that when it has none.</summary>
    public string Label(NodeUpdate node) => Nodes.Count(other => other.NodeName == node.NodeName) switch
    {
        _ when node.NodeName.Length == 0 => node.Endpoint.ToString(),
        > 1 => $"{node.NodeName} {node.Endpoint}",
        _ => node.NodeName,
    };

    /// <summary>What is tried anew forgets when it was changed, its history does not.</summary>
    private static bool WasChanged(NodeUpdate node) =>
        node.FailureReason is not FailureReason.InstanceChangeFailed
        && node is not { FailureReason: FailureReason.ChangeFailed, CommandRequests.Count: 0 }
        && (node.ChangeRequestedAt is not null || node.Phases.Any(span => IsOfChange(span, node)));

    /// <summary>Where a version is no type the stop is the change too.</summary>
    private static bool IsOfChange(PhaseSpan span, NodeUpdate node) => span.Phase is nameof(NodePhase.Changing)
        || (span.Phase is nameof(NodePhase.Stopping) && node.CurrentVersion is not null);
}

internal enum RunOutcome
{
    Running,
    Done,
    StepTaken,
    Paused,
    Recovered,
    Planned,
    Failed,
    InvalidInput,
    Refused,
    RunAgain,
    Cancelled,
}

/// <param name="ExitCode">The exit code.</param>
/// <param name="Reason">Null when it did not fail.</param>
/// <param name="Message">What happened: whole sentences.</param>
internal sealed record RunEnd(int ExitCode, FailureReason? Reason, string Message)
{
    /// <summary>What ended the run, where the program itself did.</summary>
    public RollingUpdateException? Cause { get; init; }
}

internal sealed record WorkflowRun(long Id, string Url, string StateArtifact)
{
    /// <summary>As <c>gh</c> takes it; null where it is not known.</summary>
    public string? Repository { get; init; }

    /// <summary>The file of the workflow; null where it is not known.</summary>
    public string? Workflow { get; init; }

    /// <summary>The page that tells what to do when; null where it is not known.</summary>
    public string? Manual { get; init; }
}
