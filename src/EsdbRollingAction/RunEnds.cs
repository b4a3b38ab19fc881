using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>How a run ended, in words that a person can act on: what happened, what was left how, what resumes it.</summary>
internal static class RunEnds
{
    /// <summary>The end of a run that came to its own end.</summary>
    public static RunEnd Of(ClusterUpdate end, RunReport report) => Readable(Ended(end, report), report with { State = end });

    /// <summary>The end of a run that was ended.</summary>
    public static RunEnd Of(Exception exception, int? signalled, RunReport report) => Readable(Ended(exception, signalled, report), report);

    /// <summary>The end of a recovery after which nothing is off.</summary>
    /// <param name="done">What was done, in words.</param>
    /// <param name="report">The run.</param>
    public static RunEnd Recovered(string done, RunReport report) => Readable(
        Good(done) with { Next = report.State is null or { ClusterUpdateStatus: UpdateStatus.Success } ? "" : Resume(report) }, report);

    /// <summary>What is off is said of every end, and after what happened; what resumes the update comes last.</summary>
    private static RunEnd Readable(Draft end, RunReport report)
    {
        string[] parts = [end.What.TrimEnd(), Off(end, report), end.Next];
        var message = string.Join(' ', parts.Where(part => part.Length > 0));
        return new RunEnd(end.ExitCode, end.Reason, LongNames.In(report.State).Cut(message));
    }

    private static string Off(Draft end, RunReport report)
    {
        var off = InstancesOff.Of(report);
        return !off.Any ? "" : $"{off.Sentences} {off.WhatStartsThem(report with { End = new RunEnd(end.ExitCode, end.Reason, "") })}";
    }

    private static Draft Ended(ClusterUpdate end, RunReport report)
    {
        var done = $"{Updated(end)} of {end.EventStoreNodeUpdates.Count} nodes";
        return end.ClusterUpdateStatus switch
        {
            UpdateStatus.Failed => Failed(end, $"{done} are updated.") with { Next = Resume(report) },
            UpdateStatus.Success when end.TakesBack => Good($"Rolled back: {done} are as they were before the update to {end.TargetInstanceType}, {Changed(end)} of them changed by this run."),
            UpdateStatus.Success => Good($"Done: {done} have type {end.TargetInstanceType}, {Changed(end)} of them changed by this update."),
            _ when report.Mode == Mode.Plan => Good($"Planned: {end.EventStoreNodeUpdates.Count - Updated(end)} of {end.EventStoreNodeUpdates.Count} nodes would be changed. Nothing was."),
            _ => Good($"Step taken: {done} are updated."),
        };
    }

    private static Draft Ended(Exception exception, int? signalled, RunReport report) => exception switch
    {
        OperationCanceledException when signalled is { } exitCode => new Draft(
            exitCode, FailureReason.Cancelled, $"Nothing new was begun. {LeftBehind(report.State)}", Resume(report)),
        InstanceException { Kind: InstanceErrorKind.CredentialsExpired } expired => new Draft(
            ExitCode.RunAgain, FailureReason.CredentialsExpired,
            $"{expired.Message} {Saved(report)}{LeftBehind(report.State)}", $"Get new credentials. {Resume(report)}"),
        InstanceException { Kind: InstanceErrorKind.Transient } silent => new Draft(
            ExitCode.RunAgain, FailureReason.AwsUnreachable,
            $"{silent.Message} Nothing was changed. {LeftBehind(report.State)}", Resume(report)),
        InstanceException refused => new Draft(
            ExitCode.Refused, FailureReason.PreflightRefused, $"{refused.Message} Nothing was changed. {LeftBehind(report.State)}"),
        RollingUpdateException { Reason: FailureReason.StateNotSaved } full => new Draft(
            ExitCode.RunAgain, full.Reason,
            $"{full.Message} {LeftBehind(report.State)}", "Once it can be written, run again: what is observed decides."),
        RollingUpdateException { Reason: FailureReason.TimeLimit } late => new Draft(
            ExitCode.RunAgain, late.Reason, $"{late.Message} No node was left half done.", Resume(report)),
        RollingUpdateException { IsMidway: true } known => new Draft(
            ExitCode.RunAgain, known.Reason, $"{known.Message} {LeftBehind(report.State)}", Resume(report)),
        RollingUpdateException { Reason: FailureReason.TakenOver } known => new Draft(ExitCode.RunAgain, known.Reason, known.Message),
        RollingUpdateException known when ExitCode.Of(known.Reason) is ExitCode.UpdateFailed or ExitCode.RunAgain && report.State?.StartedAt is not null => new Draft(
            ExitCode.Of(known.Reason), known.Reason, $"{known.Message} {LeftBehind(report.State)}", Resume(report)),
        RollingUpdateException { IsAboutState: true } refused when report.WorkflowRun is not null => new Draft(
            ExitCode.Of(refused.Reason), refused.Reason,
            $"{refused.Message} In a workflow: start a new run without resume-run-id; re-runs find the artifact again. "
            + "On a self-hosted runner look whether the file is in its workspace."),
        RollingUpdateException known => new Draft(ExitCode.Of(known.Reason), known.Reason, known.Message),
        _ => new Draft(
            ExitCode.UpdateFailed, FailureReason.UnexpectedError,
            $"{exception.GetType().Name}: {Sentence.Ended(exception.Message)} This is a defect of the program. {LeftBehind(report.State)}", Resume(report)),
    };

    /// <summary>How many nodes are as they shall be.</summary>
    public static int Updated(ClusterUpdate state) => state.EventStoreNodeUpdates.Count(node => node.NodeUpdateStatus == UpdateStatus.Success);

    /// <summary>How many nodes this update changed, in this run or an earlier one, whatever became of them since.</summary>
    public static int Changed(ClusterUpdate state) => state.EventStoreNodeUpdates.Count(WasChanged);

    /// <summary>What is tried anew forgets when it was changed, its history does not.</summary>
    private static bool WasChanged(NodeUpdate node) => node.FailureReason is not FailureReason.InstanceChangeFailed
        && (node.ChangeRequestedAt is not null || node.Phases.Any(span => span.Phase == nameof(NodePhase.Changing)));

    private static Draft Good(string what) => new(ExitCode.Done, null, what);

    private static Draft Failed(ClusterUpdate end, string after)
    {
        var failed = end.EventStoreNodeUpdates.First(node => node.NodeUpdateStatus == UpdateStatus.Failed);
        var reason = failed.FailureReason ?? FailureReason.InstanceStartFailed;
        return new Draft(ExitCode.Of(reason), reason, Sentence.Join(failed.FailureMessage, after));
    }

    /// <summary>Who is in the middle of what.</summary>
    private static string LeftBehind(ClusterUpdate? state) => string.Concat(
        (state?.EventStoreNodeUpdates ?? []).Where(node => node.NodeUpdateStatus == UpdateStatus.InProgress).Select(node =>
            $"{node.NodeName} ({node.Ec2InstanceId}) was left in phase {node.NodeUpdateStatusDetail}"
            + (node.CurrentNodePriority < node.OriginalNodePriority
                ? $", with priority {node.CurrentNodePriority} instead of {node.OriginalNodePriority}. "
                : ". ")));

    /// <summary>On this machine: whether it is uploaded too is not known here.</summary>
    private static string Saved(RunReport report) =>
        report.State is { StartedAt: not null } ? $"The state is saved in {report.StateFile}. " : "";

    private static string Resume(RunReport report) => report switch
    {
        { WorkflowRun: null } => $"To resume, run again with the same inputs and the state file {report.StateFile}.",
        { State: null } => "To resume, re-run the failed jobs.",
        { WorkflowRun.Id: var id } => $"To resume, re-run the failed jobs, or start another run with resume-run-id {id}.",
    };

    /// <param name="ExitCode">Exit code.</param>
    /// <param name="Reason">Null when it did not fail.</param>
    /// <param name="What">What happened.</param>
    /// <param name="Next">What the reader does next.</param>
    private sealed record Draft(int ExitCode, FailureReason? Reason, string What, string Next = "");
}
