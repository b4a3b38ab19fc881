using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What a roll talks to.</summary>
/// <param name="Nodes">The nodes' HTTP interface.</param>
/// <param name="Ec2">EC2.</param>
/// <param name="Store">Where the state is remembered.</param>
/// <param name="Reporter">Who is told what happens.</param>
public sealed record RollEdges(IClusterNodes Nodes, Ec2Edges Ec2, IStateStore Store, IUpdateReporter Reporter)
{
    /// <summary>The operator's alarms.</summary>
    public required IAlarms Alarms { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The nodes' instances, before the first iteration.</summary>
    internal Task<IReadOnlyList<Instance>> DescribeAsync(ClusterUpdate state, CancellationToken cancellationToken) =>
        Patiently.AskAsync(() => Ec2.Instances.DescribeAsync(state.InstanceIds(), cancellationToken), Time, cancellationToken);
}

/// <summary>What a roll does with EC2.</summary>
/// <param name="Instances">The instances.</param>
/// <param name="Tags">Their tags.</param>
/// <param name="Capacity">Capacity held for an instance while it is stopped.</param>
/// <param name="OtherRuns">Knows which other runs have completed.</param>
public sealed record Ec2Edges(IInstances Instances, IInstanceTags Tags, ICapacity Capacity, IOtherRuns OtherRuns);
