namespace EsdbRollingAction.Simulation.Judging;

/// <summary>What happened, a line each, for a person. Kept only when a seed is replayed: thousands of rolls leave none.</summary>
internal sealed class History(TimeProvider time)
{
    private readonly long start = time.GetTimestamp();
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines => lines;

    public void Add(string what) => Add(time.GetElapsedTime(start), what);

    public void Add(TimeSpan at, string what) => lines.Add($"{at.TotalSeconds,9:0.000}  {what}");
}
