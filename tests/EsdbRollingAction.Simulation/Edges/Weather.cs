namespace EsdbRollingAction.Simulation.Edges;

/// <summary>What lies between the program and the world for a while.</summary>
internal sealed class Weather
{
    /// <summary>Nodes that do not answer the program until then; other nodes see them.</summary>
    public Dictionary<string, TimeSpan> Unreachable { get; } = [];

    /// <summary>Until then EC2 throttles everything.</summary>
    public TimeSpan StormUntil { get; set; }
}
