using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Reboots the node's machine. EC2 only queues that, and shows nothing of it: the node's own process tells.</summary>
/// <param name="instances">EC2.</param>
/// <param name="isStoppedUnlessBack">Whether a machine that does not come back is stopped and started instead.</param>
public class RebootStep(IInstances instances, bool isStoppedUnlessBack) : ChangeStep(NodePhase.Changing)
{
    /// <summary>A machine that still answers this long after it was asked to reboot does not: it is asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Sooner no machine is down and back again.</summary>
    private static readonly TimeSpan Queued = TimeSpan.FromSeconds(15);

    /// <summary>The reboot, and what is done about a machine that does not come back from it.</summary>
    public static IReadOnlyList<ChangeStep> AndRescue(IInstances instances) =>
        [new RebootStep(instances, isStoppedUnlessBack: true), new StopUnlessBackStep(instances)];

    /// <summary>
    /// A new database process tells, once a reboot was asked for: before that it may have ended by itself. So it may have while the reboot
    /// was still queued, which takes some seconds; no machine is back from one sooner.
    /// </summary>
    /// <returns>Null while nobody can tell.</returns>
    public static bool? HasHappened(NodeUpdate node, SeenNode seen) => HasHappened(node, seen.Own, seen.At);

    /// <inheritdoc/>
    public override bool TakesNodeDown => true;

    /// <inheritdoc/>
    public override bool IsRepeatable => false;

    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        _ when isStoppedUnlessBack && StopUnlessBackStep.IsNotBack(node) => StepProgress.Done,
        { Entry.ChangeRequestedAt: null } => StepProgress.NotBegun,
        _ when HasHappened(node.Entry, node.Own, node.At) is true => StepProgress.Done,
        { Own: not null } when node.SinceChange >= Patience => StepProgress.NotBegun,
        _ => StepProgress.Running,
    };

    /// <inheritdoc/>
    public override NodeUpdate Begin(NodeView node) => node.Entry with
    {
        EventStoreInstanceIdBeforeStop = node.Own?.InstanceId,
        ChangeRequestedAt = node.At,
        EarlierChangeAt = node.Entry.LastChangeAt,
    };

    /// <inheritdoc/>
    public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node.Rebooting(now);

    /// <inheritdoc/>
    public override string Describe(NodeView node) => $"{node.InstanceId} is rebooting";

    /// <inheritdoc/>
    public override Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken) =>
        instances.RebootAsync(node.Ec2InstanceId!, cancellationToken);

    private static bool? HasHappened(NodeUpdate node, GossipMember? own, DateTimeOffset at) => node switch
    {
        { LastChangeAt: null } => false,
        _ when own is null || Timings.IsRecent(node.ChangeRequestedAt, Queued, at) => null,
        _ => own.InstanceId != node.EventStoreInstanceIdBeforeStop,
    };
}
