using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Endings;
using EsdbRollingAction.GitHub.Summary;
using EsdbRollingAction.Log;

namespace EsdbRollingAction.Notices;

/// <summary>What a chat system shows of a notice: one line that begins with the cluster and ends with the link to the run.</summary>
internal static class NoticeText
{
    /// <summary>With the link to the run it stays below 4 kB, which chat systems take.</summary>
    private const int MostBytes = 3750;

    private const int MostBytesOfALetter = 3;

    public static string Began(RunReport report) =>
        Line(report, $"🚀 {(report.State is { TakesBack: true } ? "The rollback" : $"The update{Target(report)}")} {Begins(report)}");

    public static string Waiting(RunReport report, Decision decision)
    {
        var node = decision.Node!;
        var since = node.WaitsSince() ?? report.At;
        var what = decision.Rule ?? DisplayName.Of(node);
        return Line(
            report,
            $"⏳ {Name(report.Label(node))} has waited since {TimeText.Clock(since)} ({TimeText.Duration(report.At - since)})."
            + $" {Sentence.Ended($"{what}: {decision.Why}")}");
    }

    /// <summary>All that the job summary says of it, as far as there is room.</summary>
    public static string Ended(RunReport report)
    {
        var ending = Ending.Of(report);
        return Line(report, string.Join(' ', ending.Lines($"{ending.Title.Headline}.")));
    }

    private static string Begins(RunReport report)
    {
        var goesOn = report.Changed > 0 ? "goes on" : "begins";
        return $"{goesOn}: {report.Updated} of {report.Nodes.Count} nodes are done.";
    }

    private static string Target(RunReport report) => report.State?.Target is { } target ? $" to {Name(target)}" : "";

    private static string Line(RunReport report, string text)
    {
        var line = PlainText.Line(Harmless($"{Name(report.ClusterName)}: {text}"), MostBytes);
        line = Encoding.UTF8.GetByteCount(line) <= MostBytes ? line : PlainText.Line(line, MostBytes / MostBytesOfALetter);
        return report.WorkflowRun is { Url.Length: > 0 } run ? $"{line} {run.Url}" : line;
    }

    private static string Name(string name) => PlainText.Line(name, Printable.LongestName);

    /// <summary>
    /// What names and error texts hold is never a command of the chat system: between angle brackets, or after an at sign, Slack and
    /// Mattermost look for whom to call.
    /// </summary>
    private static string Harmless(string text) => text
        .Replace('<', '‹')
        .Replace('>', '›')
        .Replace('@', '＠');
}
