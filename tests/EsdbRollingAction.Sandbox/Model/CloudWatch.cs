namespace EsdbRollingAction.Sandbox.Model;

/// <summary>What CloudWatch says of an alarm.</summary>
public enum AlarmState
{
    /// <summary><c>OK</c>.</summary>
    Ok,

    /// <summary><c>ALARM</c>.</summary>
    Alarm,

    /// <summary><c>INSUFFICIENT_DATA</c>.</summary>
    InsufficientData,
}

/// <summary>An alarm as it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsComposite">Whether it is made of other alarms.</param>
/// <param name="State">Its state.</param>
/// <param name="Since">Since when, in model time.</param>
public sealed record Alarm(string Name, bool IsComposite, AlarmState State, TimeSpan Since)
{
    /// <summary>Why it is in that state.</summary>
    public string Reason => State switch
    {
        AlarmState.Ok => "Threshold Crossed: 1 datapoint [0.0] was not greater than the threshold (5.0).",
        AlarmState.Alarm when IsComposite => "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:child transitioned to ALARM.",
        AlarmState.Alarm => "Threshold Crossed: 1 datapoint [17.0] was greater than the threshold (5.0).",
        _ => "Unchecked: Initial alarm creation",
    };
}

/// <summary>The alarms.</summary>
public sealed class CloudWatch
{
    private readonly World world;
    private readonly Dictionary<string, Alarm> alarms = new(StringComparer.Ordinal);

    /// <summary>The alarms of the options. Their states change when the options say so, and when somebody sets them.</summary>
    public CloudWatch(World world, IReadOnlyList<AlarmOptions> options)
    {
        this.world = world;
        foreach (var alarm in options)
        {
            alarms[alarm.Name] = new Alarm(alarm.Name, alarm.IsComposite, alarm.State, TimeSpan.Zero);
            foreach (var (after, state) in alarm.Changes)
            {
                world.Do(() => world.After(after, () => Set(alarm.Name, state)));
            }
        }
    }

    /// <summary>The alarms as they are.</summary>
    public IReadOnlyList<Alarm> Truth => world.Do<IReadOnlyList<Alarm>>(() => [.. alarms.Values]);

    /// <summary>When the program last read them, in model time; null for never.</summary>
    internal TimeSpan? ReadAt { get; private set; }

    /// <summary>An alarm goes to another state.</summary>
    public void Set(string name, AlarmState state) => world.Do(() =>
    {
        var alarm = alarms[name];
        alarms[name] = alarm.State == state ? alarm : alarm with { State = state, Since = world.Now };
    });

    /// <summary>Somebody deletes an alarm.</summary>
    public void Delete(string name) => world.Do(() => alarms.Remove(name));

    /// <summary>Alarms, by name: those of metrics first.</summary>
    internal IReadOnlyList<Alarm> Read() => world.Look<IReadOnlyList<Alarm>>(() =>
    {
        ReadAt = world.Now;
        return [.. alarms.Values.OrderBy(alarm => alarm.IsComposite).ThenBy(alarm => alarm.Name, StringComparer.Ordinal)];
    });
}
