using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>
/// Which state a run carries on: what is at <c>state-file</c>, or what an earlier attempt of this workflow run saved, or what
/// the run <c>resume-run-id</c> saved. Only a state of a later iteration takes the place of a file, which is kept beside it.
/// </summary>
internal sealed class EarlierState(StateArtifacts artifacts, GitHubContext github, Action<string> notice, Action<string> warn)
{
    /// <returns>The state, which is at <c>state-file</c> then; null when there is none.</returns>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: the file is not a valid state.</exception>
    public async Task<ClusterUpdate?> FindAsync(StateFile file, string cluster, long? resumeRunId, CancellationToken cancellationToken)
    {
        var local = ReadLocal(file, cluster);
        foreach (var runId in new[] { github.RunId, resumeRunId }.OfType<long>().Distinct())
        {
            var lookup = await artifacts.FindNewestAsync(cluster, runId, cancellationToken);
            if (lookup.Found is { } found && Read(file, found, cluster) is { } saved)
            {
                return Choose(file, local, saved, lookup, isNamed: runId == resumeRunId);
            }

            // In a first attempt nothing can have been saved, unless a plan was made; a run that was named has been meant.
            if (lookup.Found is null && runId == resumeRunId)
            {
                warn(lookup.Reason);
            }
            else if (lookup.Found is null && github.RunAttempt > 1)
            {
                notice(lookup.Reason);
            }
        }

        return local;
    }

    /// <summary>What an update that was cut off a moment ago left is at <c>state-file</c>: nothing is newer, and nobody is asked.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<ClusterUpdate?> FindLocalFirstAsync(
        StateFile file, string cluster, long? resumeRunId, CancellationToken cancellationToken) =>
        ReadLocal(file, cluster) ?? await FindAsync(file, cluster, resumeRunId, cancellationToken);

    /// <summary>Runs for several clusters may share a folder, and with it the file.</summary>
    private ClusterUpdate? ReadLocal(StateFile file, string cluster)
    {
        var state = file.Read();
        if (state is null || IsOf(cluster, state))
        {
            return state;
        }

        warn($"The state file {file.Path} is of the cluster '{Shortened.Name(state.ClusterName!)}', not of '{Shortened.Name(cluster)}'. "
            + $"It is kept as {file.SetAside()}, and this run works from what it observes. Give every cluster a state-file of its own.");
        return null;
    }

    private ClusterUpdate? Read(StateFile file, FoundState found, string cluster)
    {
        try
        {
            var state = file.Parse(found.Json);
            if (state is null || IsOf(cluster, state))
            {
                return state;
            }

            warn($"The artifact {found.Artifact} holds the state of the cluster '{Shortened.Name(state.ClusterName!)}' and is left out; the cluster itself says how far it is.");
            return null;
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.InvalidInput)
        {
            notice($"The artifact {found.Artifact} does not hold a valid state and is left out; the cluster itself says how far it is.");
            return null;
        }
    }

    private static bool IsOf(string cluster, ClusterUpdate state) =>
        state.ClusterName is null || string.Equals(state.ClusterName, cluster, StringComparison.OrdinalIgnoreCase);

    private ClusterUpdate Choose(StateFile file, ClusterUpdate? local, ClusterUpdate saved, StateLookup lookup, bool isNamed)
    {
        if (local is null)
        {
            notice(lookup.Reason);
        }
        else if (isNamed && IsOfAnotherUpdate(local, saved))
        {
            notice($"{lookup.Reason} The run was named, and the state file {file.Path} is of another update; it is kept as {file.SetAside()}.");
        }
        else if (IsCarriedOn(local, saved))
        {
            notice($"The state file {file.Path} is carried on, not the artifact {lookup.Found!.Artifact}, which is not of a later iteration.");
            return local;
        }
        else
        {
            notice($"{lookup.Reason} It is of a later iteration than the state file {file.Path}, which is kept as {file.SetAside()}.");
        }

        file.Write(saved);
        return saved;
    }

    /// <summary>A plan, or an update that another run began, may lie in the folder of a self-hosted runner. A run that is named is meant.</summary>
    private static bool IsOfAnotherUpdate(ClusterUpdate local, ClusterUpdate saved) =>
        local.StartedAt is null ? local.PlanDigest is not null && local.PlanDigest != saved.PlanDigest : local.StartedAt != saved.StartedAt;

    /// <summary>
    /// What no run has written, a person has. One that only asks for the update that the artifact is in the middle of (it may
    /// belong to the repository) says nothing of how far that is.
    /// </summary>
    private static bool IsCarriedOn(ClusterUpdate local, ClusterUpdate saved) => local.LastIterationAt is { } at
        ? at >= saved.LastIterationAt.GetValueOrDefault()
        : local.EventStoreNodeUpdates.Count > 0
            || IsOther(local.UpdateStrategy, saved.UpdateStrategy)
            || IsOther(local.TargetInstanceType, saved.TargetInstanceType)
            || (local.MaxNumberOfIterationsPerNodeUpdate is { } limit && limit != saved.MaxNumberOfIterationsPerNodeUpdate);

    private static bool IsOther(string? asked, string? saved) => asked is not null && asked != saved;
}
