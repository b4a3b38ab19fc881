using System.Globalization;
using System.Net;

namespace EsdbRollingAction.GitHub;

/// <summary>How long an answer may take, when a request is sent again, and what an answer says of that.</summary>
internal static class BearerLimits
{
    /// <summary>How often a request is sent that changes nothing.</summary>
    public const int Attempts = 3;

    public static readonly TimeSpan OneAttempt = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan AllAttempts = TimeSpan.FromSeconds(30);

    /// <summary>The pause after the first attempt; after the second it is twice as long.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>The pause that an answer asks for, as far as it is made; GitHub does not say it of its primary limit.</summary>
    public static TimeSpan? PauseOf(HttpResponseMessage response, DateTimeOffset now) => response switch
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
