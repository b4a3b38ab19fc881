namespace EsdbRollingAction.Core.Strategies;

/// <summary>What people are told of a strategy where only the state is known.</summary>
/// <param name="Change">What it does to a node that is to have this version: a clause.</param>
public sealed record StrategyWords(Func<string, string> Change)
{
    /// <summary>What it means that some nodes are changed and others are not: whole sentences.</summary>
    public string Mixed { get; init; } = "Every node is whole, and the cluster can stay so for as long as you like.";

    /// <summary>Whether it is the version of the server that it changes, and people look for; else the instance's type.</summary>
    public bool IsOfTheServer { get; init; }
}
