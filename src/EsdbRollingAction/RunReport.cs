using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction;

/// <summary>What people are told of a run, whatever they read it in: job summary, check run, log.</summary>
internal sealed record RunReport
{
    /// <summary>The input <c>mode</c>.</summary>
    public required Mode Mode { get; init; }

    /// <summary>What people call the cluster. Text from outside, like every name and message here.</summary>
    public required string ClusterName { get; init; }

    /// <summary>When this was so.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The nodes and what was done to them, or null when nothing is known of them.</summary>
    public ClusterUpdate? State { get; init; }

    /// <summary>How the run ended, or null while it lasts.</summary>
    public RunEnd? End { get; init; }

    /// <summary>How far the node that catches up is behind, in bytes, or null.</summary>
    public long? BytesBehind { get; init; }

    /// <summary>What was checked before the first act.</summary>
    public IReadOnlyList<Check> Checks { get; init; } = [];

    /// <summary>What went otherwise than it should, though not so that the run ended.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The region of the instances, or null when it is not known.</summary>
    public string? Region { get; init; }

    /// <summary>Where the state is kept, or null when the inputs did not even say that.</summary>
    public string? StateFile { get; init; }

    /// <summary>How many nodes the cluster has, or null while only the state tells.</summary>
    public int? NodeCount { get; init; }

    /// <summary>What the next step shall call the artifact with the state; null when there is no state to go on from.</summary>
    public string? StateArtifact => this switch
    {
        { End.Reason: FailureReason.InvalidInput } or { State: null } or { State: { StartedAt: null, PlanDigest: null } } => null,
        _ => WorkflowRun?.StateArtifact,
    };

    /// <summary>Whether running again carries on.</summary>
    public bool IsResumable => End?.ExitCode switch
    {
        ExitCode.RunAgain or ExitCode.Interrupted or ExitCode.Terminated => true,
        ExitCode.InvalidInput => false,
        ExitCode.Refused => State is { StartedAt: not null, FinishedAt: null },
        _ => State is not null && State.ClusterUpdateStatus != UpdateStatus.Success,
    };

    /// <summary>
    /// Whether the run was cut off, or went wrong, where a node may be off: then the step that brings it back has something to do. What
    /// ended as it should has brought its nodes back, or leaves them to another run.
    /// </summary>
    public bool IsToBringBack => Mode is not (Mode.Plan or Mode.Recover)
        && WasCutOff
        && (InstancesOff.Of(this).Any || State?.EventStoreNodeUpdates.Any(node => node.IsOnItsWay) == true);

    private bool WasCutOff => End?.Reason switch
    {
        FailureReason.Cancelled => true,
        FailureReason.UnexpectedError or FailureReason.StateNotSaved => true,
        FailureReason.CredentialsExpired or FailureReason.ClusterUnreachable or FailureReason.AwsUnreachable => true,
        _ => false,
    };

    /// <summary>The workflow run, for the link and for <c>resume-run-id</c>; null outside of GitHub.</summary>
    public WorkflowRun? WorkflowRun { get; init; }
}

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">See <see cref="EsdbRollingAction.ExitCode"/>.</param>
/// <param name="Reason">Null when it did not fail.</param>
/// <param name="Message">What happened, to which node, what was left how.</param>
internal sealed record RunEnd(int ExitCode, FailureReason? Reason, string Message);

/// <summary>The workflow run that the program runs in.</summary>
/// <param name="Id">The run's id: what <c>resume-run-id</c> takes.</param>
/// <param name="Attempt">The first one is 1.</param>
/// <param name="Url">The run's page.</param>
/// <param name="StateArtifact">What the artifact with this attempt's state is called.</param>
internal sealed record WorkflowRun(long Id, int Attempt, string Url, string StateArtifact);
