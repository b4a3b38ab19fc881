using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>
/// Which state a run carries on: what is at <c>state-file</c>, or what an earlier attempt of this workflow run saved, or what
/// the run <c>resume-run-id</c> saved. Only a state of a later iteration takes the place of a file, which is kept beside it.
/// </summary>
internal sealed class EarlierState(StateArtifacts artifacts, GitHubContext github, INotices notices)
{
    /// <summary>What is at <c>state-file</c>.</summary>
    public required StateFile File { get; init; }

    /// <summary>The cluster whose state is looked for.</summary>
    public required string Cluster { get; init; }

    /// <summary>The run that the inputs name, or null.</summary>
    public long? ResumeRunId { get; init; }

    /// <returns>The state, which is at <c>state-file</c> then; null when there is none.</returns>
    public async Task<ClusterUpdate?> FindAsync(CancellationToken cancellationToken)
    {
        var local = ReadLocal();
        foreach (var runId in new[] { github.RunId, ResumeRunId }.OfType<long>().Distinct())
        {
            if (await SavedByAsync(runId, cancellationToken) is { } saved)
            {
                return Choose(local, saved);
            }
        }

        return local;
    }

    /// <summary>What an update that was cut off a moment ago left is at <c>state-file</c>: nothing is newer.</summary>
    public async Task<ClusterUpdate?> FindLocalFirstAsync(CancellationToken cancellationToken) =>
        ReadLocal() ?? await FindAsync(cancellationToken);

    /// <summary>What a run would carry on, for one that only looks: nothing is written or moved.</summary>
    public async Task<FoundUpdate> PeekAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (File.Read() is { } local && IsOfThisCluster(local))
            {
                return new FoundUpdate(File.Path, local);
            }

            return ResumeRunId is { } run && await SavedByAsync(run, cancellationToken) is { } saved
                ? new FoundUpdate(saved.Artifact, saved.State)
                : new FoundUpdate(File.Path, State: null);
        }
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.InvalidInput)
        {
            return new FoundUpdate(File.Path, State: null, exception.Message);
        }
    }

    private async Task<SavedState?> SavedByAsync(long runId, CancellationToken cancellationToken)
    {
        var isNamed = runId == ResumeRunId;
        var lookup = await artifacts.FindNewestAsync(Cluster, runId, cancellationToken);
        if (lookup.Found is { } found)
        {
            return ReadSaved(found) is { } state ? new SavedState(state, found.Artifact, isNamed) : null;
        }

        NothingFound(lookup.Reason, isNamed);
        return null;
    }

    /// <summary>In a first attempt nothing can have been saved, unless a plan was made; a run that was named has been meant.</summary>
    private void NothingFound(string reason, bool isNamed)
    {
        if (isNamed)
        {
            notices.Warn(reason);
        }
        else if (github.RunAttempt > 1)
        {
            notices.Notice(reason);
        }
    }

    /// <summary>Runs for several clusters may share a folder, and with it the file.</summary>
    private ClusterUpdate? ReadLocal()
    {
        var state = File.Read();
        if (state is null || IsOfThisCluster(state))
        {
            return state;
        }

        notices.Warn(
            $"The state file {File.Path} is of the cluster {Quoted(state.ClusterName!)}, not of {Quoted(Cluster)}. "
            + $"It is kept as {File.SetAside()}, and this run works from what it observes. Give every cluster a state-file of its own.");
        return null;
    }

    private ClusterUpdate? ReadSaved(FoundState found)
    {
        const string LeftOut = "and is left out; the cluster itself says how far it is.";
        try
        {
            var state = File.Parse(found.Json);
            if (state is null || IsOfThisCluster(state))
            {
                return state;
            }

            notices.Warn($"The artifact {found.Artifact} holds the state of the cluster {Quoted(state.ClusterName!)} {LeftOut}");
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.InvalidInput)
        {
            notices.Notice($"The artifact {found.Artifact} does not hold a valid state {LeftOut}");
        }

        return null;
    }

    private static string Quoted(string name) => $"'{Printable.ShortName(name)}'";

    private bool IsOfThisCluster(ClusterUpdate state) =>
        state.ClusterName is null || string.Equals(state.ClusterName, Cluster, StringComparison.OrdinalIgnoreCase);

    private ClusterUpdate Choose(ClusterUpdate? local, SavedState saved)
    {
        if (local is not null && !saved.IsToReplace(local))
        {
            notices.Notice(
                $"The state file {File.Path} is carried on, not the artifact {saved.Artifact}, which is not of a later iteration.");
            return local;
        }

        var replaced = local is null
            ? ""
            : $" The state file {File.Path} is of an earlier iteration, or of another update; it is kept as {File.SetAside()}.";
        notices.Notice($"The state is carried on from {saved.Artifact}.{replaced}");
        File.Write(saved.State);
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
