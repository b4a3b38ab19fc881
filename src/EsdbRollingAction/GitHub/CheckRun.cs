using System.Text.Json;

namespace EsdbRollingAction.GitHub;

/// <summary>How a check run ended. GitHub has the names in lower case.</summary>
internal enum CheckConclusion
{
    Success,
    Failure,
    Cancelled,
}

internal enum CheckRunSent
{
    Yes,

    /// <summary>It may be shown when it is sent again.</summary>
    NotNow,

    /// <summary>GitHub was not reached; it may be shown when it is sent again.</summary>
    NoAnswer,

    /// <summary>It will never be shown: most often <c>permissions: checks: write</c> is missing.</summary>
    Refused,
}

/// <summary>The check run of one roll: made when it is first sent, changed from then on.</summary>
internal sealed class CheckRun(GitHubApi api, GitHubContext context, string clusterName, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private long? id;

    /// <summary>Whether there is one on GitHub, which would stay under way for ever if nobody ended it.</summary>
    public bool IsMade => id is not null;

    public string Problem { get; private set; } = "";

    /// <summary>Sends what shall be seen; without a conclusion while the roll lasts.</summary>
    public async Task<CheckRunSent> SendAsync(CheckRunOutput output, CheckConclusion? conclusion, CancellationToken cancellationToken)
    {
        var body = new CheckRunBody
        {
            Status = conclusion is null ? "in_progress" : "completed",
            Conclusion = conclusion?.ToString().ToLowerInvariant(),
            CompletedAt = conclusion is null ? null : time.GetUtcNow(),
            Output = output,
        };
        try
        {
            var answer = await (IsMade ? ChangeAsync(body, cancellationToken) : MakeAsync(body, cancellationToken));
            return answer.IsSuccess ? Shown(answer) : NotShown(answer);
        }
        catch (NoAnswerException e)
        {
            Problem = e.Message;
            return CheckRunSent.NoAnswer;
        }
    }

    private Task<BearerAnswer> ChangeAsync(CheckRunBody body, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, $"/check-runs/{id}", Json(body), cancellationToken);

    private Task<BearerAnswer> MakeAsync(CheckRunBody body, CancellationToken cancellationToken)
    {
        var made = body with
        {
            Name = Printable.Line($"esdb-rolling-update ({clusterName})"),
            HeadSha = context.Sha,
            ExternalId = $"{context.RunId}-{context.RunAttempt}-{context.Job}",
            DetailsUrl = context.RunUrl,
            StartedAt = startedAt,
        };
        return api.SendAsync(HttpMethod.Post, "/check-runs", Json(made), cancellationToken);
    }

    private static byte[] Json(CheckRunBody body) => JsonSerializer.SerializeToUtf8Bytes(body, GitHubJson.Default.CheckRunBody);

    private CheckRunSent Shown(BearerAnswer answer)
    {
        try
        {
            id ??= JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.CheckRunCreated)?.Id;
        }
        catch (JsonException)
        {
            Problem = "GitHub's answer names no check run";
        }

        // Without its number it cannot be changed, and a second one would be worse than none.
        return IsMade ? CheckRunSent.Yes : CheckRunSent.Refused;
    }

    private CheckRunSent NotShown(BearerAnswer answer)
    {
        Problem = answer.Refusal("the check run", "checks: write");
        return answer.MayPass ? CheckRunSent.NotNow : CheckRunSent.Refused;
    }
}
