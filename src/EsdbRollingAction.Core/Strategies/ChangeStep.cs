using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>How far a step is, from what is observed.</summary>
public enum StepProgress
{
    /// <summary>To be done.</summary>
    NotBegun,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Done, or not needed.</summary>
    Done,

    /// <summary>It ended and is not done, and is not tried again.</summary>
    Failed,
}

/// <summary>
/// One step of a change. Its progress is read from what is observed, never remembered, and doing it twice is doing it once, unless it
/// says otherwise: so a run that is killed at any instant carries on with the step that is not done.
/// </summary>
/// <param name="phase">The phase that the node is in meanwhile.</param>
public abstract class ChangeStep(NodePhase phase)
{
    /// <summary>The phase that the node is in meanwhile.</summary>
    public NodePhase Phase { get; } = phase;

    /// <summary>How far it is on this node.</summary>
    public abstract StepProgress ProgressOf(NodeView node);

    /// <summary>Whether the update goes on when EC2 refuses it: that the node is on again is worth more.</summary>
    public bool IsOptional { get; init; }

    /// <summary>
    /// Whether a request whose answer was lost is made again at once. Else it counts as accepted, until reads must show it and do not.
    /// </summary>
    public virtual bool IsRepeatable => true;

    /// <summary>Whether it takes a node down that is up: then it is not begun before every safety rule holds.</summary>
    public virtual bool TakesNodeDown => false;

    /// <summary>When it ends if it has a time of its own, in which no iteration counts, and is under way; null otherwise.</summary>
    public virtual DateTimeOffset? IsGivenUntil(NodeView node) => null;

    /// <summary>Why the update ends when it is refused for good, or has failed.</summary>
    public virtual FailureReason FailsWith => FailureReason.InstanceChangeFailed;

    /// <summary>
    /// What is remembered of a node before it is done. A run that ends before it has the answer must not take for undone what may be done.
    /// </summary>
    public virtual NodeUpdate Begin(NodeView node) => node.Entry;

    /// <summary>What is remembered of a node once it was accepted; of an optional one once it was tried.</summary>
    public abstract NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now);

    /// <summary>What is said of a node on which an optional step was refused for good.</summary>
    public virtual NodeUpdate Without(NodeUpdate node, string why) => node;

    /// <summary>Why it failed: whole sentences.</summary>
    public virtual string WhyItFailed(NodeView node) => "";

    /// <summary>What it is done to, to begin a sentence with.</summary>
    public virtual string What(NodeView node) => node.InstanceId ?? node.Name;

    /// <summary>What is done, for the log: a clause.</summary>
    public abstract string Describe(NodeView node);

    /// <summary>Does it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="state">The update that it is done for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    public abstract Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken);
}
