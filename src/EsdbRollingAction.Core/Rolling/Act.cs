using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>The one next thing to do. Doing it twice is doing it once.</summary>
/// <param name="ChangesTheWorld">Whether it changes the cluster or an instance.</param>
public abstract record Act(bool ChangesTheWorld)
{
    /// <summary>Gives a node this priority in elections.</summary>
    /// <param name="Priority">The priority.</param>
    /// <param name="Process">Gossip's <c>instanceId</c> of the process that takes it: the next one has what is configured.</param>
    public sealed record SetPriority(int Priority, Guid? Process) : Act(true)
    {
        /// <summary>Gives it to the process that answers.</summary>
        public static SetPriority Of(NodeView node, int priority) => new(priority, node.Own?.InstanceId);

        /// <summary>Gives it back what it was configured with.</summary>
        public static SetPriority Back(NodeView node) => Of(node, node.Entry.OriginalNodePriority!.Value);
    }

    /// <summary>Asks the leader to hand over.</summary>
    public sealed record Resign() : Act(true);

    /// <summary>Asks auto-scavenge to pause.</summary>
    /// <param name="Leader">Who is asked.</param>
    public sealed record PauseAutoScavenge(NodeEndpoint Leader) : Act(true);

    /// <summary>Says once that the roll goes on although auto-scavenge is not paused.</summary>
    /// <param name="Reason">Why it is not: a clause.</param>
    public sealed record LeaveAutoScavenge(string Reason) : Act(false);

    /// <summary>Writes on the node's instance what the node was before.</summary>
    /// <param name="Point">The restore point.</param>
    public sealed record WriteRestorePoint(RestorePoint Point) : Act(true);

    /// <summary>Removes the restore point of a node that is done.</summary>
    public sealed record RemoveRestorePoint() : Act(true);

    /// <summary>Has EC2 hold capacity for the node's instance.</summary>
    /// <param name="Instance">The instance.</param>
    /// <param name="InstanceType">The type that it is to have.</param>
    /// <param name="Until">When it ends by itself.</param>
    public sealed record ReserveCapacity(Instance Instance, string InstanceType, DateTimeOffset Until) : Act(true);

    /// <summary>Changes the node, as a step of the strategy says.</summary>
    /// <param name="Step">The step.</param>
    public sealed record ChangeInstance(ChangeStep Step) : Act(true);

    /// <summary>Starts the node's instance.</summary>
    public sealed record StartInstance() : Act(true);

    /// <summary>Waits until what is awaited is seen, at the latest until the iteration is over.</summary>
    /// <param name="For">What is probed meanwhile.</param>
    public sealed record Wait(Awaited For) : Act(false);

    /// <summary>The state has changed by what was observed, so the same observation is decided upon once more.</summary>
    public sealed record Reconsider() : Act(false);

    /// <summary>Checks the cluster again and plans for members that are known only now.</summary>
    public sealed record PlanAgain() : Act(false);

    /// <summary>Ends the run, though not the update: a later run goes on.</summary>
    /// <param name="Reason">Why; null when the run did what it was for.</param>
    public sealed record EndForNow(FailureReason? Reason) : Act(false);

    /// <summary>Ends the run between two nodes, as it was asked to: a later run goes on.</summary>
    /// <param name="Because">Why.</param>
    public sealed record Pause(PauseReason Because) : Act(false);

    /// <summary>Nothing is left to do: the update is done or has failed, as the state says.</summary>
    public sealed record Finish() : Act(false);
}

/// <summary>What a wait probes.</summary>
public enum Awaited
{
    /// <summary>The instance's state in EC2.</summary>
    Instance,

    /// <summary>The capacity that is held.</summary>
    Capacity,

    /// <summary>The node itself and the leader, by gossip.</summary>
    Node,

    /// <summary>Every node, by gossip.</summary>
    Cluster,
}
