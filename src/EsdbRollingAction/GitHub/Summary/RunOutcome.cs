using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What kind of end a run had: what the reader wants to know first.</summary>
internal enum RunOutcome
{
    /// <summary>It lasts.</summary>
    Running,

    /// <summary>Every node is as it shall be.</summary>
    Done,

    /// <summary>One iteration was made.</summary>
    StepTaken,

    /// <summary>Nothing is off any more that an update had stopped.</summary>
    Recovered,

    /// <summary>Everything was checked, nothing was changed.</summary>
    Planned,

    /// <summary>A node was given up.</summary>
    Failed,

    /// <summary>An input is not valid.</summary>
    InvalidInput,

    /// <summary>Refused before anything was changed.</summary>
    Refused,

    /// <summary>It could not go on; nothing is broken.</summary>
    RunAgain,

    /// <summary>A signal ended it.</summary>
    Cancelled,
}

/// <summary>Tells the outcome of a run.</summary>
internal static class RunOutcomes
{
    public static RunOutcome Of(RunReport report) => report.End?.ExitCode switch
    {
        null => RunOutcome.Running,
        ExitCode.Done when report.Mode == Mode.Plan => RunOutcome.Planned,
        ExitCode.Done when report.Mode == Mode.Recover => RunOutcome.Recovered,
        ExitCode.Done when report.State?.ClusterUpdateStatus == UpdateStatus.Success => RunOutcome.Done,
        ExitCode.Done => RunOutcome.StepTaken,
        ExitCode.InvalidInput => RunOutcome.InvalidInput,
        ExitCode.Refused => RunOutcome.Refused,
        ExitCode.RunAgain => RunOutcome.RunAgain,
        ExitCode.Interrupted or ExitCode.Terminated => RunOutcome.Cancelled,
        _ => RunOutcome.Failed,
    };
}
