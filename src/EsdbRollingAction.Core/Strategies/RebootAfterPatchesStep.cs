using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Reboots the node's machine after patches, unless Patch Manager says that none of them wants it.</summary>
/// <param name="instances">EC2.</param>
public sealed class RebootAfterPatchesStep(IInstances instances) : RebootStep(instances, isStoppedUnlessBack: false)
{
    /// <summary>Whether the last command has left nothing that a reboot is needed for. A reboot that was asked for is waited for.</summary>
    public static bool IsNotNeeded(NodeUpdate node, IReadOnlyList<NodeCommand> commands) =>
        node.ChangeRequestedAt is null && Last(commands)?.Outcome.LeavesRebootPending is false;

    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        _ when IsNotNeeded(node.Entry, node.Commands) => StepProgress.Done,
        _ when IsToldSoon(node) => StepProgress.Running,
        _ => base.ProgressOf(node),
    };

    /// <inheritdoc/>
    public override string Describe(NodeView node) => IsToldSoon(node)
        ? $"Patch Manager does not say yet whether a reboot of {node.InstanceId} is pending"
        : base.Describe(node);

    /// <summary>What Patch Manager shows may be older than the command.</summary>
    private static bool IsToldSoon(NodeView node) => node.Entry.ChangeRequestedAt is null
        && Last(node.Commands)?.Outcome is { Progress: CommandProgress.Succeeded, LeavesRebootPending: null }
        && Timings.IsRecent(node.Entry.CommandRequests.Max(one => one.EndedAt), Timings.ReadConsistency, node.At);

    private static NodeCommand? Last(IReadOnlyList<NodeCommand> commands) => commands.LastOrDefault(one => one.IsOfTheChange);
}
