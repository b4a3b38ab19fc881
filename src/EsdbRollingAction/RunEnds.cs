using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>How a run ended, in words that a person can act on: what happened, what was left how, what resumes it.</summary>
internal static class RunEnds
{
    /// <summary>The end of a run that came to its own end.</summary>
    public static RunEnd Of(ClusterUpdate end, RunReport report)
    {
        report = report with { State = end };
        return Readable(Ended(end, report), report);
    }

    /// <summary>The end of a run that was ended.</summary>
    public static RunEnd Of(Exception exception, int? signalled, RunReport report) =>
        Readable(Ended(exception, signalled, report), report);

    /// <summary>The end of a recovery after which nothing is off.</summary>
    /// <param name="done">What was done, in words.</param>
    /// <param name="report">The run.</param>
    public static RunEnd Recovered(string done, RunReport report)
    {
        var isUnfinished = report.State is { ClusterUpdateStatus: not UpdateStatus.Success };
        return Readable(Good(done) with { Next = isUnfinished ? Resume(report) : "" }, report);
    }

    /// <summary>What is off is said of every end, and after what happened; what resumes the update comes last.</summary>
    private static RunEnd Readable(Draft end, RunReport report)
    {
        string[] parts = [.. end.What, Off(end, report), end.Next];
        var sentences = parts.Select(part => part.Trim()).Where(part => part.Length > 0);
        var message = LongNames.In(report.State).Cut(string.Join(' ', sentences));
        return new RunEnd(end.ExitCode, end.Reason, message);
    }

    private static string Off(Draft end, RunReport report)
    {
        var ended = report with { End = new RunEnd(end.ExitCode, end.Reason, "") };
        var off = InstancesOff.Of(report);
        return off.Any ? $"{off.Sentences} {off.WhatStartsThem(ended)}" : "";
    }

    private static Draft Ended(ClusterUpdate end, RunReport report)
    {
        var all = report.Nodes.Count;
        var done = $"{report.Updated} of {all} nodes";
        return end.ClusterUpdateStatus switch
        {
            UpdateStatus.Failed => Failed(report.Failed!, done, report),
            UpdateStatus.Success when end.TakesBack => Good(
                $"Rolled back: {done} are as they were before the update to {end.TargetInstanceType}, "
                + $"{report.Changed} of them changed by this run."),
            UpdateStatus.Success => Good(
                $"Done: {done} have type {end.TargetInstanceType}, {report.Changed} of them changed by this update."),
            _ when report.Mode is Mode.Plan => Good(
                $"Planned: {all - report.Updated} of {all} nodes would be changed. Nothing was."),
            _ => Good($"Step taken: {done} are updated."),
        };
    }

    private static Draft Good(string what) => new(ExitCode.Done, Reason: null, what);

    private static Draft Failed(NodeUpdate node, string done, RunReport report)
    {
        var reason = node.FailureReason ?? FailureReason.InstanceStartFailed;
        var what = Sentence.Join(node.FailureMessage, $"{done} are updated.");
        return new Draft(ExitCode.Of(reason), reason, what) { Next = Resume(report) };
    }

    private static Draft Ended(Exception exception, int? signalled, RunReport report) => exception switch
    {
        OperationCanceledException when signalled is { } exitCode => Cancelled(exitCode, report),
        InstanceException refusal => Ended(refusal, report),
        RollingUpdateException known => Ended(known, report),
        _ => Unexpected(exception, report),
    };

    private static Draft Cancelled(int exitCode, RunReport report) =>
        new(exitCode, FailureReason.Cancelled, "Nothing new was begun.", LeftBehind(report))
        {
            Next = Resume(report),
        };

    private static Draft Unexpected(Exception exception, RunReport report)
    {
        var what = $"{exception.GetType().Name}: {Sentence.Ended(exception.Message)} This is a defect of the program.";
        return new Draft(ExitCode.UpdateFailed, FailureReason.UnexpectedError, what, LeftBehind(report))
        {
            Next = Resume(report),
        };
    }

    private static Draft Ended(InstanceException refusal, RunReport report) => refusal.Kind switch
    {
        InstanceErrorKind.CredentialsExpired => new Draft(
            ExitCode.RunAgain, FailureReason.CredentialsExpired, refusal.Message, Saved(report), LeftBehind(report))
        {
            Next = $"Get new credentials. {Resume(report)}",
        },
        InstanceErrorKind.Transient => new Draft(
            ExitCode.RunAgain, FailureReason.AwsUnreachable, refusal.Message, NothingWasChanged(report), LeftBehind(report))
        {
            Next = Resume(report),
        },
        _ => new Draft(
            ExitCode.Refused, FailureReason.PreflightRefused, refusal.Message, NothingWasChanged(report), LeftBehind(report)),
    };

    private static Draft Ended(RollingUpdateException known, RunReport report) => known switch
    {
        { Reason: FailureReason.StateNotSaved } => Said(known, LeftBehind(report)) with
        {
            Next = "Once it can be written, run again: what is observed decides.",
        },
        { Reason: FailureReason.TimeLimit } => Said(known, "No node was left half done.") with
        {
            Next = Resume(report),
        },
        { IsMidway: true } => Said(known, LeftBehind(report)) with
        {
            ExitCode = ExitCode.RunAgain,
            Next = Resume(report),
        },
        { Reason: FailureReason.TakenOver } => Said(known),
        _ when IsUnfinished(known, report) => Said(known, LeftBehind(report)) with
        {
            Next = Resume(report),
        },
        { IsAboutState: true } when report.WorkflowRun is not null => Said(
            known,
            "In a workflow: start a new run without resume-run-id; re-runs find the artifact again.",
            "On a self-hosted runner look whether the file is in its workspace."),
        _ => Said(known),
    };

    private static Draft Said(RollingUpdateException known, params string[] more) =>
        new(ExitCode.Of(known.Reason), known.Reason, [known.Message, .. more]);

    /// <summary>Whether an update that was begun is left to a later run.</summary>
    private static bool IsUnfinished(RollingUpdateException known, RunReport report) =>
        report.State is { StartedAt: not null }
        && ExitCode.Of(known.Reason) is ExitCode.UpdateFailed or ExitCode.RunAgain;

    private static string NothingWasChanged(RunReport report) =>
        report.HasActed ? "" : RollingUpdateException.NothingWasChanged;

    /// <summary>Who is in the middle of what.</summary>
    private static string LeftBehind(RunReport report)
    {
        var busy = report.Nodes.Where(node => node.NodeUpdateStatus is UpdateStatus.InProgress);
        return string.Join(' ', busy.Select(LeftBehind));
    }

    private static string LeftBehind(NodeUpdate node)
    {
        var priority = node.CurrentNodePriority < node.OriginalNodePriority
            ? $", with priority {node.CurrentNodePriority} instead of {node.OriginalNodePriority}"
            : "";
        return $"{node.NodeName} ({node.Ec2InstanceId}) was left in phase {node.NodeUpdateStatusDetail}{priority}.";
    }

    /// <summary>On this machine: whether it is uploaded too is not known here.</summary>
    private static string Saved(RunReport report) =>
        report.State is { StartedAt: not null } ? $"The state is saved in {report.StateFile}." : "";

    private static string Resume(RunReport report) => report switch
    {
        { WorkflowRun: null } =>
            $"To resume, run again with the same inputs and the state file {report.StateFile}.",
        { State: null } =>
            "To resume, re-run the failed jobs.",
        { WorkflowRun.Id: var id } =>
            $"To resume, re-run the failed jobs, or start another run with resume-run-id {id}.",
    };

    /// <param name="ExitCode">Exit code.</param>
    /// <param name="Reason">Null when it did not fail.</param>
    /// <param name="What">What happened, in sentences.</param>
    private sealed record Draft(int ExitCode, FailureReason? Reason, params string[] What)
    {
        /// <summary>What the reader does next.</summary>
        public string Next { get; init; } = "";
    }
}
