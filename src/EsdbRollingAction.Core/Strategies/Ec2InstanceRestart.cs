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

    /// <summary>What people are told of it.</summary>
    public static StrategyWords Words { get; } = new(version => version is Rebooted ? "reboot" : "stop, start");

    private bool Reboots => target == Rebooted;

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public string? TargetVersion => target;

    /// <inheritdoc/>
    public bool CanUndo(NodeUpdate node) => false;

    /// <inheritdoc/>
    public PlannedCalls Calls => new(Reboots: Reboots);

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Steps { get; } = target == Rebooted
        ? RebootStep.AndRescue(instances)
        : [new StopStep(instances)];

    /// <inheritdoc/>
    public string? VersionOf(NodeUpdate node, SeenNode seen) => node switch
    {
        { StartRequestedAt: not null } => target,
        { OriginalVersion: { } before } when before != Up(seen.Instance) => target,
        _ when Reboots && HasRebooted(node, seen) => target,
        _ => Up(seen.Instance),
    };

    /// <summary>
    /// EC2's clock is compared with itself only. A reboot does not change when the instance was launched, a stop and a start do, whoever
    /// asked for them.
    /// </summary>
    private static string Up(Instance instance) =>
        instance.Details.LaunchedAt is { } at ? $"up-since-{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "up";

    /// <summary>What a person or EC2 restarted before the reboot was seen counts too.</summary>
    private static bool HasRebooted(NodeUpdate node, SeenNode seen) =>
        RebootStep.HasHappened(node, seen) ?? node.CurrentVersion == Rebooted;
}
