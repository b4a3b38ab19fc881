namespace EsdbRollingAction.Core.Instances;

/// <summary>Whether capacity of the new type is held while an instance is stopped.</summary>
public enum CapacityHolding
{
    /// <summary>It is not asked for.</summary>
    Off,

    /// <summary>It is asked for, and done without where it may not be held or there is none.</summary>
    Auto,

    /// <summary>No instance is stopped without it.</summary>
    Required,
}
