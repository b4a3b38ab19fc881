using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>How a run ended, in words that a person can act on: what happened, what was left how, what resumes it.</summary>
internal static class RunEnds
{
    private const string HowToBeRidOfAState =
        "In a workflow: start a new run without resume-run-id; re-runs find the artifact again. "
        + "On a self-hosted runner look whether the file is in its workspace.";

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
        var end = Good(done) with
        {
            Next = isUnfinished ? Resume(report) : "",
        };
        return Readable(end, report);
    }

    /// <summary>What is off is said of every end, and after what happened; what resumes the update comes last.</summary>
    private static RunEnd Readable(Draft draft, RunReport report)
    {
        string[] parts = [.. draft.What, Off(draft, report), draft.Next];
        var sentences = parts
            .Select(part => part.Trim())
            .Where(part => part.Length > 0);
        var message = string.Join(' ', sentences);
        var names = LongNames.In(report.State);
        return draft.End(names.Cut(message));
    }

    private static string Off(Draft draft, RunReport report)
    {
        var off = InstancesOff.Of(report);
        var ended = report with { End = draft.End("") };
        return off.Any ? $"{off.Sentences} {off.WhatStartsThem(ended)}" : "";
    }

    private static Draft Ended(ClusterUpdate end, RunReport report)
    {
        var all = report.Nodes.Count;
        var done = $"{report.Updated} of {all} nodes";
        var changed = $"{report.Changed} of them changed";
        return end.ClusterUpdateStatus switch
        {
            UpdateStatus.Failed =>
                Failed(report.Failed!, $"{done} are updated.", report),
            UpdateStatus.Success when end.TakesBack =>
                Good($"Rolled back: {done} are as they were before the update to {end.Target}, {changed} by this run."),
            UpdateStatus.Success when end.TargetVersion is { } version =>
                Good($"Done: {done} are {version}, {report.Changed} of them by this update."),
            UpdateStatus.Success =>
                Good($"Done: {done} have type {end.TargetInstanceType}, {changed} by this update."),
            _ when report.Mode is Mode.Plan =>
                Good($"Planned: {all - report.Updated} of {all} nodes would be changed. Nothing was."),
            _ when end.PausedBecause is not null =>
                Good(PausedRoll.What(report)) with { Next = PausedRoll.Next(report) },
            _ =>
                Good($"Step taken: {done} are updated."),
        };
    }

    private static Draft Good(string what) => new(Reason: null, what);

    private static Draft Failed(NodeUpdate node, string after, RunReport report)
    {
        var reason = node.FailureReason ?? FailureReason.InstanceStartFailed;
        var what = Sentence.Join(node.FailureMessage, after);
        return new Draft(reason, what)
        {
            Code = ExitCode.UpdateFailed,
            Next = Resume(report),
        };
    }

    private static Draft Ended(Exception exception, int? signalled, RunReport report) => exception switch
    {
        OperationCanceledException when signalled is { } exitCode => Cancelled(exitCode, report),
        InstanceException refusal => Ended(refusal, report),
        RollingUpdateException known => Ended(known, report),
        _ => Unexpected(exception, report),
    };

    private static Draft Cancelled(int exitCode, RunReport report)
    {
        const string What = "Nothing new was begun.";
        return new Draft(FailureReason.Cancelled, What, LeftBehind(report))
        {
            Code = exitCode,
            Next = Resume(report),
        };
    }

    private static Draft Unexpected(Exception exception, RunReport report)
    {
        var message = Sentence.Ended(exception.Message);
        var what = $"{exception.GetType().Name}: {message} This is a defect of the program.";
        return new Draft(FailureReason.UnexpectedError, what, LeftBehind(report))
        {
            Next = Resume(report),
        };
    }

    private static Draft Ended(InstanceException refusal, RunReport report)
    {
        var what = refusal.Message;
        var left = LeftBehind(report);
        return refusal.Kind switch
        {
            InstanceErrorKind.CredentialsExpired => new Draft(FailureReason.CredentialsExpired, what, Saved(report), left)
            {
                Next = $"Get new credentials. {Resume(report)}",
            },
            InstanceErrorKind.Transient => new Draft(FailureReason.AwsUnreachable, what, NothingWasChanged(report), left)
            {
                Next = Resume(report),
            },
            _ => new Draft(FailureReason.PreflightRefused, what, NothingWasChanged(report), left),
        };
    }

    private static Draft Ended(RollingUpdateException known, RunReport report) => known switch
    {
        { Reason: FailureReason.StateNotSaved } => Said(known, LeftBehind(report)) with
        {
            Next = "Once it can be written, run again: what is observed decides.",
        },
        { Reason: FailureReason.TimeLimit or FailureReason.Alarm } => Said(known, "No node was left half done.") with
        {
            Next = Resume(report),
        },
        { IsMidway: true } => Said(known, LeftBehind(report)) with
        {
            Code = ExitCode.RunAgain,
            Next = Resume(report),
        },
        { Reason: FailureReason.TakenOver } => Said(known),
        _ when IsUnfinished(known, report) => Said(known, LeftBehind(report)) with
        {
            Next = Resume(report),
        },
        { IsAboutState: true } when report.WorkflowRun is not null => Said(known, HowToBeRidOfAState),
        _ => Said(known),
    };

    private static Draft Said(RollingUpdateException known, string more = "") =>
        new(known.Reason, known.Message, more);

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
        var (priority, original) = (node.CurrentNodePriority, node.OriginalNodePriority);
        var lowered = priority < original
            ? $", with priority {priority} instead of {original}"
            : "";
        return $"{node.NodeName} ({node.Ec2InstanceId}) was left in phase {node.NodeUpdateStatusDetail}{lowered}.";
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

    /// <param name="Reason">Null when it did not fail.</param>
    /// <param name="What">What happened, in sentences.</param>
    private sealed record Draft(FailureReason? Reason, params string[] What)
    {
        public int Code { get; init; } = CodeOf(Reason);

        /// <summary>What the reader does next.</summary>
        public string Next { get; init; } = "";

        public RunEnd End(string message) => new(Code, Reason, message);

        private static int CodeOf(FailureReason? reason) =>
            reason is { } known ? ExitCode.Of(known) : ExitCode.Done;
    }
}
