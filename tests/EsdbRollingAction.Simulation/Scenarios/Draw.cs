namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>Chance, all of it from the seed.</summary>
internal sealed class Draw(int seed)
{
    private readonly Random random = new(seed);

    public bool Chance(double probability) => probability > 0 && random.NextDouble() < probability;

    /// <summary>A whole number, both ends included.</summary>
    public int Number(int low, int high) => random.Next(low, high + 1);

    public double Between(double low, double high) => low + (random.NextDouble() * (high - low));

    /// <summary>Mostly near the low end: most things are quick, and some are not.</summary>
    public double Skewed(double low, double high) => low + (Math.Pow(random.NextDouble(), 3) * (high - low));

    public TimeSpan Seconds(double low, double high) => TimeSpan.FromSeconds(Between(low, high));

    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
