using System.Text.Json;
using EsdbRollingAction.Core;

namespace EsdbRollingAction.GitHub;

/// <summary>What was found, or why nothing was: one line for the log.</summary>
internal sealed record StateLookup(FoundState? Found, string Reason);

internal sealed record FoundState(string Artifact, byte[] Json);

/// <summary>Finds the state that an earlier attempt, or another run, saved as an artifact. Not finding one is never an error.</summary>
internal sealed class StateArtifacts(GitHubApi? api)
{
    private const string Permission = "actions: read";
    private const int PerPage = 100;
    private const int MostPages = 50;

    /// <summary>The newest state of the cluster in a run, the current attempt included: a job before this one may have planned.</summary>
    public async Task<StateLookup> FindNewestAsync(string cluster, long runId, CancellationToken cancellationToken)
    {
        if (api is null)
        {
            return Nothing("there is no github-token to ask GitHub with");
        }

        try
        {
            return await FindAsync(api, cluster, runId, cancellationToken);
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
        var all = new List<Artifact>();
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await api.GetAsync($"/actions/runs/{runId}/artifacts?per_page={PerPage}&page={page}", cancellationToken);
            if (!answer.IsSuccess)
            {
                return Nothing(answer.Refusal($"the artifacts of run {runId}", Permission));
            }

            var list = JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.ArtifactPage);
            var artifacts = list?.Artifacts ?? [];
            all.AddRange(artifacts);
            var isLast = !answer.HasNextPage && all.Count >= list?.TotalCount;
            if (artifacts.Count == 0 || isLast)
            {
                break;
            }
        }

        return Newest(all, cluster, runId) is { } newest
            ? await DownloadAsync(api, newest, cancellationToken)
            : Nothing($"run {runId} has none of this cluster");
    }

    /// <summary>One that has expired counts only when there is no other.</summary>
    private static Artifact? Newest(List<Artifact> artifacts, string cluster, long runId)
    {
        return artifacts
            .Where(artifact => AttemptOf(artifact) is not null)
            .OrderBy(artifact => artifact.Expired)
            .ThenByDescending(artifact => artifact.CreatedAt)
            .ThenByDescending(AttemptOf)
            .FirstOrDefault();

        int? AttemptOf(Artifact artifact) => StateArtifactName.AttemptOf(artifact.Name, cluster, runId);
    }

    private static async Task<StateLookup> DownloadAsync(GitHubApi api, Artifact artifact, CancellationToken cancellationToken)
    {
        var name = artifact.Name!;
        if (artifact.Expired)
        {
            return Nothing($"the artifact {name} has expired");
        }

        // Not the URL that the answer gives: nothing but the API's own address is asked with the token.
        var answer = await api.GetAsync($"/actions/artifacts/{artifact.Id}/zip", cancellationToken);
        return answer.IsSuccess
            ? new StateLookup(new FoundState(name, StateZip.Read(answer.Body)), "")
            : Nothing(answer.Refusal($"the artifact {name}", Permission));
    }

    private static StateLookup Nothing(string why) => new(null, $"No saved state: {Sentence.Clause(why)}. What is observed decides.");
}
