using System.Globalization;
using System.Net;
using System.Text.Json;

namespace EsdbRollingAction.GitHub;

/// <summary>How a check run ended.</summary>
internal enum CheckConclusion
{
    Success,
    Failure,
    Cancelled,
    Neutral,
}

/// <summary>What became of sending a check run.</summary>
internal enum CheckRunSent
{
    /// <summary>GitHub shows it.</summary>
    Yes,

    /// <summary>It may be shown when it is sent again.</summary>
    NotNow,

    /// <summary>GitHub was not reached; it may be shown when it is sent again.</summary>
    NoAnswer,

    /// <summary>It will never be shown: most often <c>permissions: checks: write</c> is missing.</summary>
    Refused,
}

/// <summary>The check run of one roll: made when it is first sent, changed from then on.</summary>
/// <param name="api">GitHub.</param>
/// <param name="context">The commit and the workflow run it belongs to.</param>
/// <param name="clusterName">What people call the cluster.</param>
/// <param name="time">The clock.</param>
internal sealed class CheckRun(GitHubApi api, GitHubContext context, string clusterName, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private long? id;

    /// <summary>Whether there is one on GitHub, which would stay under way for ever if nobody ended it.</summary>
    public bool IsMade => id is not null;

    /// <summary>Why the last one was not shown.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Sends what shall be seen.</summary>
    /// <param name="output">What shall be seen.</param>
    /// <param name="conclusion">Null while the roll lasts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CheckRunSent> SendAsync(CheckRunOutput output, CheckConclusion? conclusion, CancellationToken cancellationToken)
    {
        var (method, path, body) = id is { } known
            ? (HttpMethod.Patch, string.Create(CultureInfo.InvariantCulture, $"/check-runs/{known}"), Body(output, conclusion))
            : (HttpMethod.Post, "/check-runs", New(Body(output, conclusion)));
        try
        {
            var answer = await api.SendAsync(
                method, path, JsonSerializer.SerializeToUtf8Bytes(body, GitHubJson.Default.CheckRunBody), cancellationToken);
            return answer.IsSuccess ? Shown(answer.Body) : NotShown(answer);
        }
        catch (NoAnswerException e)
        {
            Problem = e.Message;
            return CheckRunSent.NoAnswer;
        }
    }

    private CheckRunBody Body(CheckRunOutput output, CheckConclusion? conclusion) => new()
    {
        Status = conclusion is null ? "in_progress" : "completed",
        Conclusion = conclusion switch
        {
            CheckConclusion.Success => "success",
            CheckConclusion.Failure => "failure",
            CheckConclusion.Cancelled => "cancelled",
            CheckConclusion.Neutral => "neutral",
            _ => null,
        },
        CompletedAt = conclusion is null ? null : time.GetUtcNow(),
        Output = output,
    };

    private CheckRunBody New(CheckRunBody body) => body with
    {
        Name = Printable.Line($"esdb-rolling-update ({clusterName})"),
        HeadSha = context.Sha,
        ExternalId = string.Create(CultureInfo.InvariantCulture, $"{context.RunId}-{context.RunAttempt}-{context.Job}"),
        DetailsUrl = context.RunUrl,
        StartedAt = startedAt,
    };

    private CheckRunSent Shown(byte[] answer)
    {
        try
        {
            id ??= JsonSerializer.Deserialize(answer, GitHubJson.Default.CheckRunCreated) is { Id: > 0 } created ? created.Id : null;
        }
        catch (JsonException e)
        {
            Problem = Printable.Line(e.Message);
        }

        // Without its number it cannot be changed, and a second one would be worse than none.
        return id is null ? CheckRunSent.Refused : CheckRunSent.Yes;
    }

    private CheckRunSent NotShown(BearerAnswer answer)
    {
        Problem = answer switch
        {
            { RateLimit: { } limit } => $"{limit} (GitHub answered HTTP {(int)answer.Status})",
            { Status: HttpStatusCode.Forbidden or HttpStatusCode.NotFound, MayPass: false } =>
                $"the github-token may not write it: it needs `permissions: checks: write` (HTTP {(int)answer.Status})",
            _ => $"GitHub answered HTTP {(int)answer.Status}",
        };
        return answer.MayPass ? CheckRunSent.NotNow : CheckRunSent.Refused;
    }
}
