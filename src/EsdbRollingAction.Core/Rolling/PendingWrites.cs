using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Applies what was accepted to what a read shows: EC2 may show the world before our last act for some seconds, a node's gossip its
/// old priority for one or two, and Systems Manager no command that was just sent. This is the only place that asks how old a read may be.
/// </summary>
public static class PendingWrites
{
    /// <summary>Whether a read may still show the world before a request that was accepted then.</summary>
    public static bool MayHide(DateTimeOffset? accepted, DateTimeOffset now) => Timings.IsRecent(accepted, Timings.ReadConsistency, now);

    /// <summary>The instance as it is after what EC2 accepted; null when this read does not show it.</summary>
    public static Instance? Apply(Instance? read, NodeUpdate node, DateTimeOffset now)
    {
        var isRestored = read is { RestorePoint: not null } && MayHide(node.RestorePointRemovedAt, now);
        var shown = isRestored ? read! with { RestorePoint = null } : read;
        return shown?.State switch
        {
            InstanceState.Stopping or InstanceState.Stopped when MayHide(node.StartRequestedAt, now) =>
                shown with { State = InstanceState.Pending, StateReason = null },
            _ when node.StartRequestedAt is not null => shown,
            _ when node.StopRequestedAt is null => shown,
            InstanceState.Running or InstanceState.Stopping when MayHide(node.ChangeRequestedAt, now) =>
                shown with { State = InstanceState.Stopped },
            InstanceState.Running or InstanceState.Pending when MayHide(node.StopRequestedAt, now) =>
                shown with { State = InstanceState.Stopping },
            _ => shown,
        };
    }

    /// <summary>
    /// The node without what was asked for and was never made: it would show by now. A run that ended before it had asked remembers it
    /// as well, and the node has not begun.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="read">Its instance as it was read, and its own word.</param>
    /// <param name="commands">What was read of its commands; null when that is not all.</param>
    /// <param name="now">When.</param>
    public static NodeUpdate WithoutUnmade(
        NodeUpdate node, (Instance? Instance, GossipMember? Own) read, IReadOnlyList<NodeCommand>? commands, DateTimeOffset now)
    {
        var isStillThere = read.Own is { } own && own.InstanceId == node.EventStoreInstanceIdBeforeStop;
        var wasNotStopped = isStillThere && Apply(read.Instance, node, now) is { State: InstanceState.Running };
        var isRebooting = node is { LastChangeAt: not null, ChangeRequestedTo: null };
        var made = node.CommandRequests.Where(request => !request.IsOfACommand || commands is null
            || Timings.IsRecent(request.At, Timings.CommandConsistency, now)
            || commands.Any(shown => shown.Word == request.Word));
        return node with
        {
            StopRequestedAt = wasNotStopped ? null : node.StopRequestedAt,
            EventStoreInstanceIdBeforeStop = wasNotStopped && !isRebooting ? null : node.EventStoreInstanceIdBeforeStop,
            CommandRequests = node.IsDone ? node.CommandRequests : [.. made],
        };
    }

    /// <summary>
    /// The type that an instance has after the change that EC2 accepted. A read that shows the instance off is older than its start, and
    /// tells no type of a node that was started as it was.
    /// </summary>
    public static string? Type(string read, InstanceState state, NodeUpdate node, DateTimeOffset now)
    {
        if (MayHide(node.LastChangeAt, now))
        {
            return node.ChangeRequestedTo ?? read;
        }

        var changed = node.ChangeRequestedAt is null ? null : node.ChangeRequestedTo;
        return (MayHide(node.StartRequestedAt, now), state) switch
        {
            (false, _) => read,
            (_, InstanceState.Stopping or InstanceState.Stopped) => changed,
            _ => changed ?? read,
        };
    }

    /// <summary>The node's word with the priority that it accepted.</summary>
    public static GossipMember? Apply(GossipMember? own, NodeUpdate node, DateTimeOffset now) =>
        own is not null && IsPending(own, node, now) ? own with { NodePriority = node.PriorityRequested!.Value } : own;

    /// <summary>Whether the process that answers accepted another priority than its gossip shows.</summary>
    public static bool IsPending(GossipMember? own, NodeUpdate node, DateTimeOffset now) =>
        own is not null
        && own.InstanceId == node.PriorityRequestedOf
        && own.NodePriority != node.PriorityRequested
        && MayHide(node.PriorityRequestedAt, now);

    /// <summary>The commands with those that do not show yet.</summary>
    public static IReadOnlyList<NodeCommand> Apply(IReadOnlyList<NodeCommand> read, NodeUpdate node, DateTimeOffset now)
    {
        var hidden = node.Hidden(read, now).Select(request => NodeCommand.NotShown(request.Word, request.At)).ToList();
        return hidden.Count == 0 ? read : [.. read, .. hidden];
    }

    /// <summary>The reservations with those that EC2 accepted and does not show yet.</summary>
    public static IReadOnlyList<CapacityReservation> Apply(
        IReadOnlyList<CapacityReservation> read, ClusterUpdate state, DateTimeOffset now)
    {
        var missing = state.EventStoreNodeUpdates
            .Where(node => node.CapacityReservation is not null && MayHide(node.CapacityReservedAt, now))
            .Where(node => !read.Any(shown => shown.Id == node.CapacityReservation))
            .Select(node => new CapacityReservation(
                node.CapacityReservation!, node.Ec2InstanceId!, state.TypeStartedAs(node) ?? "", ReservationState.Pending, Available: 0))
            .ToList();
        return missing.Count == 0 ? read : [.. read, .. missing];
    }
}
