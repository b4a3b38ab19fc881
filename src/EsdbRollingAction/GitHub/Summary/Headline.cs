using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the reader must know at one look.</summary>
internal static class Headline
{
    private const int LongestMessage = 4000;

    /// <summary>The verdict as a heading, what was rolled where, and what happened when it did not go well.</summary>
    public static string Render(RunReport report)
    {
        var message = RunOutcomes.Of(report) is RunOutcome.Running ? Now(report)
            : report.End is { } end && (end.ExitCode is not ExitCode.Done || report.Mode == Mode.Recover)
                ? $"What happened: {Markdown.Text(end.Message, LongestMessage)}\n\n"
            : "";
        return $"## {Verdict(report)}\n\n{Subject(report)}\n\n{message}";
    }

    private static string Verdict(RunReport report)
    {
        var done = $"{ReportNodes.Updated(report)} of {ReportNodes.Of(report).Count} nodes";
        var soFar = ReportNodes.Of(report).Count > 0 ? $", {done} are done" : "";
        return RunOutcomes.Of(report) switch
        {
            RunOutcome.Running => $"🔄 Under way: {done} are done",
            RunOutcome.Done when NothingWasToBeDone(report) => $"✅ Nothing to do: {done} were as wanted",
            RunOutcome.Done when report.State?.TakesBack == true => $"✅ Rolled back: {done} are as they were",
            RunOutcome.Done => $"✅ Done: {done} are updated",
            RunOutcome.StepTaken => $"👣 Step taken: {done} are done",
            RunOutcome.Recovered => $"🔌 No node is left off{soFar}",
            RunOutcome.Planned => $"📋 Planned, nothing was changed: {PlanTable.Changes(report)} of {ReportNodes.Of(report).Count} nodes would be changed{(report.State?.StartedAt is null ? "" : ", going on with an update that was begun")}",
            RunOutcome.InvalidInput => "✏️ Invalid input, this run changed nothing",
            RunOutcome.Refused => $"🚫 Refused ({Reason(report)}){(report.End?.Message.Contains(RollingUpdateException.NothingWasChanged, StringComparison.Ordinal) == true ? ", this run changed nothing" : "")}",
            RunOutcome.RunAgain => $"⏸️ Not finished, to be run again ({Reason(report)}){soFar}",
            RunOutcome.Cancelled => $"⏹️ Cancelled{At(ReportNodes.Current(report), report)}{soFar}",
            _ => $"❌ Failed{At(ReportNodes.Failed(report), report)} ({Reason(report)}){soFar}",
        };
    }

    private static bool NothingWasToBeDone(RunReport report) =>
        ReportNodes.Of(report).All(node => node.ChangeRequestedAt is null && node.Phases.Count == 0);

    private static string At(NodeUpdate? node, RunReport report) =>
        node is null ? "" : $" at {Markdown.Text(ReportNodes.Label(node, report), ReportNodes.LongestName)}";

    private static string Reason(RunReport report) =>
        report.End?.Reason is { } reason ? ExitCode.NameOf(reason) : $"exit code {report.End?.ExitCode}";

    private static string Subject(RunReport report) => string.Join(" · ", new[]
    {
        report.ClusterName.Length > 0 ? $"Cluster {Markdown.Text(report.ClusterName, ReportNodes.LongestName)}" : null,
        report.State?.UpdateStrategy is { } strategy ? $"strategy {Markdown.Text(strategy, ReportNodes.LongestName)}" : null,
        report.State?.TargetInstanceType is { } target ? $"{(report.State.TakesBack ? "taking back " : "")}target {Markdown.Text(target, ReportNodes.LongestName)}" : null,
        Times(report),
    }.OfType<string>());

    private static string Times(RunReport report) => report.State?.StartedAt is { } started
        ? $"{Words.DateAndClock(started)} to {Until(started, report.State.FinishedAt ?? report.At)}"
        : Words.DateAndClock(report.At);

    private static string Until(DateTimeOffset started, DateTimeOffset end) =>
        $"{(started.UtcDateTime.Date == end.UtcDateTime.Date ? Words.Clock(end) : Words.DateAndClock(end))} ({Words.Of(end - started)})";

    private static string Quorum(RunReport report) => report.State?.QuorumLostSince is { } lost
        ? $". The quorum is lost since {Words.Clock(lost)} ({Words.Of(report.At - lost)})"
        : "";

    /// <summary>A runner may be lost at any moment: then this is the last that is said.</summary>
    private static string Now(RunReport report)
    {
        var off = InstancesOff.Of(report);
        var said = Markdown.Text($"{off.Sentences} {off.WhatStartsThem(report)}", LongestMessage);
        return Current(report) + (off.Any ? $"Off now: {said}\n\n" : "");
    }

    private static string Current(RunReport report) => ReportNodes.Current(report) is { } node
        ? $"Now: {Markdown.Text(ReportNodes.Label(node, report), ReportNodes.LongestName)} {Words.Of(node.Phase.ToString())}"
            + (node.PhaseSince is { } since ? $" since {Words.Clock(since)} ({Words.Of(report.At - since)})" : "")
            + (node.WaitingFor is { } awaited ? $": {Markdown.Text(awaited)}" : "")
            + Quorum(report)
            + "\n\n"
        : "";
}
