using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;

namespace EsdbRollingAction.Notices;

/// <summary>Sends one notice at a time. What it says of a failure tells nothing of the address, not even its host.</summary>
internal sealed class NoticeClient : IDisposable
{
    public static readonly TimeSpan OneAttempt = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Version? Version = typeof(NoticeClient).Assembly.GetName().Version;
    private static readonly ProductInfoHeaderValue UserAgent = new("esdb-rolling-update", Version?.ToString(3));

    // Like GitHub, and unlike the nodes, it may be behind the proxy that the environment names. A redirect would take the text elsewhere.
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private readonly HttpClient client;
    private readonly NotifyUrl url;
    private readonly TimeProvider time;

    public NoticeClient(NotifyUrl url, TimeProvider time)
    {
        this.url = url;
        this.time = time;
        client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends it, and once more when that may help.</summary>
    /// <returns>Why it was not accepted, as a clause; null when it was, or the caller did not wait for it.</returns>
    public async Task<string?> SendAsync(byte[] json, CancellationToken cancellationToken)
    {
        var first = await TrySendAsync(json, cancellationToken);
        if (!first.MayPass || cancellationToken.IsCancellationRequested)
        {
            return first.Problem;
        }

        await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return cancellationToken.IsCancellationRequested ? first.Problem : (await TrySendAsync(json, cancellationToken)).Problem;
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps a notice from being sent, the roll goes on.")]
    private async Task<Attempt> TrySendAsync(byte[] json, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(OneAttempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var message = Message(json);
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Answered(response.StatusCode);
        }
        catch (OperationCanceledException)
        {
            return new Attempt(cancellationToken.IsCancellationRequested ? "it was not answered before the run ended" : NoAnswer);
        }
        catch (HttpRequestException exception)
        {
            return new Attempt(Kind(exception.HttpRequestError), MayPass: true);
        }
        catch (Exception)
        {
            return new Attempt("there was no answer that is HTTP");
        }
    }

    private static string NoAnswer => $"there was no answer within {OneAttempt.TotalSeconds:0} s";

    private HttpRequestMessage Message(byte[] json)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, url.Address) { Content = new ByteArrayContent(json) };
        message.Headers.UserAgent.Add(UserAgent);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return message;
    }

    private static Attempt Answered(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => new Attempt(null),
        >= 500 or 429 => new Attempt($"it was answered HTTP {(int)status}", MayPass: true),
        var other => new Attempt($"it was answered HTTP {other}"),
    };

    private static string Kind(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "the name of the host is not known",
        HttpRequestError.ConnectionError => "there is no connection",
        HttpRequestError.SecureConnectionError => "there is no TLS connection: most often the certificate is not trusted",
        HttpRequestError.ProxyTunnelError => "the proxy does not let it through",
        _ => "there was no answer that is HTTP",
    };

    private readonly record struct Attempt(string? Problem, bool MayPass = false);
}
