using System.Text.Json.Serialization;

namespace EsdbRollingAction.GitHub;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ArtifactPage))]
[JsonSerializable(typeof(CheckRunBody))]
[JsonSerializable(typeof(CheckRunCreated))]
[JsonSerializable(typeof(OidcAnswer))]
[JsonSerializable(typeof(RunStatus))]
internal sealed partial class GitHubJson : JsonSerializerContext;

internal sealed record ArtifactPage(int TotalCount, IReadOnlyList<Artifact>? Artifacts);

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

internal sealed record CheckRunOutput(string Title, string Summary);

/// <summary>A workflow run: <c>completed</c>, or anything else while it lives.</summary>
internal sealed record RunStatus(string? Status);

internal sealed record CheckRunCreated(long? Id);

internal sealed record OidcAnswer(string? Value)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => nameof(OidcAnswer);
}
