namespace EsdbRollingAction.Core.State;

/// <summary>What the inputs ask for.</summary>
/// <param name="UpdateStrategy">Which change to roll; null leaves it to the state.</param>
/// <param name="TargetInstanceType">The type wanted; null leaves it to the state.</param>
/// <param name="MaxIterations">The limit; null leaves it to the state.</param>
public sealed record UpdateRequest(string? UpdateStrategy, string? TargetInstanceType, int? MaxIterations);

/// <summary>Where a run begins: what was asked for and what an earlier run left, put together. Running again is retrying.</summary>
public static class StartingState
{
    /// <summary>The state a run begins with. Nodes not yet known are discovered later.</summary>
    /// <param name="found">The state that was found, or null.</param>
    /// <param name="request">What the inputs ask for.</param>
    /// <param name="defaultStrategy">The strategy when neither names one.</param>
    /// <param name="goesOn">One iteration after another is one run: what failed in it is not tried again before it has ended.</param>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.InvalidInput"/>: an unfinished update of another strategy or target was found. Half the
    /// cluster would end on each.
    /// </exception>
    public static ClusterUpdate From(ClusterUpdate? found, UpdateRequest request, string defaultStrategy, bool goesOn = false)
    {
        if (found is null || found.ClusterUpdateStatus == UpdateStatus.Success || IsPlanOfAnother(found, request))
        {
            return New(request, found, defaultStrategy);
        }

        if (found.TakesBack)
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The state file holds an update to {found.TargetInstanceType} that is being taken back. Finish that with mode rollback, "
                + "or remove the state file to start anew from what is observed.")
            { IsAboutState = true };
        }

        RefuseOther("strategy", found.UpdateStrategy, request.UpdateStrategy);
        RefuseOther("target instance type", found.TargetInstanceType, request.TargetInstanceType);
        return found with
        {
            UpdateStrategy = found.UpdateStrategy ?? request.UpdateStrategy ?? defaultStrategy,
            TargetInstanceType = found.TargetInstanceType ?? request.TargetInstanceType,
            MaxNumberOfIterationsPerNodeUpdate = Limit(request, found),
            RequestedMaxIterations = request.MaxIterations,
            ClusterUpdateStatus = UpdateStatus.Pending,
            FinishedAt = null,
            QuorumLostSince = goesOn ? found.QuorumLostSince : null,
            EventStoreNodeUpdates = goesOn && found.ClusterUpdateStatus != UpdateStatus.Failed
                ? found.EventStoreNodeUpdates
                : [.. found.EventStoreNodeUpdates.Select(node => Retried(node, found.LastIterationAt))],
        };
    }

    /// <summary>
    /// A plan that was never begun has left nothing half done, and may lie on a self-hosted runner for good. What a person
    /// wrote by hand has no digest, and asks for something.
    /// </summary>
    private static bool IsPlanOfAnother(ClusterUpdate found, UpdateRequest request) =>
        found is { PlanDigest: not null, StartedAt: null, TakesBack: false } && AsksForAnother(found, request);

    private static bool AsksForAnother(ClusterUpdate found, UpdateRequest request) =>
        IsOther(found.UpdateStrategy, request.UpdateStrategy) || IsOther(found.TargetInstanceType, request.TargetInstanceType);

    private static ClusterUpdate New(UpdateRequest request, ClusterUpdate? history, string defaultStrategy) => new()
    {
        UpdateStrategy = request.UpdateStrategy ?? history?.UpdateStrategy ?? defaultStrategy,
        TargetInstanceType = request.TargetInstanceType ?? history?.TargetInstanceType,
        MaxNumberOfIterationsPerNodeUpdate = Limit(request, history),
        RequestedMaxIterations = request.MaxIterations,
        UnknownFields = history?.UnknownFields,
        DoneBefore = history is { ClusterUpdateStatus: UpdateStatus.Success, TakesBack: false } && !AsksForAnother(history, request) ? history.EventStoreNodeUpdates : [],
    };

    /// <summary>
    /// An input that says something else than the default wins; else a limit that a person wrote into the state does. The
    /// action always gives the input, so the default may mean that nobody asked.
    /// </summary>
    internal static int Limit(UpdateRequest request, ClusterUpdate? found)
    {
        var byHand = found?.MaxNumberOfIterationsPerNodeUpdate == found?.RequestedMaxIterations ? null : found?.MaxNumberOfIterationsPerNodeUpdate;
        return request.MaxIterations is { } asked and not ClusterUpdate.DefaultMaxIterations ? asked : byHand ?? ClusterUpdate.DefaultMaxIterations;
    }

    /// <summary>
    /// A node that is Pending may have been made so by hand: nothing that was tried before counts. Nor does the start of one
    /// that was only not to be left stopped: it was started as it was.
    /// </summary>
    internal static NodeUpdate Retried(NodeUpdate node, DateTimeOffset? lastSeen) => (node.NodeUpdateStatus switch
    {
        UpdateStatus.Failed => node.Fresh(),
        UpdateStatus.InProgress when node.LastStartTried => node.Fresh(),
        UpdateStatus.Pending => node.Fresh() with { ResignRequestedAt = node.ResignRequestedAt },
        UpdateStatus.InProgress => node with { NoCapacitySince = null },
        _ => node,
    }) with
    { Phases = PhaseSpan.Interrupted(node.Phases, lastSeen) };

    internal static void RefuseOther(string what, string? found, string? asked)
    {
        if (IsOther(found, asked))
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The state file holds an unfinished update with {what} '{found}', and the inputs ask for '{asked}'. "
                + $"Finish it by asking for '{found}', or remove the state file to start anew from what is observed.")
            { IsAboutState = true };
        }
    }
    private static bool IsOther(string? found, string? asked) =>
        found is not null && asked is not null && !string.Equals(found, asked, StringComparison.Ordinal);
}
