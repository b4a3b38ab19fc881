namespace EsdbRollingAction;

/// <summary>Times (UTC) and durations as people read them.</summary>
internal static class TimeText
{
    public static string Clock(DateTimeOffset at) => $"{at.UtcDateTime:HH:mm:ssZ}";

    /// <summary>A time; with its date where that is not the day of the other one.</summary>
    public static string Clock(DateTimeOffset at, DateTimeOffset near) =>
        at.UtcDateTime.Date == near.UtcDateTime.Date ? Clock(at) : DateAndClock(at);

    /// <summary>A time to come, to the minute; with its date where it is not the next one of that hour.</summary>
    public static string AboutClock(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.ToString(at - now < TimeSpan.FromHours(20) ? "HH:mmZ" : "yyyy-MM-dd HH:mmZ");

    public static string DateAndClock(DateTimeOffset at) => $"{at:u}";

    /// <summary>For example <c>1.2 s</c>, <c>20 s</c>, <c>1 min 5 s</c>, <c>1 h 2 min</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        var tenths = Math.Max(0, Math.Round(span.TotalSeconds, 1));
        var whole = TimeSpan.FromSeconds(Math.Round(span.TotalSeconds));
        return whole switch
        {
            _ when tenths < 10 => $"{tenths:0.0} s",
            { TotalHours: >= 1 } => $"{(int)whole.TotalHours} h {whole.Minutes} min",
            { Minutes: > 0 } => $"{whole.Minutes} min {whole.Seconds} s",
            _ => $"{whole.Seconds} s",
        };
    }

    /// <summary>What is only estimated, to the minute: <c>less than a minute</c>, <c>about 5 min</c>, <c>about 1 h 20 min</c>.</summary>
    public static string About(TimeSpan span)
    {
        var minutes = Math.Ceiling(span.TotalMinutes);
        return minutes switch
        {
            < 2 => "less than 2 min",
            < 60 => $"about {minutes:0} min",
            _ => $"about {Math.Floor(minutes / 60):0} h {minutes % 60:0} min",
        };
    }

    public static string Since(DateTimeOffset since, DateTimeOffset now) => $"since {Clock(since)}, {Duration(now - since)}";
}
