using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>
/// Which state a run carries on: what is at <c>state-file</c>, or what an earlier attempt of this workflow run saved, or what
/// the run <c>resume-run-id</c> saved. Only a state of a later iteration takes the place of a file, which is kept beside it.
/// </summary>
internal sealed class EarlierState(StateArtifacts artifacts, GitHubContext github, Action<string> notice, Action<string> warn)
{
    /// <returns>The state, which is at <c>state-file</c> then; null when there is none.</returns>
    public async Task<ClusterUpdate?> FindAsync(StateFile file, string cluster, long? resumeRunId, CancellationToken cancellationToken)
    {
        var local = ReadLocal(file, cluster);
        foreach (var runId in new[] { github.RunId, resumeRunId }.OfType<long>().Distinct())
        {
            var isNamed = runId == resumeRunId;
            var lookup = await artifacts.FindNewestAsync(cluster, runId, cancellationToken);
            if (lookup.Found is not { } found)
            {
                NothingFound(lookup.Reason, isNamed);
            }
            else if (ReadSaved(file, found, cluster) is { } state)
            {
                return Choose(file, local, new SavedState(state, found.Artifact, isNamed));
            }
        }

        return local;
    }

    /// <summary>What an update that was cut off a moment ago left is at <c>state-file</c>: nothing is newer.</summary>
    public async Task<ClusterUpdate?> FindLocalFirstAsync(
        StateFile file, string cluster, long? resumeRunId, CancellationToken cancellationToken) =>
        ReadLocal(file, cluster) ?? await FindAsync(file, cluster, resumeRunId, cancellationToken);

    /// <summary>What a run would carry on, for one that only looks: nothing is written or moved.</summary>
    public async Task<FoundUpdate> PeekAsync(StateFile file, string cluster, long? resumeRunId, CancellationToken cancellationToken)
    {
        try
        {
            if (file.Read() is { } local && IsOf(cluster, local))
            {
                return new FoundUpdate(file.Path, local);
            }

            return resumeRunId is { } run && await SavedAsync(file, cluster, run, cancellationToken) is { } saved
                ? saved
                : new FoundUpdate(file.Path, State: null);
        }
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.InvalidInput)
        {
            return new FoundUpdate(file.Path, State: null, exception.Message);
        }
    }

    private async Task<FoundUpdate?> SavedAsync(StateFile file, string cluster, long runId, CancellationToken cancellationToken)
    {
        var lookup = await artifacts.FindNewestAsync(cluster, runId, cancellationToken);
        if (lookup.Found is not { } found)
        {
            NothingFound(lookup.Reason, isNamed: true);
            return null;
        }

        return ReadSaved(file, found, cluster) is { } state ? new FoundUpdate(found.Artifact, state) : null;
    }

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

        warn($"The state file {file.Path} is of the cluster {Quoted(state.ClusterName!)}, not of {Quoted(cluster)}. "
            + $"It is kept as {file.SetAside()}, and this run works from what it observes. Give every cluster a state-file of its own.");
        return null;
    }

    private ClusterUpdate? ReadSaved(StateFile file, FoundState found, string cluster)
    {
        const string LeftOut = "and is left out; the cluster itself says how far it is.";
        try
        {
            var state = file.Parse(found.Json);
            if (state is null || IsOf(cluster, state))
            {
                return state;
            }

            warn($"The artifact {found.Artifact} holds the state of the cluster {Quoted(state.ClusterName!)} {LeftOut}");
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.InvalidInput)
        {
            notice($"The artifact {found.Artifact} does not hold a valid state {LeftOut}");
        }

        return null;
    }

    private static string Quoted(string name) => $"'{Printable.ShortName(name)}'";

    private static bool IsOf(string cluster, ClusterUpdate state) =>
        state.ClusterName is null || string.Equals(state.ClusterName, cluster, StringComparison.OrdinalIgnoreCase);

    private ClusterUpdate Choose(StateFile file, ClusterUpdate? local, SavedState saved)
    {
        if (local is not null && !saved.IsToReplace(local))
        {
            notice($"The state file {file.Path} is carried on, not the artifact {saved.Artifact}, which is not of a later iteration.");
            return local;
        }

        var replaced = local is null
            ? ""
            : $" The state file {file.Path} is of an earlier iteration, or of another update; it is kept as {file.SetAside()}.";
        notice($"The state is carried on from {saved.Artifact}.{replaced}");
        file.Write(saved.State);
        return saved.State;
    }

    private sealed record SavedState(ClusterUpdate State, string Artifact, bool IsNamed)
    {
        public bool IsToReplace(ClusterUpdate local) => (IsNamed && IsOfAnotherUpdate(local)) || IsNewer(local);

        /// <summary>A plan, or an update that another run began, may lie in the folder of a self-hosted runner.</summary>
        private bool IsOfAnotherUpdate(ClusterUpdate local) => local.StartedAt is null
            ? local.PlanDigest is not null && local.PlanDigest != State.PlanDigest
            : local.StartedAt != State.StartedAt;

        /// <summary>
        /// What no run has written, a person has. One that only asks for the update that the artifact is in the middle of (it may
        /// belong to the repository) says nothing of how far that is.
        /// </summary>
        private bool IsNewer(ClusterUpdate local) => local.LastIterationAt is null
            ? local.EventStoreNodeUpdates.Count == 0 && !AsksForMore(local)
            : local.LastIterationAt < State.LastIterationAt;

        private bool AsksForMore(ClusterUpdate local) =>
            IsOther(local.UpdateStrategy, State.UpdateStrategy)
            || IsOther(local.Target, State.Target)
            || IsOther(local.MaxNumberOfIterationsPerNodeUpdate, State.MaxNumberOfIterationsPerNodeUpdate);

        private static bool IsOther<T>(T? asked, T? saved) => asked is not null && !asked.Equals(saved);
    }
}
