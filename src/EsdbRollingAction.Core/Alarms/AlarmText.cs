namespace EsdbRollingAction.Core.Alarms;

/// <summary>What is said of alarms.</summary>
internal static class AlarmText
{
    private const int MostNamed = 3;

    /// <summary>Names of alarms; of many the first ones.</summary>
    public static string Names(IReadOnlyList<string> names)
    {
        var named = string.Join(", ", names.Take(MostNamed));
        var more = names.Count - MostNamed;
        return more > 0 ? $"{named} and {more} more" : named;
    }

    /// <summary>Which alarms are in ALARM, and what CloudWatch says of the first: a clause.</summary>
    public static string InAlarm(IReadOnlyList<Alarm> alarms)
    {
        var first = alarms[0];
        var why = first.Reason.Length > 0 ? $" ({first.Reason})" : "";
        List<string> others = [.. alarms.Skip(1).Select(alarm => alarm.Name)];
        return others.Count == 0
            ? $"the alarm {first.Name} is in ALARM{why}"
            : $"the alarm {first.Name} is in ALARM{why}, and so is {Names(others)}";
    }
}
