using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Decides the one next act. Pure: it can be called with anything that could ever be seen. In this order: what the observation
/// settles, then whatever is off is brought back, then the next node's turn comes, or the end.
/// </summary>
public sealed class Decider : IDecider
{
    /// <inheritdoc/>
    public Decision Decide(ClusterSnapshot cluster)
    {
        var decision = Settle(cluster) ?? BringBack(cluster) ?? (cluster.IsEnding ? EndOfRun.Next(cluster) : TakeNext(cluster));
        return decision with
        {
            Voters = cluster.Voters,
            LostQuorum = cluster.LostQuorum,
            IsEnding = cluster.IsEnding || decision.IsEnding,
            GivesUpAt = WaitLimit.Of(decision, cluster),
        };
    }

    /// <summary>What the observation says of a node without anything being done: it is done, was undone, or has reached a limit.</summary>
    private static Decision? Settle(ClusterSnapshot cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            if (NodeMachine.WasUndone(node))
            {
                // One that was only stopped has what its command did.
                var fresh = node.Entry.Fresh();
                fresh = node.IsAsWanted ? fresh : fresh.WithNextCommand();
                return Decision.Reconsider(fresh, cluster, $"{node.Name} was done and somebody has changed it since");
            }

            if (NodeMachine.IsLevelAfterAll(node, cluster))
            {
                var kept = node.Entry with { RollBackReason = null, FailureReason = null };
                return Decision.Reconsider(kept, cluster, $"{node.Name} is level with {node.Version} after all: it is not rolled back");
            }

            if (node is { Phase: NodePhase.Success, Entry.IsDone: false } && !cluster.IsEnding)
            {
                return Done(node, cluster);
            }
        }

        return null;
    }

    private static Decision Done(NodeView node, ClusterSnapshot cluster)
    {
        var updated = cluster.State.NodesUpdatedInRun + (node.Entry.WasTakenDown ? 1 : 0);
        var counted = cluster with { State = cluster.State with { NodesUpdatedInRun = updated } };
        return Decision.Reconsider(NodeMachine.Done(node, cluster.At), counted, $"{node.Name} is done");
    }

    /// <summary>
    /// Whatever is off or on its way is brought back, which needs no rule: it never makes anything worse. Several nodes may be down,
    /// though never by our doing: whichever can be helped now is, the rest waits.
    /// </summary>
    private static Decision? BringBack(ClusterSnapshot cluster)
    {
        var underWay = cluster.Nodes.Where(node => NodeMachine.IsUnderWay(node, cluster)).ToList();
        if (underWay.Count == 0)
        {
            return null;
        }

        cluster = SetAside(cluster, underWay);
        var steps = underWay.Select(node => Limits.Reached(node, cluster) ?? NodeMachine.Next(node, cluster)).ToList();
        var next = steps.Find(step => step.Act is Act.Reconsider) ?? steps.Find(step => step.Act.ChangesTheWorld) ?? steps[0];
        var waiting = steps.Where(step => step != next && step.Act is Act.Wait);
        return OldLeader.Meanwhile(next with { State = waiting.Aggregate(next.State, (state, step) => state.With(step.Node!)) }, cluster);
    }

    private static Decision TakeNext(ClusterSnapshot cluster)
    {
        var left = cluster.Nodes.Where(node => !node.Entry.IsDone).ToList();
        var next = left.Find(node => node.IsRescuedByRollback) ?? left.FirstOrDefault();
        cluster = SetAside(cluster, next is null ? [] : [next]);
        var isBegun = next is { Entry.HasBegun: true } or { IsRescuedByRollback: true };
        return RemoveRestorePoint(cluster)
            ?? (next is null ? null : Limits.Reached(next, cluster))
            ?? OldLeader.Keep(next, cluster)
            ?? (isBegun ? null : PlanAgain(next, cluster))
            ?? (next is null ? EndOfRun.Finish(cluster) : TakeDown(next, cluster));
    }

    /// <summary>The node's turn has come: it is taken down once all rules hold. That it does not lead is the last of them.</summary>
    private static Decision TakeDown(NodeView node, ClusterSnapshot cluster) =>
        HandOver.Settling(node, cluster)
        ?? SafetyRules.HoldBack(SafetyRules.BeforeStop(node), node, cluster)
        ?? NodeMachine.TakeDown(node, cluster);

    /// <summary>The restore point of a node that is done tells nothing any more.</summary>
    private static Decision? RemoveRestorePoint(ClusterSnapshot cluster)
    {
        var done = cluster.Nodes.FirstOrDefault(node =>
            node is { Entry.NodeUpdateStatus: UpdateStatus.Success, HasRestorePoint: true } && cluster.Seen.MayTag);
        return done is null
            ? null
            : new Decision(cluster.State, done.Entry, new Act.RemoveRestorePoint(), $"{done.Name} is done: removing its restore point");
    }

    /// <summary>Who restarts names the others late: a member that nobody checked is checked and planned before a node is begun.</summary>
    private static Decision? PlanAgain(NodeView? node, ClusterSnapshot cluster)
    {
        if (cluster.Seen is not { Refusal: null, Unplanned: { Count: > 0 } late })
        {
            return null;
        }

        var who = $"{string.Join(" and ", late)} {(late.Count == 1 ? "is" : "are")}";
        return new Decision(
            cluster.State, node?.Entry, new Act.PlanAgain(), $"{who} known only now: checking and planning again");
    }

    /// <summary>A node whose turn passed to another before anything was done to its instance is pending again.</summary>
    private static ClusterSnapshot SetAside(ClusterSnapshot cluster, List<NodeView> active)
    {
        var passed = cluster.Nodes
            .Where(node => node.Entry is { NodeUpdateStatus: UpdateStatus.InProgress, CommandRequests.Count: 0 } && !active.Contains(node))
            .Select(node => node.Entry.InPhase(NodePhase.Pending, null, cluster.At) with { NodeUpdateStatus = UpdateStatus.Pending });
        return cluster with { State = passed.Aggregate(cluster.State, (state, node) => state.With(node)) };
    }
}
