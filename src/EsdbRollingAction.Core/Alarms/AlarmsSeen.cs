namespace EsdbRollingAction.Core.Alarms;

/// <summary>The alarms of the inputs, as they were just read.</summary>
/// <param name="Asked">The names that were asked for.</param>
/// <param name="Known">Those that there are.</param>
/// <param name="Problem">Why they are not known: a clause; or null.</param>
public sealed record AlarmsSeen(IReadOnlyList<string> Asked, IReadOnlyList<Alarm> Known, string? Problem = null)
{
    /// <summary>No alarm is asked for.</summary>
    public static readonly AlarmsSeen None = new([], []);

    /// <summary>Why they are not known: a clause; or null.</summary>
    public string? Problem { get; init => field = Sentence.ClauseOrNull(value); } = Sentence.ClauseOrNull(Problem);

    /// <summary>Those that are in ALARM.</summary>
    public IReadOnlyList<Alarm> InAlarm { get; } = [.. Known.Where(alarm => alarm.State is AlarmState.Alarm)];

    /// <summary>The names of those that have too little data to tell.</summary>
    public IReadOnlyList<string> WithoutData { get; } =
        [.. Known.Where(alarm => alarm.State is AlarmState.InsufficientData).Select(alarm => alarm.Name)];

    /// <summary>The names that are no alarm's.</summary>
    public IReadOnlyList<string> Missing { get; } = [.. Asked.Except(Known.Select(alarm => alarm.Name), StringComparer.Ordinal)];

    /// <summary>They could not be read.</summary>
    public static AlarmsSeen Not(string problem) => new([], [], problem);
}
