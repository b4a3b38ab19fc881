using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the reader must know at one look: the verdict, what was rolled where, and what happened.</summary>
internal static class Headline
{
    private const int LongestMessage = 4000;

    public static string Render(RunReport report) => $"## {Verdict(report)}\n\n{Subject(report)}\n\n{Message(report)}";

    private static string Verdict(RunReport report)
    {
        var done = $"{report.Updated} of {report.Nodes.Count} nodes";
        var soFar = report.Nodes.Count > 0 ? $", {done} are done" : "";
        return report.Outcome switch
        {
            RunOutcome.Running => $"🔄 Under way: {done} are done",
            RunOutcome.Done when NothingWasToBeDone(report) => $"✅ Nothing to do: {done} were as wanted",
            RunOutcome.Done when report.State!.TakesBack => $"✅ Rolled back: {done} are as they were",
            RunOutcome.Done => $"✅ Done: {done} are updated",
            RunOutcome.StepTaken => $"👣 Step taken: {done} are done",
            RunOutcome.Recovered => $"🔌 No node is left off{soFar}",
            RunOutcome.Planned => $"📋 Planned, nothing was changed: {Planned(report)}",
            RunOutcome.InvalidInput => "✏️ Invalid input, this run changed nothing",
            RunOutcome.Refused => $"🚫 Refused ({report.Reason}){(ChangedNothing(report.End!) ? ", this run changed nothing" : "")}",
            RunOutcome.RunAgain => $"⏸️ Not finished, to be run again ({report.Reason}){soFar}",
            RunOutcome.Cancelled => $"⏹️ Cancelled{At(report.Current, report)}{soFar}",
            _ => $"❌ Failed{At(report.Failed, report)} ({report.Reason}){soFar}",
        };
    }

    private static bool NothingWasToBeDone(RunReport report) =>
        report.Nodes.All(node => node is { ChangeRequestedAt: null, Phases: [] });

    private static bool ChangedNothing(RunEnd end) =>
        end.Message.Contains(RollingUpdateException.NothingWasChanged, StringComparison.Ordinal);

    private static string Planned(RunReport report)
    {
        var changes = $"{PlanTable.Changes(report)} of {report.Nodes.Count} nodes would be changed";
        return report.State?.StartedAt is null ? changes : $"{changes}, going on with an update that was begun";
    }

    private static string At(NodeUpdate? node, RunReport report) => node is null ? "" : $" at {Markdown.Name(report.Label(node))}";

    private static string Subject(RunReport report)
    {
        var state = report.State;
        string?[] parts =
        [
            report.ClusterName.Length > 0 ? $"Cluster {Markdown.Name(report.ClusterName)}" : null,
            state?.UpdateStrategy is { } strategy ? $"strategy {Markdown.Name(strategy)}" : null,
            state?.TargetInstanceType is { } target ? $"{(state.TakesBack ? "taking back " : "")}target {Markdown.Name(target)}" : null,
            Times(report),
        ];
        return string.Join(" · ", parts.OfType<string>());
    }

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
        { End.ExitCode: ExitCode.Done, Mode: not Mode.Recover } => "",
        { End.Message: var message } => $"What happened: {Markdown.Text(message, LongestMessage)}\n\n",
    };

    private static string Now(RunReport report)
    {
        if (report.Current is not { } node)
        {
            return "";
        }

        var since = node.PhaseSince is { } began ? $" {Since(began, report)}" : "";
        var awaited = node.WaitingFor is { } what ? $": {Markdown.Text(what)}" : "";
        var quorum = report.State?.QuorumLostSince is { } lost ? $". The quorum is lost {Since(lost, report)}" : "";
        return $"Now: {Markdown.Name(report.Label(node))} {DisplayName.Of(node.Phase.ToString())}{since}{awaited}{quorum}\n\n";
    }

    private static string Since(DateTimeOffset since, RunReport report) =>
        $"since {TimeText.Clock(since)} ({TimeText.Duration(report.At - since)})";

    /// <summary>A runner may be lost at any moment: then this is the last that is said.</summary>
    private static string OffNow(RunReport report)
    {
        var off = InstancesOff.Of(report);
        return off.Any ? $"Off now: {Markdown.Text($"{off.Sentences} {off.WhatStartsThem(report)}", LongestMessage)}\n\n" : "";
    }
}
