using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What held a node back, the longest wait first.</summary>
internal static class HeldBack
{
    private const int Most = 2;
    private const int LongestReason = 160;
    private const double MostDays = 1000;

    /// <summary>A smaller part of the time that the node took held it back too little to be told of, once it is done.</summary>
    private const double WorthTelling = 0.05;

    /// <summary>One cell, as Markdown.</summary>
    public static string Cell(NodeUpdate node, DateTimeOffset at)
    {
        var failure = node.NodeUpdateStatus == UpdateStatus.Failed ? node.FailureMessage : null;
        var now = node is { NodeUpdateStatus: UpdateStatus.InProgress, WaitingFor: { } awaited } ? awaited : null;
        now = Longest(node, at).Any(wait => wait.Last.WaitingFor == now) ? null : now;
        return string.Join("; ", new[] { failure, now }.OfType<string>().Select(text => Markdown.Text(text, LongestReason)).Concat(Waits(node, at)));
    }

    /// <summary>A wait is the same one while only its numbers change.</summary>
    private static IEnumerable<string> Waits(NodeUpdate node, DateTimeOffset at) =>
        Longest(node, at).Select(wait => $"{Words.Of(wait.Total)} {Reason(wait.Last)}");

    private static IEnumerable<(PhaseSpan Last, TimeSpan Total)> Longest(NodeUpdate node, DateTimeOffset at) => node.Phases
        .Where(span => span.Rule is not null || span.Phase == nameof(NodePhase.Waiting))
        .GroupBy(span => span.Rule ?? string.Concat((span.WaitingFor ?? "").Where(letter => !char.IsAsciiDigit(letter))))
        .Select(waits => (Last: waits.Last(), Total: TimeSpan.FromDays(Math.Min(MostDays, waits.Sum(span => (ReportNodes.End(span, node, at) - span.Since).TotalDays)))))
        .Where(wait => node.NodeUpdateStatus != UpdateStatus.Success || wait.Total >= node.Worked(at) * WorthTelling)
        .OrderByDescending(wait => wait.Total)
        .Take(Most);

    private static string Reason(PhaseSpan span) => string.Join(
        ", ", new[] { span.Rule, span.WaitingFor }.OfType<string>().DefaultIfEmpty("waiting").Select(text => Markdown.Text(text, LongestReason)));
}
