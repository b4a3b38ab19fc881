using System.Globalization;
using System.Net;
using System.Text.Json;
using EsdbRollingAction.Core;

namespace EsdbRollingAction.GitHub;

/// <summary>Finds the state that an earlier attempt of a run, or another run, saved as an artifact. Not finding one is never an error.</summary>
/// <param name="api">GitHub, or null when it cannot be asked.</param>
/// <param name="time">The clock.</param>
internal sealed class StateArtifacts(GitHubApi? api, TimeProvider time)
{
    private const int PerPage = 100;
    private const int MostPages = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks for the newest state of the cluster in a run, the current attempt included: a job before this one may have planned.</summary>
    public async Task<StateLookup> FindNewestAsync(string cluster, long runId, CancellationToken cancellationToken)
    {
        if (api is null)
        {
            return Nothing("there is no github-token to ask GitHub with");
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await FindAsync(api, cluster, runId, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Nothing($"GitHub did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (NoAnswerException e)
        {
            return Nothing($"GitHub could not be asked: {e.Message}");
        }
        catch (JsonException)
        {
            return Nothing("GitHub's list of artifacts is not one");
        }
        catch (InvalidDataException e)
        {
            return Nothing($"the artifact's zip is not usable: {Printable.Line(e.Message)}");
        }
    }

    private static async Task<StateLookup> FindAsync(GitHubApi api, string cluster, long runId, CancellationToken cancellationToken)
    {
        var candidates = new List<(Artifact Artifact, int Attempt)>();
        var seen = 0;
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await api.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"/actions/runs/{runId}/artifacts?per_page={PerPage}&page={page}"), cancellationToken);
            if (!answer.IsSuccess)
            {
                return Nothing(Refusal(answer, $"the artifacts of run {runId}"));
            }

            var list = JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.ArtifactPage);
            var artifacts = list?.Artifacts ?? [];
            candidates.AddRange(artifacts
                .Select(artifact => (artifact, StateArtifactName.AttemptOf(artifact.Name, cluster, runId)))
                .Where(candidate => candidate.Item2 is not null)
                .Select(candidate => (candidate.artifact, candidate.Item2!.Value)));
            seen += artifacts.Count;
            if (artifacts.Count == 0 || (!answer.HasNextPage && seen >= list!.TotalCount))
            {
                break;
            }
        }

        return candidates.Count == 0
            ? Nothing($"run {runId} has none of this cluster")
            : await DownloadAsync(api, Newest(candidates), runId, cancellationToken);
    }

    private static async Task<StateLookup> DownloadAsync(
        GitHubApi api, (Artifact Artifact, int Attempt) newest, long runId, CancellationToken cancellationToken)
    {
        var (artifact, attempt) = newest;
        if (artifact.Expired)
        {
            return Nothing($"the artifact {artifact.Name} has expired");
        }

        // Not the URL that the answer gives: nothing but the API's own address is asked with the token.
        var answer = await api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/actions/artifacts/{artifact.Id}/zip"), cancellationToken);
        return answer.IsSuccess
            ? new StateLookup(
                new FoundState(artifact.Name!, runId, attempt, artifact.CreatedAt, StateZip.Read(answer.Body)),
                $"The state is carried on from {artifact.Name}.")
            : Nothing(Refusal(answer, $"the artifact {artifact.Name}"));
    }

    /// <summary>One that has expired counts only when there is no other.</summary>
    private static (Artifact Artifact, int Attempt) Newest(List<(Artifact Artifact, int Attempt)> candidates) => candidates
        .OrderBy(candidate => candidate.Artifact.Expired)
        .ThenByDescending(candidate => candidate.Artifact.CreatedAt ?? DateTimeOffset.MinValue)
        .ThenByDescending(candidate => candidate.Attempt)
        .ThenByDescending(candidate => candidate.Artifact.Id)
        .First();

    private static string Refusal(BearerAnswer answer, string what) => answer switch
    {
        { RateLimit: { } limit } => $"{limit} (GitHub answered HTTP {(int)answer.Status} when it was asked for {what})",
        { Status: HttpStatusCode.Unauthorized } => "GitHub does not accept the github-token (HTTP 401)",
        { Status: HttpStatusCode.Forbidden } => $"the github-token may not read {what}: it needs `permissions: actions: read` (HTTP 403)",
        { Status: HttpStatusCode.NotFound } => $"{what} cannot be found, or `permissions: actions: read` is missing (HTTP 404)",
        { Status: HttpStatusCode.Gone } => $"{what} has expired (HTTP 410)",
        _ => $"GitHub answered HTTP {(int)answer.Status} when it was asked for {what}",
    };

    private static StateLookup Nothing(string why) => new(null, $"No saved state: {Sentence.Clause(why)}. What is observed decides.");
}
