namespace EsdbRollingAction.Simulation.Judging;

/// <summary>What happened, a line each, for a person. Kept only when a seed is replayed: thousands of rolls leave none.</summary>
internal sealed class History
{
    private readonly TimeProvider time;
    private readonly string who;
    private readonly long start;
    private readonly List<string> lines;

    public History(TimeProvider time)
        : this(time, "", time.GetTimestamp(), [])
    {
    }

    private History(TimeProvider time, string who, long start, List<string> lines) =>
        (this.time, this.who, this.start, this.lines) = (time, who, start, lines);

    public IReadOnlyList<string> Lines => lines;

    /// <summary>The same history, where somebody else goes on telling.</summary>
    public History Of(string teller) => new(time, $"{teller}: ", start, lines);

    public void Add(string what) => Add(time.GetElapsedTime(start), what);

    public void Add(TimeSpan at, string what) => lines.Add($"{at.TotalSeconds,9:0.000}  {who}{what}");
}
