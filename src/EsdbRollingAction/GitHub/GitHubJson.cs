using System.Text.Json.Serialization;

namespace EsdbRollingAction.GitHub;

/// <summary>What is said to GitHub and understood of it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ArtifactPage))]
[JsonSerializable(typeof(CheckRunBody))]
[JsonSerializable(typeof(CheckRunCreated))]
[JsonSerializable(typeof(OidcAnswer))]
[JsonSerializable(typeof(RunStatus))]
internal sealed partial class GitHubJson : JsonSerializerContext;

/// <summary>A page of a run's artifacts.</summary>
internal sealed record ArtifactPage(int TotalCount, IReadOnlyList<Artifact>? Artifacts);

/// <summary>An artifact of a run.</summary>
internal sealed record Artifact(long Id, string? Name, bool Expired, DateTimeOffset? CreatedAt);

/// <summary>A check run as it is made (with a name and commit) or changed (without).</summary>
internal sealed record CheckRunBody
{
    public string? Name { get; init; }

    public string? HeadSha { get; init; }

    public string? ExternalId { get; init; }

    public string? DetailsUrl { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public required string Status { get; init; }

    public string? Conclusion { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public required CheckRunOutput Output { get; init; }
}

/// <summary>What a check run shows.</summary>
/// <param name="Title">One line.</param>
/// <param name="Summary">Markdown.</param>
internal sealed record CheckRunOutput(string Title, string Summary);

/// <summary>A workflow run: <c>completed</c>, or anything else while it lives.</summary>
internal sealed record RunStatus(string? Status);

/// <summary>GitHub's answer to a new check run.</summary>
internal sealed record CheckRunCreated(long? Id);

/// <summary>The runner's answer to a request for an OIDC token.</summary>
internal sealed record OidcAnswer(string? Value)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => nameof(OidcAnswer);
}
