using System.Diagnostics.CodeAnalysis;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.GitHub;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction;

/// <summary>Keeps one report of the run and shows it: as log, check run, outputs and job summary.</summary>
internal sealed class RunPublisher : IUpdateReporter, IAsyncDisposable
{
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(10);

    private readonly GitHubContext github;
    private readonly ConsoleReporter console;
    private readonly TimeProvider time;
    private readonly Outputs outputs;
    private LiveProgress? live;
    private bool isUntold;

    public RunPublisher(GitHubContext github, ConsoleReporter console, TimeProvider time)
    {
        (this.github, this.console, this.time) = (github, console, time);
        outputs = new Outputs(github.Output, console.Notice);
        Report = new RunReport { Mode = Mode.Apply, ClusterName = "", At = time.GetUtcNow() };
    }

    /// <summary>The run as it is now.</summary>
    public RunReport Report { get; private set; }

    /// <summary>The inputs are known: what the next step needs is said at once, in case this program is killed.</summary>
    public void Begin(Inputs inputs)
    {
        Report = Report with
        {
            Mode = inputs.Mode,
            ClusterName = inputs.ClusterName,
            StateFile = inputs.StateFile,
            WorkflowRun = WorkflowRun(inputs),
            Region = inputs.AwsRegion,
        };
        outputs.WriteStateFile(inputs.StateFile);
        live = inputs.Mode is Mode.Plan or Mode.Recover ? null : new LiveProgress(github, inputs.ClusterName, console.Notice, time);
    }

    /// <summary>The state that was found, or how it is at the end.</summary>
    public void Found(ClusterUpdate? state) => Report = Report with { State = state };

    /// <summary>How many nodes the cluster has, whatever became of the run; null when it is not known.</summary>
    public void Counted(int? nodes) => Report = Report with { NodeCount = nodes };

    /// <summary>The region that the instances are asked for in.</summary>
    public void In(string? region) => Report = Report with { Region = region ?? Report.Region };

    public void Notice(string text) => console.Notice(text);

    public void Warn(string text)
    {
        Report = Report with { Warnings = [.. Report.Warnings, text] };
        console.Warn(text);
    }

    public void Checked(IReadOnlyList<Check> checks)
    {
        Report = Report with { Checks = checks };
        console.Checked(checks, inFull: Report.Mode == Mode.Plan);
    }

    public void Planned(ClusterUpdate state)
    {
        console.Planned(state);
        Show(Report with { State = state });
    }

    public void Decided(Decision decision, DateTimeOffset at)
    {
        console.Decided(decision, at);
        Show(Report with { State = decision.State, At = at, BytesBehind = decision.BytesBehind });
    }

    public void Acted(ClusterUpdate after) => Report = Report with { State = after };

    public void Refused(Decision decision, string why, DateTimeOffset at) => console.Refused(decision, why, at);

    /// <summary>Files first: they are safe before anybody has to be waited for. A cancelled job is killed soon.</summary>
    public async Task EndAsync(RunEnd end, TimeToEnd whenCancelled)
    {
        Report = Report with { End = end, At = time.GetUtcNow(), BytesBehind = null };
        outputs.Write(Report);
        Summarize();
        console.Ended(end);
        if (live is not null)
        {
            var conclusion = Conclusion(end);
            var patience = conclusion == CheckConclusion.Cancelled ? whenCancelled.ForProgress : PatienceAtTheEnd;
            var (title, summary) = Told(Report);
            await live.EndAsync(conclusion, title, summary, patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (live is not null)
        {
            await live.DisposeAsync();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A state that nobody expected must not take the verdict and the exit code with it.")]
    private void Summarize()
    {
        try
        {
            new StepSummaryFile(github.StepSummary, console.Notice).Append(JobSummary.Render(Report));
        }
        catch (Exception exception)
        {
            console.Warn(
                $"The job summary could not be made: {exception.GetType().Name}: {Sentence.Ended(exception.Message)} "
                + "This is a defect of the program.");
        }
    }

    private void Show(RunReport report)
    {
        Report = report;
        outputs.WriteStateArtifact(report);
        if (live is { IsShown: true })
        {
            var (title, summary) = Told(report);
            live.Show(title, summary);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "What only tells of the roll must not end it.")]
    private (string Title, string Summary) Told(RunReport report)
    {
        try
        {
            return (CheckRunText.Title(report), CheckRunText.Summary(report));
        }
        catch (Exception exception)
        {
            if (!isUntold)
            {
                isUntold = true;
                console.Warn(
                    $"The check run could not be made: {exception.GetType().Name}: {Sentence.Ended(exception.Message)} "
                    + "This is a defect of the program.");
            }

            return ("See the log", "What is done could not be shown here. The log tells it.");
        }
    }

    private static CheckConclusion Conclusion(RunEnd end) => end.ExitCode switch
    {
        ExitCode.Done => CheckConclusion.Success,
        ExitCode.Interrupted or ExitCode.Terminated => CheckConclusion.Cancelled,
        _ => CheckConclusion.Failure,
    };

    private WorkflowRun? WorkflowRun(Inputs inputs) => github is { IsActions: true, RunId: { } id }
        ? new WorkflowRun(id, github.RunAttempt, github.RunUrl ?? "", StateArtifactName.Of(inputs.ClusterName, id, github.RunAttempt))
        : null;
}
