using System.Net;

namespace EsdbRollingAction.GitHub;

internal sealed record BearerRequest(HttpMethod Method, Uri Uri, string Token, string Accept)
{
    public byte[]? Json { get; init; }
    public string? ApiVersion { get; init; }

    /// <summary>The request line; never the token.</summary>
    public override string ToString() => $"{Method} {Uri.GetLeftPart(UriPartial.Path)}";
}

internal sealed record BearerAnswer(HttpStatusCode Status, byte[] Body)
{
    public int Code => (int)Status;

    public bool IsSuccess => Code is >= 200 and < 300;

    /// <summary>How long to wait when the answer says to come back later: it is no refusal then.</summary>
    public TimeSpan? RetryAfter { get; init; }
    public bool HasNextPage { get; init; }

    /// <summary>The token has asked as often as it may: what is refused for that lacks no permission. Null otherwise.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Whether the same request may be answered otherwise in a while.</summary>
    public bool MayPass => RetryAfter is not null || Code is >= 500 or 429 or 408;

    /// <summary>Why GitHub refused.</summary>
    /// <param name="what">What was asked for.</param>
    /// <param name="permission">What the token needs for that.</param>
    public string Refusal(string what, string permission) => this switch
    {
        { RateLimit: { } limit } => $"{limit} (GitHub answered HTTP {Code} when it was asked for {what})",
        { Status: HttpStatusCode.Unauthorized } => "GitHub does not accept the github-token (HTTP 401)",
        { Status: HttpStatusCode.Forbidden, MayPass: false } =>
            $"the github-token may not be used for {what}: it needs `permissions: {permission}` (HTTP 403)",
        { Status: HttpStatusCode.NotFound } => $"{what} cannot be found, or `permissions: {permission}` is missing (HTTP 404)",
        { Status: HttpStatusCode.Gone } => $"{what} has expired (HTTP 410)",
        _ => $"GitHub answered HTTP {Code} when it was asked for {what}",
    };
}

/// <summary>GitHub's limit of requests, primary or secondary.</summary>
internal sealed record RateLimit(DateTimeOffset? Until)
{
    public override string ToString() => Until is { } until
        ? $"the rate limit of the github-token is used up until {TimeText.Clock(until)}"
        : "the rate limit of the github-token is used up";
}

/// <summary>There was no answer: not in time, or none that is HTTP.</summary>
internal sealed class NoAnswerException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether asking again brings nothing else.</summary>
    public bool IsForGood { get; init; }

    public static NoAnswerException Within(TimeSpan limit, Exception cause) =>
        new($"no answer within {limit.TotalSeconds:0.###} s", cause);
}
