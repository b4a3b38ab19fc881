using System.Diagnostics.CodeAnalysis;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.Endings;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.GitHub.Summary;
using EsdbRollingAction.Notices;

namespace EsdbRollingAction;

/// <summary>Keeps one report of the run and shows it: as log, check run, notices, outputs and job summary.</summary>
internal sealed class RunPublisher(GitHubContext github, ConsoleReporter console, TimeProvider time) : IUpdateReporter, IAsyncDisposable
{
    private static readonly TimeSpan TimeForLastProgress = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TimeForLastNotice = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> defects = [];
    private readonly Outputs outputs = new(github.Output, console.Notice);
    private readonly RunnerFile summary = new(github.StepSummary, "The job summary", console.Notice);
    private LiveProgress? live;
    private Notifier? notifier;
    private ClusterUpdate? start;
    private NodeUpdate? decided;

    public RunReport Report { get; private set; } = new() { Mode = Mode.Apply, ClusterName = "", At = time.GetUtcNow() };

    /// <summary>The inputs are known: what the next step needs is said at once, in case this program is killed.</summary>
    public void Begin(Inputs inputs)
    {
        Report = Report with
        {
            Mode = inputs.Mode,
            ClusterName = inputs.ClusterName,
            StateFile = inputs.StateFile,
            WorkflowRun = WorkflowRun(inputs.ClusterName),
            Region = inputs.AwsRegion,
            BakeTime = inputs.Settings.BakeTime,
        };
        console.BakeTime = inputs.Settings.BakeTime;
        outputs.WriteStateFile(inputs.StateFile);
        if (inputs.Mode is not (Mode.Plan or Mode.Recover or Mode.Status))
        {
            live = LiveProgress.Start(github, inputs.ClusterName, console.Notice, time);
        }

        if (inputs is { Mode: not Mode.Plan, NotifyUrl: { } url })
        {
            notifier = new Notifier(url, console.Notice, time);
        }
    }

    /// <summary>The state that was found, or how it is at the end.</summary>
    public void Found(ClusterUpdate? state)
    {
        start ??= state;
        Report = Report with { State = state };
    }

    /// <summary>How many nodes the cluster has, whatever became of the run; null when it is not known.</summary>
    public void Counted(int? nodes) => Report = Report with { NodeCount = nodes };

    public void In(string? region) => Report = Report with { Region = region ?? Report.Region };

    public void Notice(string text) => console.Notice(text);

    public void Warn(string text)
    {
        Report = Report with { Warnings = [.. Report.Warnings, text] };
        console.Warn(text);
    }

    public void Checked(PreflightReport report)
    {
        Report = Report with { Checks = report.Checks, Voters = report.Voters };
        console.Checked(report.Checks, inFull: Report.Mode == Mode.Plan);
    }

    public void Looked(ClusterStatus status)
    {
        Report = Report with { Status = status, Checks = status.Checks, NodeCount = status.Nodes.Count };
        console.Looked(status);
    }

    public void Planned(ClusterUpdate state)
    {
        console.Planned(state);
        Show(Report with { State = state });
    }

    public void Decided(Decision decision, DateTimeOffset at)
    {
        console.Decided(decision, at);
        decided = decision.Node;
        var before = Report;
        Show(Report with
        {
            State = decision.State,
            At = at,
            BytesBehind = decision.BytesBehind,
            Voters = decision.Voters ?? Report.Voters,
            Now = decision.Now,
            HasActed = Report.HasActed || decision.Act.ChangesTheWorld,
        });
        if (notifier is not null && Rendered("notice", now => Notices.Notice.Of(before, now, decision)) is { } notice)
        {
            notifier.Send(notice);
        }
    }

    /// <summary>What the node was before is no longer so.</summary>
    public void Acted(ClusterUpdate after) => Report = Report with
    {
        State = after,
        Now = [.. Report.Now.Where(seen => seen.Entry.Endpoint != decided?.Endpoint)],
    };

    public void Refused(Decision decision, string why, DateTimeOffset at) => console.Refused(decision, why, at);

    /// <summary>Files first: they are safe before anybody has to be waited for. A cancelled job is killed soon.</summary>
    public async Task EndAsync(RunEnd end, TimeToEnd whenCancelled)
    {
        Report = Report with { End = end, At = time.GetUtcNow(), BytesBehind = null };
        outputs.Write(Report);
        summary.Append(Rendered("job summary", Summary) ?? "");
        console.Ended(Rendered("verdict", Ending.Of) ?? new Ending(new Title("", Sentence.Clause(end.Message), "", Report.Reason), [], []));
        var conclusion = Conclusion(end);
        TimeSpan? left = conclusion is CheckConclusion.Cancelled ? whenCancelled.ForProgress : null;
        await Task.WhenAll(
            live?.EndAsync(conclusion, Progress(), left ?? TimeForLastProgress) ?? Task.CompletedTask,
            notifier?.EndAsync(LastNotice(), left ?? TimeForLastNotice) ?? Task.CompletedTask);
    }

    public async ValueTask DisposeAsync()
    {
        if (live is not null)
        {
            await live.DisposeAsync();
        }

        if (notifier is not null)
        {
            await notifier.DisposeAsync();
        }
    }

    private void Show(RunReport report)
    {
        Report = report;
        outputs.WriteStateArtifact(report);
        live?.Show(Progress());
    }

    private static string Summary(RunReport report) => report.Status is null ? JobSummary.Render(report) : StatusTable.Summary(report);

    private CheckRunOutput Progress() => Rendered("check run", CheckRunText.Of)
        ?? new CheckRunOutput("See the log", "What is done could not be shown here. The log tells it.");

    private Notice? LastNotice() => Rendered("notice", end => Notices.Notice.OfEnd(end, start));

    /// <summary>The text, or null after a warning, said once.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "What only shows the roll must not end it, nor take its exit code with it.")]
    private T? Rendered<T>(string what, Func<RunReport, T?> render)
        where T : class
    {
        try
        {
            return render(Report);
        }
        catch (Exception exception)
        {
            if (defects.Add(what))
            {
                var why = $"{exception.GetType().Name}: {Sentence.Ended(exception.Message)}";
                console.Warn($"The {what} could not be made: {why} This is a defect of the program.");
            }

            return null;
        }
    }

    private static CheckConclusion Conclusion(RunEnd end) => end.ExitCode switch
    {
        ExitCode.Done => CheckConclusion.Success,
        ExitCode.Interrupted or ExitCode.Terminated => CheckConclusion.Cancelled,
        _ => CheckConclusion.Failure,
    };

    private WorkflowRun? WorkflowRun(string cluster)
    {
        if (github is not { IsActions: true, RunId: { } id, RunAttempt: var attempt })
        {
            return null;
        }

        return new WorkflowRun(id, github.RunUrl ?? "", StateArtifactName.Of(cluster, id, attempt))
        {
            Repository = github.RepositoryForGh,
            Workflow = github.Workflow,
            Manual = github.Manual,
        };
    }
}
