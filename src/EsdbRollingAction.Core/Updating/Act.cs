using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>The one next thing to do. At most one of them changes the world, and doing it twice is doing it once.</summary>
public abstract record Act
{
    private Act()
    {
    }

    /// <summary>Whether it changes the cluster or an instance.</summary>
    public virtual bool ChangesTheWorld => true;

    /// <summary>Gives a node this priority in elections.</summary>
    /// <param name="Priority">The priority.</param>
    public sealed record SetPriority(int Priority) : Act;

    /// <summary>Asks the leader to hand over.</summary>
    public sealed record Resign : Act;

    /// <summary>Marks the node's instance as worked on by this run.</summary>
    /// <param name="Mark">A <see cref="NodeMark"/>.</param>
    /// <param name="IsOverAnothers">Whether another run had marked it over since this one did.</param>
    public sealed record MarkInstance(string Mark, bool IsOverAnothers) : Act;

    /// <summary>Takes the mark off the node's instance, unless it is another one by now.</summary>
    /// <param name="Mark">The mark; null for any, when it is not known.</param>
    public sealed record UnmarkInstance(string? Mark) : Act;

    /// <summary>Has EC2 hold capacity for the node's instance.</summary>
    /// <param name="Instance">The instance.</param>
    /// <param name="InstanceType">The type that it is to have.</param>
    /// <param name="Until">When it ends by itself.</param>
    public sealed record ReserveCapacity(Instance Instance, string InstanceType, DateTimeOffset Until) : Act;

    /// <summary>Gives capacity back.</summary>
    /// <param name="Id">The reservation.</param>
    public sealed record ReleaseCapacity(string Id) : Act;

    /// <summary>Stops the node's instance.</summary>
    public sealed record StopInstance : Act;

    /// <summary>Changes the node's stopped instance, as the strategy says.</summary>
    public sealed record ChangeInstance : Act;

    /// <summary>Gives the node's stopped instance the CPU options that it had.</summary>
    /// <param name="Options">The options.</param>
    public sealed record SetCpuOptions(CpuLayout Options) : Act;

    /// <summary>Starts the node's instance.</summary>
    public sealed record StartInstance : Act;

    /// <summary>Waits until what is awaited is seen, at the latest until the iteration is over.</summary>
    /// <param name="For">What is probed meanwhile.</param>
    public sealed record Wait(Awaited For) : Act
    {
        /// <inheritdoc/>
        public override bool ChangesTheWorld => false;
    }

    /// <summary>Checks the cluster again and plans for members that were named only now.</summary>
    public sealed record PlanAgain : Act
    {
        /// <inheritdoc/>
        public override bool ChangesTheWorld => false;
    }

    /// <summary>Ends the run, though not the update: a later run goes on.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record EndForNow(FailureReason Reason) : Act
    {
        /// <inheritdoc/>
        public override bool ChangesTheWorld => false;
    }

    /// <summary>Nothing is left to do: the update is done or given up, as the state says.</summary>
    public sealed record Finish : Act
    {
        /// <inheritdoc/>
        public override bool ChangesTheWorld => false;
    }
}

/// <summary>What a wait probes.</summary>
public enum Awaited
{
    /// <summary>The instance's state in EC2.</summary>
    Instance,

    /// <summary>The node itself and the leader, by gossip.</summary>
    Node,

    /// <summary>Every node, by gossip.</summary>
    Cluster,
}
