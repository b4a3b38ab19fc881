using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Does the one act that was decided.</summary>
internal sealed class Actor(IClusterNodes nodes, IInstances instances, IUpdateStrategy strategy)
{
    /// <exception cref="InstanceException">EC2 refused.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer.</exception>
    public Task DoAsync(Act act, NodeUpdate node, CancellationToken cancellationToken) => act switch
    {
        Act.SetPriority { Priority: var priority } => nodes.SetPriorityAsync(node.Endpoint, priority, cancellationToken),
        Act.Resign => nodes.ResignAsync(node.Endpoint, cancellationToken),
        Act.StopInstance => instances.StopAsync(node.Ec2InstanceId!, cancellationToken),
        Act.ChangeInstance => strategy.ApplyAsync(node, cancellationToken),
        Act.StartInstance => instances.StartAsync(node.Ec2InstanceId!, cancellationToken),
        _ => Task.CompletedTask,
    };
}
