using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace EsdbRollingAction.Sandbox.Measures;

/// <summary>Clients that append all the time and measure the longest time in which none of them succeeded.</summary>
public sealed class AppendingClient : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>A shorter time without a write is the clients' own pause, or a busy machine.</summary>
    private static readonly TimeSpan ShortestGap = TimeSpan.FromMilliseconds(250);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource firstSuccess = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient http;
    private readonly IReadOnlyList<Uri> nodes;
    private readonly TimeProvider time;
    private readonly List<Task> writers;
    private long lastSuccess;
    private TimeSpan longestGap;
    private TimeSpan withoutWrites;
    private long succeeded;
    private long failed;

    internal AppendingClient(IReadOnlyList<Uri> nodes, int writers, HttpClient http, TimeProvider time)
    {
        this.nodes = nodes;
        this.time = time;
        this.http = http;
        http.Timeout = Patience;
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("admin:changeit")));
        lastSuccess = time.GetTimestamp();
        this.writers = [.. Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer, stopping.Token)))];
    }

    /// <summary>Ends with the first event that was appended; gaps count from there.</summary>
    public Task FirstSuccess => firstSuccess.Task;

    /// <summary>Events appended.</summary>
    public long Succeeded => Interlocked.Read(ref succeeded);

    /// <summary>Attempts that failed.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Longest real time in which no write succeeded, the one that lasts included.</summary>
    public TimeSpan LongestGap
    {
        get
        {
            lock (gate)
            {
                var lasting = time.GetElapsedTime(lastSuccess);
                return lasting > longestGap ? lasting : longestGap;
            }
        }
    }

    /// <summary>All such times that were longer than a moment, together, the one that lasts included.</summary>
    public TimeSpan WithoutWrites
    {
        get
        {
            lock (gate)
            {
                return withoutWrites + Counted(time.GetElapsedTime(lastSuccess));
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(writers);
        stopping.Dispose();
    }

    private async Task WriteAsync(int writer, CancellationToken cancellationToken)
    {
        var node = writer % nodes.Count;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await TryAppendAsync(nodes[node], writer, cancellationToken))
            {
                Interlocked.Increment(ref succeeded);
                Succeed();
            }
            else
            {
                Interlocked.Increment(ref failed);
                node = (node + 1) % nodes.Count;
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryAppendAsync(Uri node, int writer, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(node, $"/streams/sandbox-{writer}"), content, cancellationToken);
            return answer.StatusCode == HttpStatusCode.Created;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Succeed()
    {
        lock (gate)
        {
            var gap = time.GetElapsedTime(lastSuccess);
            var isFirst = firstSuccess.TrySetResult();
            longestGap = gap > longestGap && !isFirst ? gap : longestGap;
            withoutWrites += isFirst ? TimeSpan.Zero : Counted(gap);
            lastSuccess = time.GetTimestamp();
        }
    }

    private static TimeSpan Counted(TimeSpan gap) => gap >= ShortestGap ? gap : TimeSpan.Zero;
}
