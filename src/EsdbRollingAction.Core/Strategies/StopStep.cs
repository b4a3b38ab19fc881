using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Stops the node's instance.</summary>
/// <param name="instances">EC2.</param>
public class StopStep(IInstances instances) : ChangeStep(NodePhase.Stopping)
{
    /// <inheritdoc/>
    public override bool TakesNodeDown => true;

    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        { Instance.State: InstanceState.Running, IsAsWanted: false } => StepProgress.NotBegun,
        _ => StepProgress.Done,
    };

    /// <inheritdoc/>
    public override bool IsRepeatable => false;

    /// <inheritdoc/>
    public override FailureReason FailsWith => FailureReason.InstanceStopFailed;

    /// <inheritdoc/>
    public override NodeUpdate Begin(NodeView node) =>
        node.Entry.Stopping(node.At) with { EventStoreInstanceIdBeforeStop = node.Own?.InstanceId };

    /// <inheritdoc/>
    public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node.Stopping(now);

    /// <inheritdoc/>
    public override string Describe(NodeView node) => $"{node.InstanceId} is stopping";

    /// <inheritdoc/>
    public override Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken) =>
        instances.StopAsync(node.Ec2InstanceId!, cancellationToken);
}
