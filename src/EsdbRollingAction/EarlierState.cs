using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;
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
            var isNamed = runId == resumeRunId;
            var lookup = await artifacts.FindNewestAsync(cluster, runId, cancellationToken);
            if (lookup.Found is null)
            {
                NothingFound(lookup.Reason, isNamed);
            }
            else if (Read(file, lookup.Found, cluster) is { } saved)
            {
                return Choose(file, local, (saved, lookup), isNamed);
            }
        }

        return local;
    }

    /// <summary>What an update that was cut off a moment ago left is at <c>state-file</c>: nothing is newer, and nobody is asked.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<ClusterUpdate?> FindLocalFirstAsync(
        StateFile file, string cluster, long? resumeRunId, CancellationToken cancellationToken) =>
        ReadLocal(file, cluster) ?? await FindAsync(file, cluster, resumeRunId, cancellationToken);

    /// <summary>In a first attempt nothing can have been saved, unless a plan was made; a run that was named has been meant.</summary>
    private void NothingFound(string reason, bool isNamed)
    {
        if (isNamed)
        {
            warn(reason);
        }
        else if (github.RunAttempt > 1)
        {
            notice(reason);
        }
    }

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

            warn($"The artifact {found.Artifact} holds the state of the cluster '{Shortened.Name(state.ClusterName!)}' and is left out;"
                + " the cluster itself says how far it is.");
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.InvalidInput)
        {
            notice($"The artifact {found.Artifact} does not hold a valid state and is left out; the cluster itself says how far it is.");
        }

        return null;
    }

    private static bool IsOf(string cluster, ClusterUpdate state) =>
        state.ClusterName is null || string.Equals(state.ClusterName, cluster, StringComparison.OrdinalIgnoreCase);

    private ClusterUpdate Choose(StateFile file, ClusterUpdate? local, (ClusterUpdate State, StateLookup Lookup) saved, bool isNamed)
    {
        if (local is null)
        {
            notice(saved.Lookup.Reason);
        }
        else if (WhyReplaced(local, saved.State, isNamed) is { } why)
        {
            notice($"{saved.Lookup.Reason} {why} The state file {file.Path} is kept as {file.SetAside()}.");
        }
        else
        {
            notice($"The state file {file.Path} is carried on, not the artifact {saved.Lookup.Found!.Artifact},"
                + " which is not of a later iteration.");
            return local;
        }

        file.Write(saved.State);
        return saved.State;
    }

    /// <summary>Null when the file is carried on.</summary>
    private static string? WhyReplaced(ClusterUpdate local, ClusterUpdate saved, bool isNamed)
    {
        if (isNamed && IsOfAnotherUpdate(local, saved))
        {
            return "The run was named, and the state file is of another update.";
        }

        return IsLater(local, saved) ? null : "It is of a later iteration than the state file.";
    }

    /// <summary>A plan, or an update that another run began, may lie in the folder of a self-hosted runner.</summary>
    private static bool IsOfAnotherUpdate(ClusterUpdate local, ClusterUpdate saved) => local.StartedAt is null
        ? local.PlanDigest is not null && local.PlanDigest != saved.PlanDigest
        : local.StartedAt != saved.StartedAt;

    /// <summary>
    /// What no run has written, a person has. One that only asks for the update that the artifact is in the middle of (it may
    /// belong to the repository) says nothing of how far that is.
    /// </summary>
    private static bool IsLater(ClusterUpdate local, ClusterUpdate saved) => local.LastIterationAt is { } at
        ? at >= saved.LastIterationAt.GetValueOrDefault()
        : local.EventStoreNodeUpdates.Count > 0 || AsksForMore(local, saved);

    private static bool AsksForMore(ClusterUpdate local, ClusterUpdate saved) =>
        IsOther(local.UpdateStrategy, saved.UpdateStrategy)
        || IsOther(local.TargetInstanceType, saved.TargetInstanceType)
        || IsOther(local.MaxNumberOfIterationsPerNodeUpdate, saved.MaxNumberOfIterationsPerNodeUpdate);

    private static bool IsOther<T>(T? asked, T? saved) => asked is not null && !asked.Equals(saved);
}
