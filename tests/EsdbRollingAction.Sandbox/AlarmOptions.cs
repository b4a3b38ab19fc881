using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox;

/// <summary>An alarm of CloudWatch that the program is told to look at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state at the beginning.</param>
public sealed record AlarmOptions(string Name, AlarmState State = AlarmState.Ok)
{
    /// <summary>Whether it is made of other alarms.</summary>
    public bool IsComposite { get; init; }

    /// <summary>Its states later.</summary>
    public IReadOnlyList<AlarmChange> Changes { get; init; } = [];
}

/// <summary>An alarm goes to another state.</summary>
/// <param name="After">Model seconds after the beginning.</param>
/// <param name="State">The state.</param>
public sealed record AlarmChange(double After, AlarmState State);
