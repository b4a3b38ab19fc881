namespace EsdbRollingAction.Core.Ec2;

/// <summary>Whether capacity of the new type is held before a node is stopped.</summary>
public enum CapacityPolicy
{
    /// <summary>Nothing is held.</summary>
    Off,

    /// <summary>It is tried. Where it is not allowed or not possible, the roll goes on without.</summary>
    Auto,

    /// <summary>No node is stopped without.</summary>
    Required,
}
