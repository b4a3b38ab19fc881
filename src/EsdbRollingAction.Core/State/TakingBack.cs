namespace EsdbRollingAction.Core.State;

/// <summary>An update is taken back by a roll of its own, under the same rules: every node's target is what the node was before.</summary>
public static class TakingBack
{
    /// <summary>The state that a roll back begins or goes on with.</summary>
    /// <param name="found">The state of the update, finished or not, or of the roll back that was begun.</param>
    /// <param name="request">What the inputs ask for. The target may be left out.</param>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.InvalidInput"/>: there is no state, or it is another update's, or it does not tell what a node was.
    /// </exception>
    public static ClusterUpdate From(ClusterUpdate? found, UpdateRequest request)
    {
        if (found is null || found.EventStoreNodeUpdates.Count == 0)
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                "Mode rollback takes back the update that a state tells of, and there is none:"
                + " set state-file to its file, or resume-run-id to the run that saved it.");
        }

        if (StartingState.IsBarePlan(found))
        {
            throw InvalidState.Because(
                "The state is a plan that was never begun: there is nothing to take back."
                + " Set resume-run-id to the run that made the update, or state-file to its file.");
        }

        if (found.TargetVersion is not null)
        {
            throw InvalidState.Because(
                $"{found.UpdateStrategy} cannot be taken back: what was done to the nodes has no way back. "
                + "Mode recover starts what is off; mode apply goes on.");
        }

        request.RefuseAnother(found);
        return StartingState.GoneOn(found.TakesBack ? found : Reversed(found), request, goesOn: false);
    }

    private static ClusterUpdate Reversed(ClusterUpdate found) => new()
    {
        UpdateStrategy = found.UpdateStrategy,
        TargetInstanceType = found.TargetInstanceType,
        TakesBack = true,
        MaxNumberOfIterationsPerNodeUpdate = found.MaxNumberOfIterationsPerNodeUpdate,
        RequestedMaxIterations = found.RequestedMaxIterations,
        LastIterationAt = found.LastIterationAt,
        AutoScavengePausedAt = found.AutoScavengePausedAt,
        UnknownFields = found.UnknownFields,
        EventStoreNodeUpdates = [.. found.EventStoreNodeUpdates.Select(Reversed)],
    };

    /// <summary>What the node was is what it shall be, and what it is now is where it goes back to if that fails.</summary>
    private static NodeUpdate Reversed(NodeUpdate node)
    {
        if (node.OriginalInstanceType is null && node.NodeUpdateStatus is not UpdateStatus.Pending)
        {
            throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The state does not tell which instance type {node.NodeName} had before:"
                + " add its OriginalInstanceType, or set its NodeUpdateStatus to Pending to leave it as it is.");
        }

        return node.Fresh() with
        {
            TargetInstanceType = node.OriginalInstanceType,
            OriginalInstanceType = node.CurrentInstanceType,
            ResignRequestedAt = node.ResignRequestedAt,
            OriginalNodeType = null,
            Phases = [],
        };
    }
}
