using System.Globalization;
using System.Net;
using Polly;
using Polly.Retry;

namespace EsdbRollingAction.GitHub;

/// <summary>How long an answer may take, when a request is sent again, and what an answer says of that.</summary>
internal static class BearerLimits
{
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan OneAttempt = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AllAttempts = TimeSpan.FromSeconds(30);

    public static ResiliencePipeline<BearerAnswer> Once(TimeProvider time) =>
        new ResiliencePipelineBuilder<BearerAnswer> { TimeProvider = time }.AddTimeout(OneAttempt).Build();

    public static ResiliencePipeline<BearerAnswer> Repeated(TimeProvider time, Func<Exception, bool> meansNoAnswer)
    {
        var retry = new RetryStrategyOptions<BearerAnswer>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
            DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
            ShouldHandle = new PredicateBuilder<BearerAnswer>().Handle(meansNoAnswer).HandleResult(answer => answer.MayPass),
        };
        return new ResiliencePipelineBuilder<BearerAnswer> { TimeProvider = time }
            .AddTimeout(AllAttempts)
            .AddRetry(retry)
            .AddTimeout(OneAttempt)
            .Build();
    }

    /// <summary>The pause that an answer asks for, as far as it is made; GitHub does not say it of its primary limit.</summary>
    public static TimeSpan? Pause(HttpResponseMessage response, DateTimeOffset now) => response switch
    {
        { IsSuccessStatusCode: true } => null,
        _ when RetryAt(response, now) is { } at => TimeSpan.FromTicks(Math.Clamp((at - now).Ticks, 0, LongestPause.Ticks)),
        _ when IsUsedUp(response) => LongestPause,
        _ => null,
    };

    /// <summary>GitHub answers 403 as well as 429. A secondary limit says when to retry, the primary one that nothing remains.</summary>
    public static RateLimit? LimitOf(HttpResponseMessage response, DateTimeOffset now)
    {
        var retryAt = RetryAt(response, now);
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new RateLimit(retryAt ?? ResetOf(response)),
            HttpStatusCode.Forbidden when retryAt is not null || IsUsedUp(response) => new RateLimit(retryAt ?? ResetOf(response)),
            _ => null,
        };
    }

    private static DateTimeOffset? RetryAt(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter?.Date ?? now + response.Headers.RetryAfter?.Delta;

    private static bool IsUsedUp(HttpResponseMessage response) => Header(response, "x-ratelimit-remaining") == "0";

    private static DateTimeOffset? ResetOf(HttpResponseMessage response)
    {
        var isTime = long.TryParse(Header(response, "x-ratelimit-reset"), CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        return isTime ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
