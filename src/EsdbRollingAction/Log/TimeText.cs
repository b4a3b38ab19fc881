using System.Globalization;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Log;

/// <summary>Instants and durations as the log shows them.</summary>
internal static class TimeText
{
    public static string Clock(DateTimeOffset at) => at.ToString("HH:mm:ssZ", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan span) => span.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s");

    /// <summary>That the quorum is lost, to be added to a line; nothing when it is not.</summary>
    public static string Of(LostQuorum? lost, DateTimeOffset now) => lost is null
        ? ""
        : $"; the quorum is lost ({lost.Alive} of {lost.ClusterSize} voters alive, {Since(lost.Since, now)})";

    /// <summary>Since when something lasts, and how long that is.</summary>
    public static string Since(DateTimeOffset since, DateTimeOffset now) => $"since {Clock(since)}, {Duration(now - since)}";
}
