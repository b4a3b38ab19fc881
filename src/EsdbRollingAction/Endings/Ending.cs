using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Status;

namespace EsdbRollingAction.Endings;

/// <summary>
/// How a run stands or ended, for whoever is woken by it: one value that the log, the annotation, the check run, the job summary and
/// the notice show, each in its form. All of its texts are plain.
/// </summary>
/// <param name="Title">The verdict, and how far the roll is.</param>
/// <param name="Answers">What is asked at night, in this order. The first ones tell how the cluster is now.</param>
/// <param name="Steps">What the reader does, in this order.</param>
internal sealed record Ending(Title Title, IReadOnlyList<Answer> Answers, IReadOnlyList<Step> Steps)
{
    /// <summary>The page that tells what to do when; null where it is not known.</summary>
    public string? Manual { get; init; }

    /// <summary>How the run stands or ended.</summary>
    public static Ending Of(RunReport report) => report.Status is { } status ? OfALook(status, report) : OfARoll(report);

    /// <summary>Nothing was rolled: what was found is the verdict.</summary>
    private static Ending OfALook(ClusterStatus status, RunReport report)
    {
        var title = new Title(status.Reason is null ? "✅" : "❌", status.Headline, "nothing was changed", report.Reason);
        return new Ending(title, status.Reason is null ? [] : [new Answer("To look at", Sentence.Join([.. status.Findings]))], []);
    }

    private static Ending OfARoll(RunReport report)
    {
        List<Step> steps = [.. WhatToDo.After(report)];
        return new Ending(Title.Of(report), [.. Answer.All(report).Where(answer => answer.Text.Length > 0)], steps)
        {
            Manual = steps.Count > 0 && report.End is { Reason: not null } ? report.WorkflowRun?.Manual : null,
        };
    }

    /// <summary>As plain lines, the first of which is the verdict and how the cluster is now.</summary>
    /// <param name="verdict">The title, as a sentence.</param>
    public IEnumerable<string> Lines(string verdict) =>
    [
        string.Join(' ', Answers.Where(answer => answer.IsAboutNow).Select(answer => answer.Text).Prepend(verdict)),
        .. Answers.Where(answer => !answer.IsAboutNow).SelectMany(answer => answer.Lines),
        .. Steps.Count == 0 ? Array.Empty<string>() : ["What to do:"],
        .. Steps.Select((step, index) => $"{index + 1}. {step.Line}"),
        .. Manual is null ? Array.Empty<string>() : [$"What to do when: {Manual}"],
    ];
}

/// <summary>Something to do, and what can be copied for that.</summary>
/// <param name="Text">Whole sentences.</param>
/// <param name="Command">What is typed; null where nothing is.</param>
internal sealed record Step(string Text, string? Command = null)
{
    /// <summary>On one line.</summary>
    public string Line => Command is null ? Text : $"{Text[..^1]}: {Command}";
}
