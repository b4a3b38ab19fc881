using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the job's page shows when the job has ended, as GitHub Flavoured Markdown.</summary>
internal static class JobSummary
{
    /// <summary>GitHub drops the summary of a step at 1 MiB.</summary>
    private const int MostBytes = 900 * 1024;

    /// <summary>In bytes: a table that cannot fit is not even tried.</summary>
    private const int SmallestRow = 60;

    private const int MostWarnings = 10;
    private const int LongestWarning = 500;

    public static string Render(RunReport report) => Render(report, MostBytes);

    /// <summary>Made to fit: the details go first, then the gantt, then rows.</summary>
    public static string Render(RunReport report, int mostBytes) =>
        FromWholeToShort(report, mostBytes).First(text => Encoding.UTF8.GetByteCount(text) <= mostBytes);

    private static IEnumerable<string> FromWholeToShort(RunReport report, int mostBytes)
    {
        var gantt = Gantt.Render(report);
        if (report.Nodes.Sum(node => node.Phases.Count) < mostBytes / SmallestRow)
        {
            yield return Render(report, int.MaxValue, gantt, PhaseDetails.Render(report));
        }

        var noDetails = LeftOut("The table of every phase", report);
        var noGantt = LeftOut("The gantt", report);
        yield return Render(report, int.MaxValue, gantt, noDetails);
        yield return Render(report, int.MaxValue, noGantt, noDetails);
        for (var rows = report.Nodes.Count / 2; rows > 0; rows /= 2)
        {
            yield return Render(report, rows, noGantt, noDetails);
        }

        yield return Render(report, 0, noGantt, noDetails);
    }

    private static string Render(RunReport report, int rows, string gantt, string details)
    {
        var isPlanned = report.Outcome is RunOutcome.Planned;
        var plan = isPlanned && report.Nodes.Count > 0 ? PlanTable.Render(report, rows) : "";
        var nodes = isPlanned || report.Nodes.Count == 0 ? "" : NodeTable.Render(report, rows);
        return string.Concat(
        [
            Headline.Render(report),
            plan,
            Failures(report),
            Headline.Steps(report),
            Warnings(report),
            report.Nodes.Count > NodeTable.MostUnfolded ? gantt + nodes : nodes + gantt,
            WithoutLeader(report.State),
            ChecksTable.Render(report, rows),
            details,
        ]);
    }

    /// <summary>Why a node failed, where how the run ended does not say it.</summary>
    private static string Failures(RunReport report)
    {
        var said = report.End?.Message ?? "";
        return string.Concat(report.Nodes
            .Where(node => node.FailureMessage is { } why && !said.Contains(why, StringComparison.Ordinal))
            .Select(node => $"Node {Markdown.Name(report.Label(node))} failed. {Markdown.Text(node.FailureMessage, LongestWarning)}\n\n"));
    }

    /// <summary>Annotations are shown elsewhere, and only the first ten of them.</summary>
    private static string Warnings(RunReport report)
    {
        var warnings = report.Warnings.Distinct().ToList();
        var shown = warnings.Take(MostWarnings).Select(text => $"- {Markdown.Text(text, LongestWarning)}\n");
        var more = warnings.Count > MostWarnings ? $"\n{warnings.Count - MostWarnings} more are in the log.\n" : "";
        return warnings.Count == 0 ? "" : $"### Warnings\n\n{string.Concat(shown)}{more}\n";
    }

    private static string LeftOut(string what, RunReport report) =>
        report.Nodes.Any(node => node.Phases.Count > 0) ? $"{what} is left out, for want of room.\n\n" : "";

    /// <summary>Honest about what was measured: looks, not the clients' view.</summary>
    private static string WithoutLeader(ClusterUpdate? state)
    {
        if (state?.LongestSecondsWithoutLeader is not { } seconds)
        {
            return "";
        }

        var longest = seconds == 0 ? "none was seen" : TimeText.Duration(TimeSpan.FromSeconds(seconds));
        var how = state.EventStoreNodeUpdates.Any(HandedOver)
            ? $"looked every {Timings.LookForARule.TotalMilliseconds:0} ms during the hand-over, more rarely before and after"
            : "no leadership was handed over; looked at least once an iteration";
        return $"Longest time without a leader: {longest} ({how}).\n\n";
    }

    private static bool HandedOver(NodeUpdate node) =>
        node.ResignRequestedAt is not null || node.Phases.Any(span => span.Phase == nameof(NodePhase.Resigning));
}
