using EsdbRollingAction.Core.State;
using EsdbRollingAction.Endings;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the reader must know at one look: the verdict, what was rolled where, and what happened.</summary>
internal static class Headline
{
    private const int LongestMessage = 4000;

    public static string Render(RunReport report)
    {
        var ending = Ending.Of(report);
        var answers = string.Concat(ending.Answers.Select(answer => Shown(answer, report)));
        return $"## {Markdown.Text(ending.Title.Headline)}\n\n{Subject(report)}\n\n{Now(report)}{answers}";
    }

    /// <summary>What the reader does.</summary>
    public static string Steps(RunReport report)
    {
        var ending = Ending.Of(report);
        var steps = ending.Steps.Select((step, index) => $"{index + 1}. {Text(step.Text, report)}\n{Command(step)}");
        var manual = ending.Manual is { } page ? $"\n{Markdown.Link("What to do when", page)}: what each reason means.\n" : "";
        return ending.Steps.Count == 0 ? "" : $"### What to do\n\n{string.Concat(steps)}{manual}\n";
    }

    /// <summary>GitHub shows a button that copies it.</summary>
    private static string Command(Step step) => step.Command is { } command ? $"\n   ```sh\n   {command}\n   ```\n" : "";

    private static string Shown(Answer answer, RunReport report)
    {
        var items = answer.Items.Select(item => $"\n- {Text(item, report)}");
        return $"{answer.Question}: {Text(answer.Text, report)}{string.Concat(items)}\n\n";
    }

    private static string Text(string text, RunReport report) => Markdown.TextWithPages(text, LongestMessage, report.WorkflowRun?.Url);

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
        return $"{TimeText.DateAndClock(started)} to {TimeText.Clock(end, started)} ({TimeText.Duration(end - started)})";
    }

    private static string Now(RunReport report)
    {
        if (report is not { End: null, Current: { } node })
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
}
