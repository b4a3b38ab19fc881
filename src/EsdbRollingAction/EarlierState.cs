using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>
/// Which state a run carries on: what is at <c>state-file</c>, or what an earlier attempt of this workflow run saved, or what
/// the run <c>resume-run-id</c> saved. The newest of them; a file that is as new as an artifact may have been edited, so it wins.
/// </summary>
internal sealed class EarlierState(StateArtifacts artifacts, GitHubContext github, Action<string> notice)
{
    /// <returns>The state, which is at <c>state-file</c> then; null when there is none.</returns>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the file is not a valid state.</exception>
    public async Task<ClusterUpdate?> FindAsync(StateFile file, string cluster, long? resumeRunId, CancellationToken cancellationToken)
    {
        var local = file.Read();
        foreach (var runId in new[] { github.RunId, resumeRunId }.OfType<long>().Distinct())
        {
            var lookup = await artifacts.FindNewestAsync(cluster, runId, cancellationToken);
            if (lookup.Found is { } found && Read(file, found) is { } saved)
            {
                return Newer(file, local, saved, lookup);
            }

            if (lookup.Found is null && IsExpected(runId, resumeRunId))
            {
                notice(lookup.Reason);
            }
        }

        return local;
    }

    /// <summary>In a first attempt nothing can have been saved, unless a plan was made.</summary>
    private bool IsExpected(long runId, long? resumeRunId) => runId == resumeRunId || github.RunAttempt > 1;

    private ClusterUpdate? Read(StateFile file, FoundState found)
    {
        try
        {
            return file.Parse(found.Json);
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.InvalidInput)
        {
            notice($"The artifact {found.Artifact} does not hold a valid state and is left out; the cluster itself says how far it is.");
            return null;
        }
    }

    private ClusterUpdate Newer(StateFile file, ClusterUpdate? local, ClusterUpdate saved, StateLookup lookup)
    {
        if (local is not null && local.LastIterationAt.GetValueOrDefault() >= saved.LastIterationAt.GetValueOrDefault())
        {
            notice($"The state file {file.Path} is carried on: it is not older than the artifact {lookup.Found!.Artifact}.");
            return local;
        }

        notice(lookup.Reason);
        file.Write(saved);
        return saved;
    }
}
