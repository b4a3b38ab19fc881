using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// When enough has been tried for a node. It rolls back to what it was, where that may help and is allowed; else it fails, and
/// whatever is off is only brought up as it is.
/// </summary>
internal static class Limits
{
    /// <summary>A rollback is begun when the limit is reached, and needs iterations of its own.</summary>
    private const int LeastForRollback = 200;

    /// <summary>The node fails or rolls back, for it has reached a limit; null while it has not.</summary>
    public static Decision? Reached(NodeView node, ClusterSnapshot cluster) => node switch
    {
        _ when cluster.IsEnding => null,
        { Entry.NoCapacitySince: not null, Instance: { State: InstanceState.Stopped, Details.ReservationTarget: { } bound } } =>
            FailOrRollBack(node, cluster, FailureReason.InsufficientCapacity, FailureText.BoundToReservation(node, bound)),
        { Entry.StartRequestedAt: not null, Instance.State: InstanceState.Stopped } when HasStartedEnough(node) =>
            StartUndone(node, cluster),
        _ when NodeMachine.FailedStep(node, cluster) is { } step =>
            FailOrRollBack(node, cluster, step.FailsWith, step.WhyItFailed(node)),
        { Phase: NodePhase.Baking } => null,
        _ when node.Entry.TowardsLimit >= LimitOf(node.Entry, cluster.State) => IterationsOver(node, cluster),
        _ => null,
    };

    /// <summary>The node has failed: what is off is brought up as it is, then the update ends.</summary>
    public static Decision Fail(NodeView node, ClusterSnapshot cluster, FailureReason reason, string why) =>
        Decision.Reconsider(Failed(node.Entry, new(reason, why, cluster.At)), cluster, why);

    /// <summary>The node rolls back, where that is possible and allowed; else null.</summary>
    public static Decision? RollBack(NodeView node, ClusterSnapshot cluster, FailureReason reason, string why) =>
        RolledBack(node.Entry, new(reason, why, cluster.At), cluster.Strategy, cluster.Settings) is { } back
            ? Decision.Reconsider(back, cluster, why)
            : null;

    /// <summary>The node, failed.</summary>
    public static NodeUpdate Failed(NodeUpdate node, NodeFailure failure)
    {
        var failed = node.InPhase(NodePhase.Failed, null, failure.At);
        return failed with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FailureReason = node.FailureReason ?? failure.Reason,
            FailureMessage = FailureText.AfterRollback(node) + failure.Why,
            StartedAt = node.StartedAt ?? failure.At,
            FinishedAt = failure.At,
        };
    }

    /// <summary>The node on its way back to what it was, if that is known, allowed, and something is to be undone; else failed.</summary>
    public static NodeUpdate RolledBackOrFailed(NodeUpdate node, NodeFailure failure, IUpdateStrategy strategy, RollSettings settings) =>
        RolledBack(node, failure, strategy, settings) ?? Failed(node, failure);

    private static NodeUpdate? RolledBack(NodeUpdate node, NodeFailure failure, IUpdateStrategy strategy, RollSettings settings)
    {
        var isChanged = node.StopRequestedAt is not null || node.Version != node.VersionBefore;
        var isKnown = node.OriginalInstanceType is not null && strategy.CanUndo(node);
        var isAllowed = settings.RollBackOnFailure && !node.IsRollingBack;
        return !isChanged || !isKnown || !isAllowed ? null : node with
        {
            RollBackReason = failure.Why,
            FailureReason = failure.Reason,
            NoCapacitySince = null,
            StartRequests = 0,
            LastStartTried = false,
            WriterCheckpoint = null,
            CheckpointAdvancedAt = null,
        };
    }

    /// <summary>How many iterations that count towards the limit the node may take in all.</summary>
    public static long LimitOf(NodeUpdate node, ClusterUpdate state) =>
        node.IsRollingBack ? state.MaxIterations + (long)Math.Max(state.MaxIterations, LeastForRollback) : state.MaxIterations;

    /// <summary>Whether it was started as often as its reason to be off again allows.</summary>
    public static bool HasStartedEnough(NodeView node) =>
        node.Entry.StartRequests >= StartFailure.MostStarts(node.Instance?.StateReason);

    private static Decision StartUndone(NodeView node, ClusterSnapshot cluster)
    {
        var cause = node.Instance!.StateReason;
        node = node with { Entry = node.Entry with { LastStartTried = true } };
        var reason = cause?.Cause is StartFailure.NoCapacity ? FailureReason.InsufficientCapacity : FailureReason.InstanceStartFailed;
        var why = FailureText.StartUndone(node);
        return StartFailure.MayBeTheChange(cause)
            ? FailOrRollBack(node, cluster, reason, why)
            : Fail(node, cluster, reason, why);
    }

    private static Decision IterationsOver(NodeView node, ClusterSnapshot cluster)
    {
        var why = FailureText.IterationsOver(node.Entry, cluster);

        // A node that was put back and is slow there is not given again what it did not serve with.
        var isWhereItShallStay = cluster.State.TakesBack && node.IsAsWanted;
        return isWhereItShallStay
            ? Fail(node, cluster, FailureReason.IterationLimitExceeded, why)
            : FailOrRollBack(node, cluster, FailureReason.IterationLimitExceeded, why);
    }

    private static Decision FailOrRollBack(NodeView node, ClusterSnapshot cluster, FailureReason reason, string why) =>
        RollBack(node, cluster, reason, why) ?? Fail(node, cluster, reason, why);
}

/// <summary>Why a node has failed.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Why">What happened.</param>
/// <param name="At">When.</param>
internal sealed record NodeFailure(FailureReason Reason, string Why, DateTimeOffset At);
