using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>What a roll does with EC2.</summary>
/// <param name="Instances">The instances.</param>
/// <param name="Marks">The tag that says who works on an instance.</param>
/// <param name="Capacity">Capacity held for an instance while it is stopped.</param>
/// <param name="OtherRuns">Tells whether whoever marked an instance still works on it.</param>
public sealed record InstanceControl(IInstances Instances, IInstanceMarks Marks, ICapacity Capacity, IOtherRuns OtherRuns);
