namespace EsdbRollingAction.Simulation.Edges;

/// <summary>Ends a call of a killed program that cannot be left waiting. Nothing that it runs into has an effect any more.</summary>
internal sealed class KilledException() : Exception("The program was killed.");
