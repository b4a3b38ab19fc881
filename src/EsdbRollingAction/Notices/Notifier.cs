using System.Threading.Channels;
using EsdbRollingAction.Core;

namespace EsdbRollingAction.Notices;

/// <summary>
/// Sends notices in the background, in order and one at a time. Nobody waits for them but the end of the run, for a short time; the
/// first failure is a line in the log, and none is more.
/// </summary>
internal sealed class Notifier : IAsyncDisposable
{
    private readonly Channel<Notice> notices = Channel.CreateUnbounded<Notice>();
    private readonly CancellationTokenSource over;
    private readonly NoticeClient client;
    private readonly Action<string> say;
    private readonly TimeProvider time;
    private readonly Task sending;
    private bool hasSaid;

    public Notifier(NotifyUrl url, Action<string> say, TimeProvider time)
    {
        this.say = say;
        this.time = time;
        client = new NoticeClient(url, time);
        over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        sending = Task.Run(SendAllAsync);
    }

    /// <summary>It is sent after those before it. Returns at once.</summary>
    public void Send(Notice notice) => notices.Writer.TryWrite(notice);

    /// <summary>Sends how it ended, if that is an event; what is still to be sent has half of the time. The last call.</summary>
    public async Task EndAsync(Notice? last, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit, time);
        over.CancelAfter(last is null ? limit : limit / 2);
        notices.Writer.TryComplete();
        await sending;
        if (last is not null)
        {
            await SendAsync(last, end.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        notices.Writer.TryComplete();
        await over.CancelAsync();
        await sending;
        over.Dispose();
        client.Dispose();
    }

    private async Task SendAllAsync()
    {
        await foreach (var notice in notices.Reader.ReadAllAsync())
        {
            await SendAsync(notice, over.Token);
        }
    }

    private async Task SendAsync(Notice notice, CancellationToken limit)
    {
        if (await client.SendAsync(notice.Json(), limit) is { } problem && !hasSaid)
        {
            hasSaid = true;
            var why = Sentence.Clause(problem);
            say($"A notice could not be sent to the {InputNames.NotifyUrl.Name}: {why}. The roll does not depend on it.");
        }
    }
}
