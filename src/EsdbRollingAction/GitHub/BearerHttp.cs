using System.Net;
using System.Net.Http.Headers;

namespace EsdbRollingAction.GitHub;

/// <summary>HTTP with a token that only the host it is meant for ever sees; one exception for every way to get no answer.</summary>
internal sealed class BearerHttp : IDisposable
{
    private const int LongestAnswer = 16 * 1024 * 1024;
    private const int MostRedirects = 3;

    private static readonly Version? Version = typeof(BearerHttp).Assembly.GetName().Version;
    private static readonly ProductInfoHeaderValue UserAgent = new("esdb-rolling-update", Version?.ToString(3));

    // Unlike the nodes, GitHub may be behind the proxy that the environment names.
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private readonly HttpClient client;
    private readonly TimeProvider time;

    public BearerHttp(TimeProvider time)
    {
        this.time = time;
        client = new HttpClient(handler, disposeHandler: false)
        {
            MaxResponseContentBufferSize = LongestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <exception cref="NoAnswerException">No answer in time, or none that is HTTP.</exception>
    public async Task<BearerAnswer> SendAsync(BearerRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(BearerLimits.OneAttempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await FollowAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            throw NoAnswerException.Within(BearerLimits.OneAttempt, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new NoAnswerException(Printable.Line(Why(e)), e);
        }
    }

    /// <summary>Sends up to three times, while there is no answer or one that may pass. For requests that change nothing.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<BearerAnswer> SendRepeatedlyAsync(BearerRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(BearerLimits.AllAttempts, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await RepeatAsync(request, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoAnswerException.Within(BearerLimits.AllAttempts, e);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    private async Task<BearerAnswer> RepeatAsync(BearerRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isLast = attempt == BearerLimits.Attempts;
            var pause = attempt * BearerLimits.Pause;
            try
            {
                var answer = await SendAsync(request, cancellationToken);
                if (isLast || !answer.MayPass)
                {
                    return answer;
                }

                pause = answer.RetryAfter ?? pause;
            }
            catch (NoAnswerException e) when (!isLast && !e.IsForGood)
            {
                // What the last attempt says is told.
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<BearerAnswer> FollowAsync(BearerRequest request, CancellationToken cancellationToken)
    {
        var uri = request.Uri;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var message = Message(request, uri);
            using var response = await client.SendAsync(message, cancellationToken);
            if (!IsRedirect(response, request.Method))
            {
                return Answer(response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            }

            var next = HttpAddress.Redirect(uri, response.Headers.Location);
            if (next is null || (request.Method != HttpMethod.Get && !HttpAddress.IsSameOrigin(next, request.Uri)))
            {
                break;
            }

            uri = next;
        }

        throw new NoAnswerException("it redirects to where no request is sent") { IsForGood = true };
    }

    private static HttpRequestMessage Message(BearerRequest request, Uri uri)
    {
        var message = new HttpRequestMessage(request.Method, uri);
        message.Headers.UserAgent.Add(UserAgent);
        if (!HttpAddress.IsSameOrigin(uri, request.Uri))
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
            message.Content = new ByteArrayContent(json);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return message;
    }

    /// <summary>Only 307 and 308 promise that the request stays what it is.</summary>
    private static bool IsRedirect(HttpResponseMessage response, HttpMethod method) => response.StatusCode switch
    {
        HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => true,
        HttpStatusCode.Found or HttpStatusCode.MovedPermanently or HttpStatusCode.SeeOther => method == HttpMethod.Get,
        _ => false,
    };

    private BearerAnswer Answer(HttpResponseMessage response, byte[] body)
    {
        var now = time.GetUtcNow();
        var links = response.Headers.TryGetValues("Link", out var values) ? values : [];
        return new BearerAnswer(response.StatusCode, body)
        {
            RetryAfter = BearerLimits.PauseOf(response, now),
            RateLimit = BearerLimits.LimitOf(response, now),
            HasNextPage = links.Any(link => link.Contains("rel=\"next\"", StringComparison.Ordinal)),
        };
    }

    /// <summary>Some of the runtime's sentences only point to what is inside of them.</summary>
    private static string Why(Exception e) => e switch
    {
        OperationCanceledException => "no answer in time",
        _ when e.Message.Contains("see inner exception", StringComparison.OrdinalIgnoreCase) => e.GetBaseException().Message,
        _ => e.Message,
    };
}
