using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>A machine that does not come back from a reboot is stopped and started, once: that brings it up on another host.</summary>
/// <param name="instances">EC2.</param>
public sealed class StopUnlessBackStep(IInstances instances) : StopStep(instances)
{
    /// <summary>EC2 resets a machine that does not shut down within four minutes, and then it boots.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Nobody sees the node: its stop takes nothing from the cluster and needs no rule.</summary>
    public override bool TakesNodeDown => false;

    /// <summary>
    /// Whether an update took the node down, maybe an earlier run of it, and it is not back after so long. Once it is started it is as
    /// wanted, so it is stopped once.
    /// </summary>
    public static bool IsNotBack(NodeView node) => node.IsOutForEverybody
        && (node.WasBegun || node.SinceChange is not null)
        && (node.SinceChange ?? node.SilentFor) >= Patience;

    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) =>
        node is { Instance.State: InstanceState.Running } && IsNotBack(node) ? StepProgress.NotBegun : StepProgress.Done;

    /// <summary>The process that ran before the reboot is still what a new one is told from.</summary>
    public override NodeUpdate Begin(NodeView node) => node.Entry.Stopping(node.At);

    /// <inheritdoc/>
    public override string Describe(NodeView node) =>
        $"{node.Name} is not back after {Patience.TotalMinutes:0} min, and nobody sees it: {node.InstanceId} is stopped and started";
}
