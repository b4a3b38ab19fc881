using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What is remembered of an act after it was tried. Pure, like the decision.</summary>
/// <param name="strategy">Whether a change can be undone.</param>
/// <param name="settings">What is done about a node whose changed instance cannot start, and how long capacity is asked for.</param>
public sealed class Effects(IUpdateStrategy strategy, RollSettings settings)
{
    /// <summary>The act was accepted.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="reservation">The reservation that was made, or null.</param>
    /// <param name="now">When.</param>
    public static ClusterUpdate Accepted(Decision decision, string? reservation, DateTimeOffset now)
    {
        var node = decision.State.Current(decision.Node!);
        return decision.State.With(decision.Act switch
        {
            Act.WriteRestorePoint => node with { RestorePointAt = now, RestorePointRemovedAt = null },
            Act.RemoveRestorePoint => node with { RestorePointAt = null, RestorePointRemovedAt = now },
            Act.ReserveCapacity => node with { CapacityReservedAt = now, CapacityReservation = reservation, CapacityRetries = 0 },
            Act.ChangeInstance { Step: var step } => step.Accepted(node, now),
            Act.StartInstance => node.Starting(decision.IsEnding, now),
            Act.SetPriority set => Prioritized(node, set, decision.IsEnding, now),
            Act.Resign => node with { ResignRequestedAt = now, ResignRequests = node.ResignRequests + 1 },
            _ => node,
        });
    }

    /// <summary>EC2 refused the act.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="refusal">What EC2 said.</param>
    /// <param name="now">When.</param>
    public ClusterUpdate Refused(Decision decision, InstanceException refusal, DateTimeOffset now)
    {
        var asked = refusal.MayHaveBeenDone ? decision.State : decision.WithoutAsking;
        var node = asked.Current(decision.Node!) with { WaitingFor = refusal.Message };
        return decision.State.With((decision.Act, refusal.IsPassing) switch
        {
            (Act.ReserveCapacity, _) => NotReserved(node, refusal, now),
            (Act.ChangeInstance { Step: { IsRepeatable: false } step }, _) when refusal.MayHaveBeenDone => step.Accepted(node, now),
            (_, true) => node,
            (Act.ChangeInstance { Step: { IsOptional: true } step }, _) => step.Without(step.Accepted(node, now), refusal.Message),
            (Act.ChangeInstance { Step: { TakesNodeDown: true } step }, _) =>
                Limits.Failed(node, new(step.FailsWith, refusal.Message, now)),
            (Act.StartInstance, _) when decision.IsEnding => NotBroughtUp(node, refusal, now),
            (Act.StartInstance, _) => NotStarted(node, refusal, now),
            (Act.ChangeInstance { Step: var step }, _) => BackOrFailed(node, step.FailsWith, refusal, now),
            _ => node,
        });
    }

    /// <summary>The node did not answer, or denied it. At the end its priority is not tried again.</summary>
    public static ClusterUpdate NotReached(Decision decision) => decision is { Act: Act.SetPriority, IsEnding: true }
        ? decision.State.With(decision.State.Current(decision.Node!) with { LastPriorityTried = true })
        : decision.State;

    /// <summary>Where nothing tells what it was configured with, it is given back what it had.</summary>
    private static NodeUpdate Prioritized(NodeUpdate node, Act.SetPriority set, bool isEnding, DateTimeOffset now) => node with
    {
        OriginalNodePriority = node.OriginalNodePriority ?? node.CurrentNodePriority,
        PriorityRequested = set.Priority,
        PriorityRequestedOf = set.Process,
        PriorityRequestedAt = now,
        LastPriorityTried = isEnding,
    };

    /// <summary>A recovery asks for capacity until its time is over.</summary>
    private NodeUpdate NotBroughtUp(NodeUpdate node, InstanceException refusal, DateTimeOffset now) => node with
    {
        LastStartTried = !(settings.OnlyRecovers && refusal.Kind is InstanceErrorKind.Capacity),
        NoCapacitySince = refusal.Kind is InstanceErrorKind.Capacity ? now : null,
        StartRequestedAt = null,
        FailureMessage = node.IsDone ? Sentence.JoinOnce(node.FailureMessage, refusal.Message) : node.FailureMessage,
    };

    private NodeUpdate NotStarted(NodeUpdate node, InstanceException refusal, DateTimeOffset now)
    {
        if (refusal.Kind is not InstanceErrorKind.Capacity)
        {
            return BackOrFailed(node, FailureReason.InstanceStartFailed, refusal, now);
        }

        return now - (node.NoCapacitySince ?? now) < settings.CapacityRetry
            ? WithoutCapacity(node, refusal, now)
            : BackOrFailed(node, FailureReason.InsufficientCapacity, refusal, now);
    }

    private static NodeUpdate WithoutCapacity(NodeUpdate node, InstanceException refusal, DateTimeOffset now) =>
        node.InPhase(NodePhase.Waiting, refusal.Message, now) with { NoCapacitySince = node.NoCapacitySince ?? now, PhaseSince = now };

    /// <summary>Nothing was touched yet: a node for which there is no capacity is not stopped at all.</summary>
    private NodeUpdate NotReserved(NodeUpdate node, InstanceException refusal, DateTimeOffset now) => refusal.Kind switch
    {
        InstanceErrorKind.Capacity when now - (node.NoCapacitySince ?? now) < settings.CapacityRetry =>
            WithoutCapacity(node, refusal, now) with { CapacityUntil = null },
        _ when refusal.IsPassing && node.CapacityRetries == 0 => node with { CapacityRetries = 1 },
        not InstanceErrorKind.Capacity when settings.ReserveCapacity is CapacityPolicy.Auto =>
            node with { CapacityWaived = refusal.Message },
        _ => Limits.Failed(
            node, new(FailureReason.InsufficientCapacity, Sentence.Join(refusal.Message, $"{node.NodeName} was not stopped."), now)),
    };

    private NodeUpdate BackOrFailed(NodeUpdate node, FailureReason reason, InstanceException refusal, DateTimeOffset now) =>
        Limits.RolledBackOrFailed(node, new(reason, refusal.Message, now), strategy, settings);
}
