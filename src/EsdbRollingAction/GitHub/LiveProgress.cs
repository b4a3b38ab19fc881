using System.Threading.Channels;
using EsdbRollingAction.Core;

namespace EsdbRollingAction.GitHub;

/// <summary>
/// Shows how the roll goes while it goes, as a check run. Nobody waits for it and nothing it meets disturbs the roll: the newest
/// text is sent in the background, on change, at most every 15 s.
/// </summary>
internal sealed class LiveProgress : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PauseAtTheEnd = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource leavingOff;
    private readonly GitHubApi? api;
    private readonly CheckRun? checkRun;
    private readonly SaidOnce said;
    private readonly TimeProvider time;
    private readonly Task showing;
    private volatile CheckRunOutput? newest;
    private CheckRunOutput? shown;
    private bool refused;

    /// <param name="context">Without a token, or outside of GitHub Actions, nothing is ever shown.</param>
    /// <param name="clusterName">What people call the cluster.</param>
    /// <param name="notice">Told at most once, from another thread, that nothing can be shown.</param>
    /// <param name="time">The clock.</param>
    public LiveProgress(GitHubContext context, string clusterName, Action<string> notice, TimeProvider time)
    {
        said = new SaidOnce(notice);
        this.time = time;
        leavingOff = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        api = context.Sha is null ? null : GitHubApi.Create(context, time);
        checkRun = api is null ? null : new CheckRun(api, context, clusterName, time);
        showing = checkRun is null ? Task.CompletedTask : Task.Run(() => ShowChangesAsync(checkRun));
    }

    /// <summary>Whether anybody looks: else there is nothing to render.</summary>
    public bool IsShown => checkRun is not null;

    /// <summary>Says what shall be seen. Returns at once.</summary>
    /// <param name="title">One line; cut when it is too long.</param>
    /// <param name="summary">Markdown; cut when it is too long.</param>
    public void Show(string title, string summary)
    {
        if (checkRun is not null)
        {
            newest = CheckRunLimits.Fit(title, summary);
            changes.Writer.TryWrite(true);
        }
    }

    /// <summary>Shows how it ended, tried again until it is shown or the patience is over. The last call.</summary>
    public async Task EndAsync(CheckConclusion conclusion, string title, string summary, TimeSpan patience)
    {
        using var givingUp = new CancellationTokenSource(patience, time);

        // What is on its way may be the request that makes the check run; cut off, it could leave one behind that never ends.
        leavingOff.CancelAfter(patience / 2);
        await LeaveOffAsync();
        if (checkRun is not { } run || (refused && !run.IsMade))
        {
            return;
        }

        var last = CheckRunLimits.Fit(title, summary);
        CheckRunSent sent;
        while ((sent = await SendAsync(run, last, conclusion, givingUp.Token)) is CheckRunSent.NotNow or CheckRunSent.NoAnswer && !givingUp.IsCancellationRequested)
        {
            await WaitAsync(PauseAtTheEnd, givingUp.Token);
        }

        if (sent is not CheckRunSent.Yes)
        {
            var why = run.Problem.Length > 0 ? Sentence.Clause(run.Problem) : "GitHub did not answer in time";
            said.Say($"The check run does not show how the roll ended: {why}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await leavingOff.CancelAsync();
        await LeaveOffAsync();
        ending.Dispose();
        leavingOff.Dispose();
        api?.Dispose();
    }

    private async Task LeaveOffAsync()
    {
        changes.Writer.TryComplete();
        await ending.CancelAsync();
        await showing;
    }

    private async Task ShowChangesAsync(CheckRun run)
    {
        while (!refused && await changes.Reader.WaitToReadAsync() && !ending.IsCancellationRequested)
        {
            changes.Reader.TryRead(out _);
            if (newest is not { } output || output == shown)
            {
                continue;
            }

            if (await SendAsync(run, output, null, leavingOff.Token) is CheckRunSent.Yes)
            {
                shown = output;
            }
            else
            {
                changes.Writer.TryWrite(true);
            }

            await WaitAsync(Pause, ending.Token);
        }
    }

    private async Task<CheckRunSent> SendAsync(CheckRun run, CheckRunOutput output, CheckConclusion? conclusion, CancellationToken cancellationToken)
    {
        try
        {
            var sent = await run.SendAsync(output, conclusion, cancellationToken);
            refused |= sent is CheckRunSent.Refused;
            if (sent is CheckRunSent.Refused or CheckRunSent.NoAnswer)
            {
                var until = refused ? "" : " until GitHub can be reached";
                said.Say($"Live progress is not shown as a check run{until}: {Sentence.Clause(run.Problem)}.");
            }

            return sent;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CheckRunSent.NotNow;
        }
    }

    /// <summary>Ends early, and quietly, when it is cancelled.</summary>
    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
