using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// Restarts every node. A stop and a start bring an instance up on another host, which is what a scheduled retirement asks for; a reboot
/// keeps the host, the public address and the data of instance-store volumes.
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
    public string? VersionOf(NodeUpdate node, Instance instance, GossipMember? own) => node switch
    {
        { StartRequestedAt: not null } => target,
        _ when Reboots => HasRebooted(node, own) ? target : Up(instance),
        { OriginalVersion: { } before } when before != Up(instance) => target,
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

    /// <summary>A new database process, once a reboot was asked for: it may have ended by itself before.</summary>
    private static bool HasRebooted(NodeUpdate node, GossipMember? own) => node switch
    {
        { ChangeRequestedAt: null } => false,
        _ when own is null => node.CurrentVersion == Rebooted,
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
            { Entry: { ChangeRequestedAt: null, StopRequestedAt: not null } } => StepProgress.Done,
            { Entry.ChangeRequestedAt: null } => StepProgress.NotBegun,
            { Own: not null } when node.SinceChange >= Patience => StepProgress.NotBegun,
            { IsOutForEverybody: true } when node.SinceChange >= StopUnlessBackStep.Patience => StepProgress.Done,
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
        /// <summary>How long a machine may take to reboot.</summary>
        public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

        public override StepProgress ProgressOf(NodeView node) => node switch
        {
            { Instance.State: InstanceState.Stopping } => StepProgress.Running,
            { Instance.State: InstanceState.Running, IsAsWanted: false, Entry.StopRequestedAt: null } => StepProgress.NotBegun,
            _ => StepProgress.Done,
        };

        public override string Describe(NodeView node) =>
            $"{node.InstanceId} was rebooted {Patience.TotalMinutes:0} min ago and {node.Name} is not back: it is stopped and started";
    }
}
