using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>How far a step is, from what is observed.</summary>
public enum StepProgress
{
    /// <summary>To be done.</summary>
    NotBegun,

    /// <summary>EC2 is at it.</summary>
    Running,

    /// <summary>Done, or not needed.</summary>
    Done,
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

    /// <summary>Whether doing it again at once does no harm. Else a request whose answer was lost counts as accepted.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>The instance type that the node has once the step is done; null when it keeps its own.</summary>
    public virtual string? TypeAfter(NodeView node) => null;

    /// <summary>What is remembered of a node once the step was tried.</summary>
    public virtual NodeUpdate Tried(NodeUpdate node) => node;

    /// <summary>What is done, for the log: a clause.</summary>
    public abstract string Describe(NodeView node);

    /// <summary>Does it.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    public abstract Task DoAsync(NodeUpdate node, CancellationToken cancellationToken);
}

/// <summary>Stops the node's instance.</summary>
/// <param name="instances">EC2.</param>
public class StopStep(IInstances instances) : ChangeStep(NodePhase.Stopping)
{
    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        { Instance.State: InstanceState.Stopping } => StepProgress.Running,
        { Instance.State: InstanceState.Running, IsAsWanted: false } => StepProgress.NotBegun,
        _ => StepProgress.Done,
    };

    /// <inheritdoc/>
    public override string Describe(NodeView node) => $"{node.InstanceId} is stopping";

    /// <inheritdoc/>
    public override Task DoAsync(NodeUpdate node, CancellationToken cancellationToken) =>
        instances.StopAsync(node.Ec2InstanceId!, cancellationToken);
}

/// <summary>Starts the node's instance.</summary>
/// <param name="instances">EC2.</param>
public sealed class StartStep(IInstances instances) : ChangeStep(NodePhase.Starting)
{
    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => node.Instance?.State switch
    {
        InstanceState.Stopped => StepProgress.NotBegun,
        _ => StepProgress.Done,
    };

    /// <inheritdoc/>
    public override string Describe(NodeView node) => $"{node.InstanceId} is stopped and changed";

    /// <inheritdoc/>
    public override Task DoAsync(NodeUpdate node, CancellationToken cancellationToken) =>
        instances.StartAsync(node.Ec2InstanceId!, cancellationToken);
}
