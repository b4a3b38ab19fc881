namespace EsdbRollingAction.Core.Alarms;

/// <summary>Names of alarms, as an input lists them.</summary>
public static class AlarmNames
{
    /// <summary>How many CloudWatch is asked for at once (API Reference, <c>DescribeAlarms</c>).</summary>
    public const int Most = 100;

    /// <summary>The longest name that an alarm can have (API Reference, <c>PutMetricAlarm</c>).</summary>
    public const int Longest = 255;

    private const int Shown = 40;
    private static readonly char[] Separators = [',', '\r', '\n'];

    /// <summary>Reads names that are separated by commas or line breaks. They may hold spaces.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: too many, or one is too long.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var given = text.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        List<string> names = [.. given.Distinct(StringComparer.Ordinal)];
        var tooLong = names.Find(name => name.Length > Longest);
        return (names.Count, tooLong) switch
        {
            ( > Most, _) => throw Invalid($"The input alarm-names has {names.Count} names; there may be at most {Most}"),
            (_, { } name) => throw Invalid(
                $"The input alarm-names has a name of {name.Length} characters ('{name[..Shown]}…'); an alarm's has at most {Longest}"),
            _ => names,
        };
    }

    private static RollingUpdateException Invalid(string why) => new(FailureReason.InvalidInput, why);
}
