using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>What a node needs in a recovery.</summary>
internal enum RecoveryNeed
{
    /// <summary>It is on and answers.</summary>
    None,

    /// <summary>Its instance is stopped.</summary>
    Start,

    /// <summary>It is on its way.</summary>
    Wait,

    /// <summary>Another run stopped it, or works on it by now.</summary>
    OtherRun,

    /// <summary>EC2 will not start it, however often it is asked.</summary>
    Person,
}

/// <summary>A node that the update had begun with, as it was just looked at.</summary>
/// <param name="Node">The node.</param>
/// <param name="Instance">Its instance, or null when EC2 did not show it.</param>
/// <param name="Need">What it needs.</param>
/// <param name="Why">Why, a sentence.</param>
internal sealed record RecoveryView(NodeUpdate Node, Instance? Instance, RecoveryNeed Need, string Why);

/// <summary>When a node was looked at.</summary>
/// <param name="Now">When that was.</param>
/// <param name="LastAct">When the update that was cut off may last have acted.</param>
internal sealed record RecoveryMoment(DateTimeOffset Now, DateTimeOffset? LastAct);

/// <summary>What a recovery knows besides the state.</summary>
/// <param name="Refusals">By instance, why EC2 did not start it when it was last asked.</param>
/// <param name="Started">The instances that it has started.</param>
/// <param name="LastAct">When the update that was cut off may last have acted.</param>
internal sealed record RecoveryMemory(
    IReadOnlyDictionary<string, InstanceException> Refusals, IReadOnlySet<string> Started, DateTimeOffset? LastAct);

/// <summary>The decisions of a recovery. Pure.</summary>
internal static class RecoveryNode
{
    /// <summary>What people call it, with its instance.</summary>
    public static string Label(NodeUpdate node) => $"{node.Ec2InstanceId} of {node.NodeName}";

    /// <summary>Whether, by its state, the update has touched the instance and not finished with it.</summary>
    public static bool WasBegun(NodeUpdate node) => node.NodeUpdateStatus switch
    {
        UpdateStatus.InProgress => node.StopRequestedAt is not null || node.IsOnItsWay,
        UpdateStatus.Failed => node.StopRequestedAt is not null,
        _ => false,
    };

    /// <summary>What the node needs, as EC2 and the node itself show it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="instance">Its instance, or null when EC2 did not show it.</param>
    /// <param name="own">What the node says of itself.</param>
    /// <param name="at">When this was looked at.</param>
    public static RecoveryView View(NodeUpdate node, Instance? instance, RecoveryAnswer own, RecoveryMoment at)
    {
        var name = Label(node);
        var isJustStarted = Pace.IsRecent(node.StartRequestedAt, Pace.ReadsMayBeStale, at.Now);
        var (need, why) = instance switch
        {
            null => (RecoveryNeed.Wait, $"EC2 does not show {name}."),
            { State: InstanceState.Terminated or InstanceState.ShuttingDown } =>
                (RecoveryNeed.Person, $"{name} is {instance.State}: it cannot be started any more."),
            { State: InstanceState.Stopped or InstanceState.Stopping } when isJustStarted =>
                (RecoveryNeed.Wait, $"{name} was asked to start."),
            { State: InstanceState.Stopping } =>
                (RecoveryNeed.Wait, $"{name} is still stopping; it is started when it has stopped."),
            { State: InstanceState.Stopped } =>
                (RecoveryNeed.Start, $"{name} is stopped with type {instance.Type}."),
            { State: InstanceState.Running } when MayGoDown(node, own, at) =>
                (RecoveryNeed.Wait, $"{name} may have been asked to stop; looking whether it does."),
            { State: InstanceState.Running } when own.Answers =>
                (RecoveryNeed.None, $"{name} is on with type {instance.Type}, and the database answers."),
            _ => (RecoveryNeed.Wait, $"{name} is on with type {instance.Type}; the database does not answer yet."),
        };
        return new RecoveryView(node, instance, need, why);
    }

    /// <summary>
    /// A stop that was accepted may not show yet, and one whose answer was cut off may have been heard. A process that is new has it
    /// behind it.
    /// </summary>
    private static bool MayGoDown(NodeUpdate node, RecoveryAnswer own, RecoveryMoment at)
    {
        var maybe = node.Phase == NodePhase.Stopping && node.NodeUpdateStatus == UpdateStatus.InProgress ? at.LastAct : null;
        var stopped = node.StopRequestedAt > maybe || maybe is null ? node.StopRequestedAt : maybe;
        var isNewProcess = own.Process is { } process && node.EventStoreInstanceIdBeforeStop is { } before && process != before;
        return !isNewProcess && !(node.StartRequestedAt > stopped) && Pace.IsRecent(stopped, Pace.ReadsMayBeStale, at.Now);
    }

    /// <summary>Whether it is of no use to ask again.</summary>
    public static bool IsForGood(InstanceException refusal) =>
        refusal.Kind is not (InstanceErrorKind.Transient or InstanceErrorKind.LookAgain or InstanceErrorKind.Capacity);

    /// <summary>The node after a start. The next run begins with it afresh: it was started as it was, not as it shall be.</summary>
    public static NodeUpdate Started(NodeUpdate node, DateTimeOffset? lastSeen, DateTimeOffset now)
    {
        var interrupted = node with { Phases = PhaseSpan.Interrupted(node.Phases, lastSeen) };
        return interrupted.InPhase(NodePhase.Starting, "it was started as it was, since the update was cut off", now) with
        {
            StartRequestedAt = now,
            StartRequests = node.StartRequests + 1,
            LastStartTried = true,
        };
    }

    /// <summary>The node when it answers again.</summary>
    public static NodeUpdate Answered(NodeUpdate node, DateTimeOffset now) => node.NodeUpdateStatus == UpdateStatus.InProgress
        ? node.InPhase(NodePhase.CatchingUp, "it answers again; the next run goes on with it", now)
        : node;

    /// <summary>The reason that tells most of what is in the way.</summary>
    public static FailureReason ReasonOf(RecoveryView view, InstanceException? refusal) => (view.Need, refusal?.Kind) switch
    {
        (RecoveryNeed.OtherRun, _) => FailureReason.TakenOver,
        (RecoveryNeed.Person, _) => FailureReason.InstanceStartFailed,
        (_, InstanceErrorKind.Capacity) => FailureReason.InsufficientCapacity,
        (_, not null) => FailureReason.AwsUnreachable,
        _ when view.Instance is null => FailureReason.AwsUnreachable,
        (RecoveryNeed.Start, _) => FailureReason.InstanceStartFailed,
        _ => FailureReason.ClusterUnreachable,
    };
}

/// <summary>What a node said when it was asked.</summary>
/// <param name="Answers">Whether it answered, and said that it is alive.</param>
/// <param name="Process">Its process, or null.</param>
internal sealed record RecoveryAnswer(bool Answers, Guid? Process)
{
    public static readonly RecoveryAnswer None = new(false, null);

    /// <summary>A node that goes by another name in its gossip than it was asked by answers all the same.</summary>
    public static RecoveryAnswer Of(GossipAnswer? answer, NodeEndpoint node)
    {
        var entries = answer?.Members.Where(member => member.Endpoint == node).ToList() ?? [];
        var alive = entries.Where(member => member.IsAlive).ToList();
        return answer is null
            ? None
            : new RecoveryAnswer(entries.Count == 0 || alive.Count > 0, alive.Count == 1 ? alive[0].InstanceId : null);
    }
}
