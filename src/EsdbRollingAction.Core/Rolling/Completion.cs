using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>A node is done as soon as it is seen to be, and no longer once somebody has undone it.</summary>
internal static class Completion
{
    /// <summary>The node, done.</summary>
    public static NodeUpdate Of(NodeView node, DateTimeOffset now)
    {
        var entry = node.Entry;
        return entry.IsRollingBack
            ? entry.InPhase(NodePhase.RolledBack, null, now) with
            {
                NodeUpdateStatus = UpdateStatus.Failed,
                FinishedAt = now,
                FailureMessage = $"{entry.RollBackReason} {node.Name} was put back to {entry.OriginalInstanceType} and is level.",
            }
            : entry.InPhase(NodePhase.Success, null, now) with
            {
                NodeUpdateStatus = UpdateStatus.Success,
                StartedAt = entry.StartedAt ?? now,
                FinishedAt = now,
            };
    }

    /// <summary>A node that is done and was stopped or changed since, by a person or its machine, is worked on again.</summary>
    public static bool WasUndone(NodeView node) => node switch
    {
        { Entry.NodeUpdateStatus: not UpdateStatus.Success } or { IsStartPending: true } => false,
        { Instance.State: InstanceState.Stopped } => node.Own is null,
        { Instance.State: InstanceState.Running } => !node.IsAsWanted,
        _ => false,
    };
}
