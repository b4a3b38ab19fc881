namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>What a roll can have beyond what most have. A seed draws each by itself, with sources of their own.</summary>
[Flags]
internal enum Features
{
    /// <summary>Whatever its seed draws.</summary>
    None = 0,

    /// <summary>It runs a command on every node.</summary>
    Commands = 1,

    /// <summary>It brings every node to another version of the server.</summary>
    Versions = 2,

    /// <summary>The operator has an alarm.</summary>
    Alarms = 4,

    /// <summary>Somebody recovers after a run that was cut off, more often than not. No seed draws it by itself.</summary>
    Recoveries = 8,
}
