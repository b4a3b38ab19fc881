namespace EsdbRollingAction.Simulation.Edges;

/// <summary>What came of a call: a value, or a refusal that is not thrown before somebody waits for it.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Refusal">What is thrown instead, or null.</param>
internal readonly record struct Answer<T>(T? Value, Exception? Refusal = null);
