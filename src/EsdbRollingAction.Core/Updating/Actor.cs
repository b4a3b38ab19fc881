using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Does the one act that was decided.</summary>
internal sealed class Actor(IClusterNodes nodes, InstanceControl control, KnownCapacity capacity, IUpdateStrategy strategy)
{
    /// <exception cref="InstanceException">EC2 refused.</exception>
    /// <exception cref="NodeUnreachableException">The node did not answer.</exception>
    public Task DoAsync(Act act, NodeUpdate node, CancellationToken cancellationToken) => act switch
    {
        Act.SetPriority { Priority: var priority } => nodes.SetPriorityAsync(node.Endpoint, priority, cancellationToken),
        Act.Resign => nodes.ResignAsync(node.Endpoint, cancellationToken),
        Act.MarkInstance { Mark: var mark } => control.Marks.MarkAsync(node.Ec2InstanceId!, mark, cancellationToken),
        Act.UnmarkInstance { Mark: var mark } => control.Marks.UnmarkAsync(node.Ec2InstanceId!, mark, cancellationToken),
        Act.ReserveCapacity { Instance: var instance, InstanceType: var type, Until: var until } => capacity.ReserveAsync(instance, type, until, cancellationToken),
        Act.ReleaseCapacity { Id: var id } => capacity.ReleaseAsync(id, cancellationToken),
        Act.StopInstance => control.Instances.StopAsync(node.Ec2InstanceId!, cancellationToken),
        Act.ChangeInstance => strategy.ApplyAsync(node, cancellationToken),
        Act.SetCpuOptions { Options: var options } => control.Instances.SetCpuOptionsAsync(node.Ec2InstanceId!, options, cancellationToken),
        Act.StartInstance => control.Instances.StartAsync(node.Ec2InstanceId!, cancellationToken),
        _ => Task.CompletedTask,
    };
}
