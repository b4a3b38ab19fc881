namespace EsdbRollingAction.Sandbox;

/// <summary>What goes wrong at random moments until somebody calls for calm. One seed stands for all of it.</summary>
/// <param name="Seed">Where chance comes from.</param>
public sealed record Trouble(int Seed)
{
    /// <summary>Share of the program's requests that go wrong, from 0 to 1.</summary>
    public double WireShare { get; init; } = 0.06;

    /// <summary>Model seconds between two disturbances of the cluster or EC2, on average; 0 for none.</summary>
    public double SecondsBetween { get; init; } = 60;
}
