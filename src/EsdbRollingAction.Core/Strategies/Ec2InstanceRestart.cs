using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// Restarts every node. A stop and a start bring an instance up on another host, which is what a scheduled retirement asks for; after a
/// reboot the same host runs what was installed meanwhile.
/// </summary>
/// <param name="instances">EC2.</param>
/// <param name="target">The version that a node has then: <see cref="Restarted"/> or <see cref="Rebooted"/>.</param>
public sealed class Ec2InstanceRestart(IInstances instances, string target) : IUpdateStrategy
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    public const string StrategyName = "Ec2InstanceRestart";

    /// <summary>The version of a node whose instance was stopped and started.</summary>
    public const string Restarted = "restarted";

    /// <summary>The version of a node whose machine was rebooted.</summary>
    public const string Rebooted = "rebooted";

    /// <summary>Sooner no machine is down and back again.</summary>
    private static readonly TimeSpan Queued = TimeSpan.FromSeconds(15);

    private bool Reboots => target == Rebooted;

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public string? TargetVersion => target;

    /// <inheritdoc/>
    public bool CanUndo => false;

    /// <inheritdoc/>
    public PlannedCalls Calls => new(Reboots: Reboots);

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Steps { get; } = target == Rebooted
        ? [new RebootStep(instances), new StopUnlessBackStep(instances), new StartStep(instances)]
        : [new StopStep(instances), new StartStep(instances)];

    /// <inheritdoc/>
    public string? VersionOf(NodeUpdate node, Instance instance, GossipMember? own, DateTimeOffset now) => node switch
    {
        { StartRequestedAt: not null } => target,
        { OriginalVersion: { } before } when before != Up(instance) => target,
        _ when Reboots && HasRebooted(node, own, now) => target,
        _ => Up(instance),
    };

    /// <inheritdoc/>
    public string? TargetOf(NodeUpdate node) => target;

    /// <inheritdoc/>
    public IEnumerable<Check> Check(CheckedNode node, InstanceFacts facts) => [];

    /// <summary>
    /// EC2's clock is compared with itself only. A reboot does not change when the instance was launched, a stop and a start do, whoever
    /// asked for them.
    /// </summary>
    private static string Up(Instance instance) =>
        instance.Details.LaunchedAt is { } at ? $"up-since-{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "up";

    /// <summary>
    /// A new database process tells, once a reboot was asked for: before that it may have ended by itself. So it may have while the reboot
    /// was still queued, which takes some seconds; no machine is back from one sooner.
    /// </summary>
    private static bool HasRebooted(NodeUpdate node, GossipMember? own, DateTimeOffset now) => node switch
    {
        { LastChangeAt: null } => false,
        _ when own is null || Timings.IsRecent(node.ChangeRequestedAt, Queued, now) => node.CurrentVersion == Rebooted,
        _ => own.InstanceId != node.EventStoreInstanceIdBeforeStop,
    };

    /// <summary>EC2 only queues a reboot, and shows nothing of it: the node's own process tells.</summary>
    private sealed class RebootStep(IInstances instances) : ChangeStep(NodePhase.Changing)
    {
        /// <summary>A machine that still answers this long after it was asked to reboot does not: it is asked again.</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

        public override StepProgress ProgressOf(NodeView node) => node switch
        {
            { IsAsWanted: true } or { Instance.State: not InstanceState.Running } => StepProgress.Done,
            _ when StopUnlessBackStep.IsNotBack(node) => StepProgress.Done,
            { Entry.ChangeRequestedAt: null } => StepProgress.NotBegun,
            { Own: not null } when node.SinceChange >= Patience => StepProgress.NotBegun,
            _ => StepProgress.Running,
        };

        public override bool IsRepeatable => false;

        public override string Describe(NodeView node) => $"{node.InstanceId} is rebooting";

        public override Task DoAsync(NodeUpdate node, CancellationToken cancellationToken) =>
            instances.RebootAsync(node.Ec2InstanceId!, cancellationToken);
    }

    /// <summary>A machine that does not come back from a reboot is stopped and started, once: that brings it up on another host.</summary>
    private sealed class StopUnlessBackStep(IInstances instances) : StopStep(instances)
    {
        /// <summary>EC2 resets a machine that does not shut down within four minutes, and then it boots.</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

        /// <summary>
        /// Whether an update took the node down, maybe an earlier run of it, and it is not back after so long. Nobody sees it, so its stop
        /// takes nothing from the cluster and needs no rule; once it is started it is as wanted, so it is stopped once.
        /// </summary>
        public static bool IsNotBack(NodeView node) => node is { IsOutForEverybody: true, IsAsWanted: false }
            && (node.WasBegun || node.SinceChange is not null)
            && (node.SinceChange ?? node.SilentFor) >= Patience;

        public override StepProgress ProgressOf(NodeView node) => node switch
        {
            { Instance.State: InstanceState.Stopping } => StepProgress.Running,
            { Instance.State: InstanceState.Running } when IsNotBack(node) => StepProgress.NotBegun,
            _ => StepProgress.Done,
        };

        public override string Describe(NodeView node) =>
            $"{node.Name} is not back after {Patience.TotalMinutes:0} min, and nobody sees it: {node.InstanceId} is stopped and started";
    }
}
