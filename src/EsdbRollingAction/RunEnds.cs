using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>How a run ended: its exit code, its reason, and what happened, in sentences.</summary>
internal static class RunEnds
{
    /// <summary>The end of a run that came to its own end.</summary>
    public static RunEnd Of(ClusterUpdate end, RunReport report) => end.ClusterUpdateStatus is not UpdateStatus.Failed
        ? new RunEnd(ExitCode.Done, null, "")
        : new RunEnd(
            ExitCode.UpdateFailed,
            report.Failed!.FailureReason ?? FailureReason.InstanceStartFailed,
            Sentence.Join(report.Failed.FailureMessage));

    /// <summary>The end of a recovery after which nothing is off.</summary>
    /// <param name="done">What was done, in words.</param>
    public static RunEnd Recovered(string done) => new(ExitCode.Done, null, done);

    /// <summary>The end of a run that was ended.</summary>
    public static RunEnd Of(Exception exception, int? signalled, RunReport report)
    {
        var left = LeftBehind(report);
        return exception switch
        {
            OperationCanceledException when signalled is { } exitCode =>
                End(FailureReason.Cancelled, "Nothing new was begun", left) with { ExitCode = exitCode },
            InstanceException refusal => Of(refusal, report),
            RollingUpdateException known => Of(known, report),
            _ => End(
                FailureReason.UnexpectedError,
                $"{exception.GetType().Name}: {Sentence.Ended(exception.Message)} This is a defect of the program",
                left),
        };
    }

    private static RunEnd Of(InstanceException refusal, RunReport report)
    {
        var left = LeftBehind(report);
        return refusal.Kind switch
        {
            InstanceErrorKind.CredentialsExpired => End(FailureReason.CredentialsExpired, refusal.Message, Saved(report), left),
            InstanceErrorKind.Transient => End(FailureReason.AwsUnreachable, refusal.Message, NothingWasChanged(report), left),
            _ => End(FailureReason.PreflightRefused, refusal.Message, NothingWasChanged(report), left),
        };
    }

    private static RunEnd Of(RollingUpdateException known, RunReport report)
    {
        string?[] what = known switch
        {
            { Reason: FailureReason.TimeLimit or FailureReason.Alarm } => [known.Message, "No node was left half done"],
            { Reason: FailureReason.TakenOver } => [known.Message],
            _ when known.IsMidway || IsUnfinished(known, report) => [known.Message, LeftBehind(report)],
            _ => [known.Message],
        };
        var end = End(known.Reason, what);
        return end with { ExitCode = known.IsMidway ? ExitCode.RunAgain : end.ExitCode, Cause = known };
    }

    private static RunEnd End(FailureReason reason, params string?[] what) => new(ExitCode.Of(reason), reason, Sentence.Join(what));

    /// <summary>Whether an update that was begun is left to a later run.</summary>
    private static bool IsUnfinished(RollingUpdateException known, RunReport report) =>
        report.State is { StartedAt: not null }
        && ExitCode.Of(known.Reason) is ExitCode.UpdateFailed or ExitCode.RunAgain;

    private static string NothingWasChanged(RunReport report) =>
        report.HasActed ? "" : RollingUpdateException.NothingWasChanged;

    /// <summary>Who is in the middle of what.</summary>
    private static string LeftBehind(RunReport report) => string.Join(' ', report.Nodes
        .Where(node => node.NodeUpdateStatus is UpdateStatus.InProgress)
        .Select(node => $"{node.NodeName} ({node.Ec2InstanceId}) was left in phase {node.NodeUpdateStatusDetail}."));

    /// <summary>On this machine: whether it is uploaded too is not known here.</summary>
    private static string Saved(RunReport report) =>
        report.State is { StartedAt: not null } ? $"The state is saved in {report.StateFile}." : "";
}
