using EsdbRollingAction.Core.State;
using static EsdbRollingAction.RunOutcome;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the reader must know at one look: the verdict, what was rolled where, and what happened.</summary>
internal static class Headline
{
    private const int LongestMessage = 4000;

    public static string Render(RunReport report) => $"## {Verdict(report, Markdown.Name)}\n\n{Subject(report)}\n\n{Message(report)}";

    /// <summary>How it stands, in one clause without a full stop.</summary>
    /// <param name="report">The run.</param>
    /// <param name="written">How a node's name is written.</param>
    public static string Verdict(RunReport report, Func<string, string> written)
    {
        var reason = report.Reason;
        var done = $"{report.Updated} of {report.Nodes.Count} nodes";
        var soFar = report.Nodes.Count > 0 ? $", {done} are done" : "";
        return report.Outcome switch
        {
            Running when report.TimeLeft is { } left => $"🔄 Under way: {done} are done, {left} left",
            Running => $"🔄 Under way: {done} are done",
            Done when NothingWasToBeDone(report) => $"✅ Nothing to do: {done} were as wanted",
            Done when report.State!.TakesBack => $"✅ Rolled back: {done} are as they were",
            Done => $"✅ Done: {done} are {report.State!.TargetVersion ?? "updated"}",
            Paused when report.State!.PausedBecause is PauseReason.Leader => $"⏸️ Paused before the leader: {done} are done",
            Paused => $"⏸️ Paused (max-nodes): {done} are done",
            StepTaken => $"👣 Step taken: {done} are done",
            Recovered => $"🔌 No node is left off{soFar}",
            Planned => $"📋 Planned, nothing was changed: {Changes(report)}",
            InvalidInput => "✏️ Invalid input, this run changed nothing",
            Refused when !report.HasActed => $"🚫 Refused ({reason}), this run changed nothing",
            Refused => $"🚫 Refused ({reason})",
            RunAgain => $"⏸️ Not finished, to be run again ({reason}){soFar}",
            Cancelled => $"⏹️ Cancelled{At(report.Current)}{soFar}",
            _ => $"❌ Failed{At(report.Failed)} ({reason}){soFar}",
        };

        string At(NodeUpdate? node) => node is null ? "" : $" at {written(report.Label(node))}";
    }

    private static bool NothingWasToBeDone(RunReport report) =>
        report.Nodes.All(node => node is { WasTakenDown: false, Phases: [] });

    private static string Changes(RunReport report)
    {
        var changes = $"{PlanTable.Changes(report)} of {report.Nodes.Count} nodes would be changed";
        return report.State?.StartedAt is null ? changes : $"{changes}, going on with an update that was begun";
    }

    private static string Name(NodeUpdate node, RunReport report) => Markdown.Name(report.Label(node));

    private static string Subject(RunReport report)
    {
        var state = report.State;
        var target = state is { TakesBack: true } ? "rolled back from" : "target";
        string?[] parts =
        [
            Named("Cluster", report.ClusterName),
            Named("strategy", state?.UpdateStrategy),
            Named(target, state?.Target),
            Times(report),
        ];
        return string.Join(" · ", parts.OfType<string>());
    }

    private static string? Named(string what, string? name) => string.IsNullOrEmpty(name) ? null : $"{what} {Markdown.Name(name)}";

    private static string Times(RunReport report)
    {
        if (report.State?.StartedAt is not { } started)
        {
            return TimeText.DateAndClock(report.At);
        }

        var end = report.State.FinishedAt ?? report.At;
        var isSameDay = started.UtcDateTime.Date == end.UtcDateTime.Date;
        var until = isSameDay ? TimeText.Clock(end) : TimeText.DateAndClock(end);
        return $"{TimeText.DateAndClock(started)} to {until} ({TimeText.Duration(end - started)})";
    }

    private static string Message(RunReport report) => report switch
    {
        { End: null } => Now(report) + OffNow(report),
        { End.ExitCode: ExitCode.Done, Mode: not Mode.Recover, Outcome: not Paused } => "",
        { End.Message: var message } => $"What happened: {Markdown.Text(message, LongestMessage)}\n\n",
    };

    private static string Now(RunReport report)
    {
        if (report.Current is not { } node)
        {
            return "";
        }

        var since = Since(node.PhaseSince, report.At);
        var awaited = node.WaitingFor is { } what ? $": {Markdown.Text(what)}" : "";
        var quorum = report.State?.QuorumLostSince is { } lost ? $". The quorum is lost{Since(lost, report.At)}" : "";
        return $"Now: {Name(node, report)} {DisplayName.Of(node)}{since}{awaited}{quorum}\n\n";
    }

    private static string Since(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } at ? $" since {TimeText.Clock(at)} ({TimeText.Duration(now - at)})" : "";

    /// <summary>A runner may be lost at any moment: then this is the last that is said.</summary>
    private static string OffNow(RunReport report)
    {
        var off = InstancesOff.Of(report);
        var text = Markdown.Text($"{off.Sentences} {off.WhatStartsThem(report)}", LongestMessage);
        return off.Any ? $"Off now: {text}\n\n" : "";
    }
}
