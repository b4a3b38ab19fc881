using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>A node is finished as soon as it is seen to be ready, and no longer once it is seen that somebody has undone it.</summary>
internal static class Completion
{
    /// <summary>The node, finished if nothing is left to be done, or begun afresh if something is again.</summary>
    /// <param name="node">The node.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="strategy">Which change is rolled.</param>
    /// <param name="run">What marks call this run, or null.</param>
    public static NodeUpdate Of(NodeUpdate node, Observation seen, IUpdateStrategy strategy, string? run)
    {
        if (WasStoppedAgain(node, seen) || WasChangedAgain(node, seen, strategy) || WasBegunAgain(node, seen, run))
        {
            return node.Fresh();
        }

        if (node.IsDone || !Readiness.IsReady(node, seen, strategy))
        {
            return node;
        }

        return node.IsRollingBack
            ? node.InPhase(NodePhase.RolledBack, null, seen.At) with
            {
                NodeUpdateStatus = UpdateStatus.Failed,
                FinishedAt = seen.At,
                FailureMessage = $"{node.RollBackReason} {node.NodeName} was put back to {node.OriginalInstanceType} and is level.",
            }
            : node.InPhase(NodePhase.Success, null, seen.At) with
            {
                NodeUpdateStatus = UpdateStatus.Success,
                StartedAt = node.StartedAt ?? seen.At,
                FinishedAt = seen.At,
            };
    }

    /// <summary>A node that is done and was stopped since, by a person or its machine, would be waited for by all others: it is brought back.</summary>
    private static bool WasStoppedAgain(NodeUpdate node, Observation seen) =>
        node.NodeUpdateStatus == UpdateStatus.Success
        && seen.InstanceOf(node) is { State: InstanceState.Stopped }
        && seen.Cluster.Own(node.Endpoint) is null
        && !Readiness.WasJustStarted(node, seen);

    /// <summary>Somebody gave a node that is done another type since: it is not done.</summary>
    private static bool WasChangedAgain(NodeUpdate node, Observation seen, IUpdateStrategy strategy) =>
        node.NodeUpdateStatus == UpdateStatus.Success
        && seen.InstanceOf(node) is { State: InstanceState.Running } instance
        && !strategy.IsAsWanted(node, instance)
        && !Pace.IsRecent(node.ChangeRequestedAt, Pace.ReadsMayBeStale, seen.At)
        && !Readiness.WasJustStarted(node, seen);

    /// <summary>
    /// A node that was given up is marked since: the state is an older one, and a run that came after it may have stopped the node. One
    /// that this run gives way to comes after this one: whatever this one stopped it starts, before it ends.
    /// </summary>
    private static bool WasBegunAgain(NodeUpdate node, Observation seen, string? run) =>
        node is { NodeUpdateStatus: UpdateStatus.Failed, FinishedAt: { } at }
        && NodeMark.Parse(seen.InstanceOf(node)?.Mark) is { At: { } marked } mark && marked > at && marked <= seen.At
        && !(run is not null && seen.Predecessors.GiveWayTo(mark, run));
}
