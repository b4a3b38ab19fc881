using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Timeout;

namespace EsdbRollingAction.GitHub;

/// <summary>HTTP with a token that only the host it is meant for ever sees; one exception for every way to get no answer.</summary>
internal sealed class BearerHttp : IDisposable
{
    private const int LongestAnswer = 16 * 1024 * 1024;
    private const int MostRedirects = 3;

    /// <summary>The last second of the year 9999: what is later is no time.</summary>
    private const long LatestReset = 253402300799;

    private static readonly ProductInfoHeaderValue UserAgent = new("esdb-rolling-update", typeof(BearerHttp).Assembly.GetName().Version?.ToString(3));

    // Unlike the nodes, GitHub may be behind the proxy that the environment names.
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private readonly HttpClient client;
    private readonly TimeProvider time;
    private readonly ResiliencePipeline<BearerAnswer> once;
    private readonly ResiliencePipeline<BearerAnswer> repeated;

    public BearerHttp(TimeProvider time)
    {
        this.time = time;
        once = BearerResilience.Once(time);
        repeated = BearerResilience.Repeated(time);
        client = new HttpClient(handler, disposeHandler: false)
        {
            MaxResponseContentBufferSize = LongestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Sends once.</summary>
    /// <exception cref="NoAnswerException">No answer within 10 s, or none that is HTTP.</exception>
    public Task<BearerAnswer> SendAsync(BearerRequest request, CancellationToken cancellationToken) => SendAsync(once, request, cancellationToken);

    /// <summary>Sends up to three times, while there is no answer or one that may pass. For requests that change nothing.</summary>
    /// <exception cref="NoAnswerException">No answer within 30 s, or none that is HTTP.</exception>
    public Task<BearerAnswer> SendRepeatedlyAsync(BearerRequest request, CancellationToken cancellationToken) =>
        SendAsync(repeated, request, cancellationToken);

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    private async Task<BearerAnswer> SendAsync(
        ResiliencePipeline<BearerAnswer> pipeline, BearerRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                static (state, token) => state.Self.FollowAsync(state.Request, token), (Self: this, Request: request), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (BearerResilience.MeansNoAnswer(e))
        {
            throw new NoAnswerException(Describe(e), e);
        }
    }

    private async ValueTask<BearerAnswer> FollowAsync(BearerRequest request, CancellationToken cancellationToken)
    {
        var uri = request.Uri;
        for (var redirects = 0; ; redirects++)
        {
            using var message = Message(request, uri);
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken);
            if (!IsRedirect(response, request.Method))
            {
                return await AnswerAsync(response, cancellationToken);
            }

            uri = redirects < MostRedirects && Redirects.Follow(uri, response.Headers.Location) is { } next
                && (request.Method == HttpMethod.Get || Redirects.IsSameOrigin(next, request.Uri))
                ? next
                : throw new NoAnswerException("it redirects to where no request is sent");
        }
    }

    private static HttpRequestMessage Message(BearerRequest request, Uri uri)
    {
        var message = new HttpRequestMessage(request.Method, uri);
        message.Headers.UserAgent.Add(UserAgent);
        if (!Redirects.IsSameOrigin(uri, request.Uri))
        {
            return message;
        }

        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", request.Token);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(request.Accept));
        if (request.ApiVersion is { } version)
        {
            message.Headers.Add("X-GitHub-Api-Version", version);
        }

        if (request.Json is { } json)
        {
            message.Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return message;
    }

    /// <summary>Only 307 and 308 promise that the request stays what it is.</summary>
    private static bool IsRedirect(HttpResponseMessage response, HttpMethod method) =>
        response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        || (method == HttpMethod.Get
            && response.StatusCode is HttpStatusCode.Found or HttpStatusCode.MovedPermanently or HttpStatusCode.SeeOther);

    private async Task<BearerAnswer> AnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        response.StatusCode,
        await response.Content.ReadAsByteArrayAsync(cancellationToken),
        ComeBackLater(response),
        response.Headers.TryGetValues("Link", out var links) && links.Any(link => link.Contains("rel=\"next\"", StringComparison.Ordinal)))
    {
        RateLimit = LimitOf(response),
    };

    private TimeSpan? ComeBackLater(HttpResponseMessage response) =>
        response.IsSuccessStatusCode ? null
        : AskedToWait(response) ?? (IsUsedUp(response) ? BearerResilience.LongestPause : null);

    private TimeSpan? AskedToWait(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - time.GetUtcNow();

    /// <summary>The secondary limits say how long to wait, the primary one that nothing remains and when it begins anew.</summary>
    private RateLimit? LimitOf(HttpResponseMessage response)
    {
        if (!RateLimit.MayBe(response.StatusCode))
        {
            return null;
        }

        return AskedToWait(response) is { } wait ? new RateLimit(time.GetUtcNow() + wait)
            : IsUsedUp(response) || response.StatusCode is HttpStatusCode.TooManyRequests ? new RateLimit(ResetOf(response))
            : null;
    }

    private static bool IsUsedUp(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-ratelimit-remaining", out var left) && left.Contains("0");

    private static DateTimeOffset? ResetOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-ratelimit-reset", out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= LatestReset
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string Describe(Exception e) => e is TimeoutRejectedException late
        ? string.Create(CultureInfo.InvariantCulture, $"no answer within {late.Timeout.TotalSeconds:0.###} s")
        : Printable.Line(e.Message);
}
