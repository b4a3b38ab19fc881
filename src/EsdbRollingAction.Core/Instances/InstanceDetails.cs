namespace EsdbRollingAction.Core.Instances;

/// <summary>What else EC2 tells of an instance. What it did not send is null.</summary>
public sealed record InstanceDetails
{
    /// <summary>Availability zone, such as <c>eu-west-1a</c>.</summary>
    public string? Zone { get; init; }

    /// <summary>Platform as capacity reservations name it, such as <c>Linux/UNIX</c>.</summary>
    public string? Platform { get; init; }

    /// <summary><c>default</c>, <c>dedicated</c> or <c>host</c>.</summary>
    public string? Tenancy { get; init; }

    /// <summary>Name of its placement group.</summary>
    public string? PlacementGroup { get; init; }

    /// <summary>Whether it was launched EBS-optimized.</summary>
    public bool? IsEbsOptimized { get; init; }

    /// <summary>Name of its Auto Scaling group, from the tag <c>aws:autoscaling:groupName</c>.</summary>
    public string? AutoScalingGroup { get; init; }
}
