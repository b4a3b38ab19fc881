using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>The whole text, made to fit: the details go first, then the gantt, then rows.</summary>
internal static class SummaryText
{
    /// <summary>Of a table: so that what cannot fit is not even tried.</summary>
    private const int SmallestRow = 60;

    public static string Render(RunReport report, int mostBytes)
    {
        var phases = ReportNodes.Of(report).Sum(node => node.Phases.Count);
        foreach (var (gantt, details) in new[] { (true, true), (true, false), (false, false) })
        {
            if (details && phases > mostBytes / SmallestRow)
            {
                continue;
            }

            var text = Render(report, gantt, details, int.MaxValue);
            if (Encoding.UTF8.GetByteCount(text) <= mostBytes)
            {
                return text;
            }
        }

        for (var rows = ReportNodes.Of(report).Count / 2; ; rows /= 2)
        {
            var text = Render(report, gantt: false, details: false, rows);
            if (rows == 0 || Encoding.UTF8.GetByteCount(text) <= mostBytes)
            {
                return text;
            }
        }
    }

    private static string Render(RunReport report, bool gantt, bool details, int rows) => string.Concat(
        Headline.Render(report),
        HowToGoOn.Render(report),
        WarningList.Render(report),
        Nodes(report, rows),
        gantt ? Gantt.Render(report) : LeftOut("The gantt", report),
        WithoutLeader(report.State),
        ChecksTable.Render(report),
        details ? PhaseDetails.Render(report) : LeftOut("The table of every phase", report));

    private static string Nodes(RunReport report, int rows) =>
        ReportNodes.Of(report).Count == 0 ? ""
        : RunOutcomes.Of(report) == RunOutcome.Planned ? PlanTable.Render(report, rows) + "\n"
        : NodeTable.Render(report, rows) + "\n";

    private static string LeftOut(string what, RunReport report) =>
        ReportNodes.Of(report).Any(node => node.Phases.Count > 0) ? $"{what} is left out, for want of room.\n\n" : "";

    /// <summary>Honest about what was measured: looks, not the clients' view.</summary>
    private static string WithoutLeader(ClusterUpdate? state)
    {
        if (state?.LongestSecondsWithoutLeader is not { } seconds)
        {
            return "";
        }

        var longest = seconds == 0 ? "none was seen" : Words.Of(TimeSpan.FromSeconds(seconds));
        var how = state.EventStoreNodeUpdates.Any(HandedOver)
            ? "looked every 250 ms during the hand-over, more rarely before and after"
            : "no leadership was handed over; looked at least once an iteration";
        return $"Longest time without a leader: {longest} ({how}).\n\n";
    }

    private static bool HandedOver(NodeUpdate node) =>
        node.ResignRequestedAt is not null || node.Phases.Any(span => span.Phase == nameof(NodePhase.Resigning));
}
