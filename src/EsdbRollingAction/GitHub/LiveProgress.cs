using System.Diagnostics.CodeAnalysis;
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
    private static readonly BoundedChannelOptions OneChange = new(1) { FullMode = BoundedChannelFullMode.DropWrite };

    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(OneChange);
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource requestLimit;
    private readonly GitHubApi api;
    private readonly CheckRun run;
    private readonly Action<string> notice;
    private readonly TimeProvider time;
    private readonly Task showing;
    private volatile CheckRunOutput? newest;
    private bool isRefused;
    private bool hasNoticed;

    private LiveProgress(GitHubApi api, CheckRun run, Action<string> notice, TimeProvider time)
    {
        this.api = api;
        this.run = run;
        this.notice = notice;
        this.time = time;
        requestLimit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        showing = Task.Run(ShowChangesAsync);
    }

    /// <summary>Null where nobody can look: outside of GitHub Actions, or without a token or a commit.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "What is started disposes of it.")]
    public static LiveProgress? Start(GitHubContext context, string clusterName, Action<string> notice, TimeProvider time) =>
        context.Sha is not null && GitHubApi.Create(context, time) is { } api
            ? new LiveProgress(api, new CheckRun(api, context, clusterName, time), notice, time)
            : null;

    public void Show(CheckRunOutput output)
    {
        newest = output;
        changes.Writer.TryWrite(true);
    }

    /// <summary>Shows how it ended, tried again until it is shown or the time is over. The last call.</summary>
    public async Task EndAsync(CheckConclusion conclusion, CheckRunOutput output, TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit, time);

        // What is on its way may be the request that makes the check run; cut off, it could leave one behind that never ends.
        requestLimit.CancelAfter(limit / 2);
        await StopShowingAsync();
        if (isRefused && !run.IsMade)
        {
            return;
        }

        var sent = await SendAsync(output, conclusion, over.Token);
        while (sent is CheckRunSent.NotNow or CheckRunSent.NoAnswer && !over.IsCancellationRequested)
        {
            await WaitAsync(PauseAtTheEnd, over.Token);
            sent = await SendAsync(output, conclusion, over.Token);
        }

        if (sent is not CheckRunSent.Yes)
        {
            var why = run.Problem.Length > 0 ? Sentence.Clause(run.Problem) : "GitHub did not answer in time";
            NoticeOnce($"The check run does not show how the roll ended: {why}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await requestLimit.CancelAsync();
        await StopShowingAsync();
        ending.Dispose();
        requestLimit.Dispose();
        api.Dispose();
    }

    private async Task StopShowingAsync()
    {
        changes.Writer.TryComplete();
        await ending.CancelAsync();
        await showing;
    }

    private async Task ShowChangesAsync()
    {
        CheckRunOutput? shown = null;
        while (!isRefused && await changes.Reader.WaitToReadAsync() && !ending.IsCancellationRequested)
        {
            changes.Reader.TryRead(out _);
            var output = newest!;
            if (output == shown)
            {
                continue;
            }

            if (await SendAsync(output, null, requestLimit.Token) is CheckRunSent.Yes)
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

    private async Task<CheckRunSent> SendAsync(CheckRunOutput output, CheckConclusion? conclusion, CancellationToken limit)
    {
        try
        {
            var sent = await run.SendAsync(output, conclusion, limit);
            isRefused |= sent is CheckRunSent.Refused;
            if (sent is CheckRunSent.Refused or CheckRunSent.NoAnswer)
            {
                var until = isRefused ? "" : " until GitHub can be reached";
                NoticeOnce($"Live progress is not shown as a check run{until}: {Sentence.Clause(run.Problem)}.");
            }

            return sent;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return CheckRunSent.NotNow;
        }
    }

    /// <summary>What follows is of the same trouble.</summary>
    private void NoticeOnce(string text)
    {
        if (!hasNoticed)
        {
            hasNoticed = true;
            notice(text);
        }
    }

    /// <summary>Ends early, and quietly, when it is cancelled.</summary>
    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
