namespace EsdbRollingAction.Core.State;

/// <summary>What the inputs ask for.</summary>
/// <param name="UpdateStrategy">Which change to roll; null leaves it to the state.</param>
/// <param name="TargetInstanceType">The type wanted; null leaves it to the state.</param>
/// <param name="MaxIterations">The limit; null leaves it to the state.</param>
public sealed record UpdateRequest(string? UpdateStrategy, string? TargetInstanceType, int? MaxIterations)
{
    /// <summary>The version wanted, where that is not an instance type; null leaves it to the state.</summary>
    public string? TargetVersion { get; init; }

    /// <summary>Whether the state is of another strategy or target.</summary>
    internal bool AsksForAnother(ClusterUpdate found) =>
        Others(found).Any() || (TargetInstanceType is not null && found.TargetVersion is not null);

    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: half the cluster would end on each.</exception>
    internal void RefuseAnother(ClusterUpdate found)
    {
        foreach (var (what, has, asked) in Others(found))
        {
            throw InvalidState.Because(
                $"The state file holds an unfinished update with {what} '{has}', and the inputs ask for '{asked}'. {HowToAsk(has!)}"
                + "Or remove the state file to start anew from what is observed.");
        }
    }

    /// <summary>
    /// An input that says something else than the default wins; else a limit that a person wrote into the state does. The
    /// action always gives the input, so the default may mean that nobody asked.
    /// </summary>
    internal int LimitAfter(ClusterUpdate? found)
    {
        var isByHand = found?.MaxNumberOfIterationsPerNodeUpdate != found?.RequestedMaxIterations;
        return MaxIterations is null or ClusterUpdate.DefaultMaxIterations && isByHand
            ? found!.MaxIterations
            : MaxIterations ?? ClusterUpdate.DefaultMaxIterations;
    }

    /// <summary>A command is told by a digest, which nobody can ask for.</summary>
    private static string HowToAsk(string has) => has.Contains('@', StringComparison.Ordinal)
        ? "The letters after @ stand for ssm-document, ssm-document-version, ssm-parameters and reboot-after: finish it with those. "
        : $"Finish it by asking for '{has}'. ";

    private IEnumerable<(string What, string? Found, string? Asked)> Others(ClusterUpdate found)
    {
        (string What, string? Found, string? Asked)[] asked =
        [
            ("strategy", found.UpdateStrategy, UpdateStrategy),
            ("target instance type", found.TargetInstanceType, TargetInstanceType),
            ("target", found.TargetVersion, TargetVersion),
        ];
        return asked.Where(field => field is { Found: not null, Asked: not null } && field.Found != field.Asked);
    }
}

/// <summary>Where a run begins: what was asked for and what an earlier run left, put together. Running again is retrying.</summary>
public static class StartingState
{
    /// <summary>The state a run begins with. Nodes not yet known are discovered later.</summary>
    /// <param name="found">The state that was found, or null.</param>
    /// <param name="request">What the inputs ask for.</param>
    /// <param name="defaultStrategy">The strategy when neither names one.</param>
    /// <param name="goesOn">One iteration after another is one run: what failed in it is not tried again before it has ended.</param>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.InvalidInput"/>: an unfinished update of another strategy or target was found.
    /// </exception>
    public static ClusterUpdate From(ClusterUpdate? found, UpdateRequest request, string defaultStrategy, bool goesOn = false)
    {
        // A step that is asked for once more after the last one is not the first one of another restart.
        if (goesOn && found is { ClusterUpdateStatus: UpdateStatus.Success, TargetVersion: not null } && !request.AsksForAnother(found))
        {
            return found;
        }

        if (found is null || found.ClusterUpdateStatus is UpdateStatus.Success || (IsBarePlan(found) && request.AsksForAnother(found)))
        {
            return New(request, found, defaultStrategy);
        }

        if (found.TakesBack)
        {
            throw InvalidState.Because(
                $"The state file holds an update to {found.TargetInstanceType} that is being taken back. Finish that with mode rollback, "
                + "or remove the state file to start anew from what is observed.");
        }

        request.RefuseAnother(found);
        return GoneOn(found, request, goesOn) with
        {
            UpdateStrategy = found.UpdateStrategy ?? request.UpdateStrategy ?? defaultStrategy,
            TargetInstanceType = found.TargetInstanceType ?? request.TargetInstanceType,
            TargetVersion = found.TargetVersion ?? request.TargetVersion,
        };
    }

    /// <summary>The update that was found, as another run begins with it.</summary>
    internal static ClusterUpdate GoneOn(ClusterUpdate found, UpdateRequest request, bool goesOn) => found with
    {
        MaxNumberOfIterationsPerNodeUpdate = request.LimitAfter(found),
        RequestedMaxIterations = request.MaxIterations,
        ClusterUpdateStatus = UpdateStatus.Pending,
        FinishedAt = null,
        NodesUpdatedInRun = goesOn && found.PausedBecause is null ? found.NodesUpdatedInRun : 0,
        PausedBecause = null,
        QuorumLostSince = goesOn ? found.QuorumLostSince : null,
        AutoScavengeWaived = goesOn ? found.AutoScavengeWaived : null,
        EventStoreNodeUpdates = goesOn && found.ClusterUpdateStatus is not UpdateStatus.Failed
            ? found.EventStoreNodeUpdates
            : [.. found.EventStoreNodeUpdates.Select(node => Retried(node, found.LastIterationAt))],
    };

    /// <summary>
    /// A plan that was never begun has left nothing half done, and may lie on a self-hosted runner for good. What a person
    /// wrote by hand has no digest, and asks for something.
    /// </summary>
    internal static bool IsBarePlan(ClusterUpdate found) => found is { PlanDigest: not null, StartedAt: null };

    private static ClusterUpdate New(UpdateRequest request, ClusterUpdate? history, string defaultStrategy)
    {
        var isOfAnother = history is null || request.AsksForAnother(history);
        var isDoneAgain = !isOfAnother && history is { TakesBack: false, TargetVersion: null };
        return new ClusterUpdate
        {
            UpdateStrategy = request.UpdateStrategy ?? (isOfAnother ? null : history!.UpdateStrategy) ?? defaultStrategy,
            TargetInstanceType = request.TargetInstanceType ?? (isOfAnother ? null : history!.TargetInstanceType),
            TargetVersion = request.TargetVersion ?? (isOfAnother ? null : history!.TargetVersion),
            MaxNumberOfIterationsPerNodeUpdate = request.LimitAfter(history),
            RequestedMaxIterations = request.MaxIterations,
            AutoScavengePausedAt = history?.AutoScavengePausedAt,
            UnknownFields = history?.UnknownFields,
            DoneBefore = isDoneAgain ? history!.EventStoreNodeUpdates : [],
            EarlierNodes = history?.EventStoreNodeUpdates ?? [],
        };
    }

    /// <summary>
    /// A node that is Pending may have been made so by hand: nothing that was tried before counts. Nor does the start of one
    /// that was only not to be left stopped: it was started as it was. Capacity that was asked for, the run gave back as it ended.
    /// </summary>
    internal static NodeUpdate Retried(NodeUpdate node, DateTimeOffset? lastSeen)
    {
        var retried = node switch
        {
            { NodeUpdateStatus: UpdateStatus.Failed } => node.Again(),
            { NodeUpdateStatus: UpdateStatus.InProgress, LastStartTried: true } => node.Fresh(),
            { NodeUpdateStatus: UpdateStatus.InProgress } => node.AskingForCapacityAnew() with { NoCapacitySince = null },
            { NodeUpdateStatus: UpdateStatus.Pending } =>
                node.Fresh().WithNextCommand() with { ResignRequestedAt = node.ResignRequestedAt },
            _ => node,
        };
        return retried with { Phases = PhaseSpan.Interrupted(node.Phases, lastSeen) };
    }
}
