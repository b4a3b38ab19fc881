using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>What is remembered of an act after it was tried. Pure, like the decision.</summary>
/// <param name="settings">What the roll is told: what is done about a node whose changed instance cannot start, and how long capacity is asked for.</param>
public sealed class Outcomes(RollSettings settings)
{
    /// <summary>The act was accepted.</summary>
    public ClusterUpdate Accepted(Decision decision, DateTimeOffset now)
    {
        var node = decision.State.Current(decision.Node!);
        return decision.State.With(decision.Act switch
        {
            Act.MarkInstance { Mark: var mark } => node with { MarkedBy = settings.Run, Mark = mark, MarkedAt = now, UnmarkedAt = null },
            Act.UnmarkInstance { Mark: var mark } => node with { MarkedBy = null, Mark = mark, MarkedAt = null, UnmarkedAt = now },
            Act.ReserveCapacity => node with { CapacityReservedAt = now, CapacityRefusals = 0 },
            Act.ReleaseCapacity => node with { CapacityReservedAt = null },
            Act.StopInstance => Stopping(node, now),
            Act.ChangeInstance => Changing(node, now),
            Act.SetCpuOptions => node with { CpuOptionsTried = true },
            Act.StartInstance => node with { StartRequestedAt = now, NoCapacitySince = null, StartRequests = node.StartRequests + 1, LastStartTried = GivingUp.IsUnderWay(decision.State) },
            Act.SetPriority => node with { LastPriorityTried = GivingUp.IsUnderWay(decision.State) },
            Act.Resign => node with { ResignRequestedAt = now, ResignRequests = node.ResignRequests + 1 },
            _ => node,
        });
    }

    /// <summary>EC2 refused the act.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="refusal">What EC2 said.</param>
    /// <param name="now">When.</param>
    /// <param name="isLast">Whether it was tried for so long that it is not tried again, whatever EC2 said.</param>
    public ClusterUpdate Refused(Decision decision, InstanceException refusal, DateTimeOffset now, bool isLast = false)
    {
        var isForGood = isLast || refusal.Kind is not (InstanceErrorKind.Transient or InstanceErrorKind.LookAgain);
        var node = decision.State.Current(decision.Node!) with { WaitingFor = refusal.Message };
        node = node with { LastStartTried = node.LastStartTried || (isForGood && decision.Act is Act.StartInstance && GivingUp.IsUnderWay(decision.State)) };
        return decision.State.With((refusal.Kind, decision.Act) switch
        {
            (_, Act.ReserveCapacity) => NotReserved(node, refusal, now),
            (_, Act.StopInstance) when refusal.MayHaveBeenDone => Stopping(node, now),
            _ when !isForGood => node,
            (_, Act.SetCpuOptions) => WithoutCpuOptions(node, refusal),
            (_, Act.StartInstance) when node.IsDone => AlsoRefused(node, refusal) with { StartRequestedAt = null },
            _ when node.IsDone => AlsoRefused(node, refusal),
            (InstanceErrorKind.Capacity, Act.StartInstance) when now - (node.NoCapacitySince ?? now) < settings.CapacityRetry =>
                node.InPhase(NodePhase.Waiting, refusal.Message, now) with { NoCapacitySince = node.NoCapacitySince ?? now, PhaseSince = now },
            (InstanceErrorKind.Capacity, Act.StartInstance) => BackOrGivenUp(node, FailureReason.InsufficientCapacity, refusal, now),
            (_, Act.StartInstance) => BackOrGivenUp(node, FailureReason.InstanceStartFailed, refusal, now),
            (_, Act.ChangeInstance) => BackOrGivenUp(node, FailureReason.InstanceChangeFailed, refusal, now),
            _ => GivenUp(node, FailureReason.InstanceStopFailed, refusal, now),
        });
    }

    private static NodeUpdate AlsoRefused(NodeUpdate node, InstanceException refusal) =>
        node with { FailureMessage = Sentence.Join(node.FailureMessage, refusal.Message) };

    /// <summary>The mark was not made; one whose answer was lost may be on.</summary>
    public static ClusterUpdate NotMarked(Decision decision, InstanceException refusal) => decision.Act is Act.MarkInstance { Mark: var mark } && refusal.MayHaveBeenDone
        ? decision.State.With(decision.State.Current(decision.Node!) with { Mark = mark })
        : decision.State;

    /// <summary>The node did not answer, or denied it. While giving up its priority is not tried again.</summary>
    public static ClusterUpdate NotReached(Decision decision) => decision.Act is Act.SetPriority && GivingUp.IsUnderWay(decision.State)
        ? decision.State.With(decision.State.Current(decision.Node!) with { LastPriorityTried = true })
        : decision.State;

    /// <summary>A stop that may have been heard counts as asked for: a read that still shows the node running may be older than the stop.</summary>
    private static NodeUpdate Stopping(NodeUpdate node, DateTimeOffset now) =>
        node with { StopRequestedAt = now, NoCapacitySince = null, ChangeRequestedAt = null, StartRequestedAt = null };

    /// <summary>EC2 starts it afresh, with the CPU options of its new type.</summary>
    private static NodeUpdate Changing(NodeUpdate node, DateTimeOffset now) =>
        node with { ChangeRequestedAt = now, StartRequestedAt = null, StartRequests = 0, CpuOptionsTried = false };

    /// <summary>Nothing was touched yet: a node for which there is no capacity is not stopped at all.</summary>
    private NodeUpdate NotReserved(NodeUpdate node, InstanceException refusal, DateTimeOffset now) => (refusal.Kind, settings.ReserveCapacity) switch
    {
        (InstanceErrorKind.Capacity, _) when now - (node.NoCapacitySince ?? now) < settings.CapacityRetry =>
            node.InPhase(NodePhase.Waiting, refusal.Message, now) with { NoCapacitySince = node.NoCapacitySince ?? now, PhaseSince = now },
        (InstanceErrorKind.Transient or InstanceErrorKind.LookAgain, _) when node.CapacityRefusals < Pace.CapacityAttempts =>
            node with { CapacityRefusals = node.CapacityRefusals + 1 },
        (not InstanceErrorKind.Capacity, CapacityPolicy.Auto) => node with { CapacityWaived = refusal.Message },
        _ => GivenUp(node, FailureReason.InsufficientCapacity, refusal, now) with { FailureMessage = $"{refusal.Message} {node.NodeName} was not stopped." },
    };

    /// <summary>That the instance is on again is worth more.</summary>
    private static NodeUpdate WithoutCpuOptions(NodeUpdate node, InstanceException refusal) => node with
    {
        CpuOptionsTried = true,
        RollBackReason = node.IsRollingBack
            ? $"{node.RollBackReason} It is started with the default CPU options: {refusal.Message}"
            : node.RollBackReason,
    };

    private NodeUpdate BackOrGivenUp(NodeUpdate node, FailureReason reason, InstanceException refusal, DateTimeOffset now) =>
        settings.RollBackOnFailure && RollBack.IsPossible(node)
            ? RollBack.Begin(node, reason, refusal.Message) with { ChangeRequestedAt = reason == FailureReason.InstanceChangeFailed ? now : null }
            : GivenUp(node, node.FailureReason ?? reason, refusal, now);

    /// <summary>What led to the way back that did not work either.</summary>
    internal static string Before(NodeUpdate node) =>
        node.IsRollingBack ? $"{node.RollBackReason} Going back to {node.OriginalInstanceType} did not work either: " : "";

    private static NodeUpdate GivenUp(NodeUpdate node, FailureReason reason, InstanceException refusal, DateTimeOffset now) =>
        node.InPhase(NodePhase.Failed, null, now) with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            FailureReason = reason,
            FailureMessage = $"{Before(node)}{refusal.Message}",
            FinishedAt = now,
        };
}
