namespace EsdbRollingAction.Core.Instances;

/// <summary>What EC2 and Auto Scaling said for the checks before the first act.</summary>
public sealed record InstanceFacts
{
    /// <summary>The catalogue's entries of the types that were asked for; one that does not exist is missing.</summary>
    public required Told<IReadOnlyDictionary<string, InstanceTypeDetails>> Types { get; init; }

    /// <summary>Which type is offered in which availability zone.</summary>
    public required Told<IReadOnlySet<(string Type, string Zone)>> Offerings { get; init; }

    /// <summary>By instance id: whether it is protected against being stopped.</summary>
    public required IReadOnlyDictionary<string, Told<bool>> StopProtection { get; init; }

    /// <summary>By instance id, for those that carry the tag of an Auto Scaling group: what the group would do to a stopped one.</summary>
    public required IReadOnlyDictionary<string, Told<AutoScalingMember>> AutoScaling { get; init; }

    /// <summary>The catalogue's entry of a type, or null.</summary>
    public InstanceTypeDetails? TypeOf(string type) => Types.Value?.GetValueOrDefault(type);
}

/// <summary>An instance in its Auto Scaling group.</summary>
/// <param name="LifecycleState">Such as <c>InService</c> or <c>Standby</c>.</param>
/// <param name="SuspendedProcesses">The group's processes that are suspended.</param>
public sealed record AutoScalingMember(string LifecycleState, IReadOnlyCollection<string> SuspendedProcesses);
