using System.Globalization;
using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>Names of the code, times and durations as a person reads them.</summary>
internal static class Words
{
    /// <summary><c>OtherVotersAreLevel</c> as <c>other voters are level</c>.</summary>
    public static string Of(string name)
    {
        var words = new StringBuilder();
        foreach (var letter in name)
        {
            words.Append(char.IsUpper(letter) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }

    /// <summary>The role in words.</summary>
    public static string Of(NodeType role) => role switch
    {
        NodeType.Leader => "Leader",
        NodeType.Follower => "Follower",
        _ => "Read-only replica",
    };

    /// <summary>For example <c>1 min 5 s</c>; short ones with a tenth, <c>1.2 s</c>.</summary>
    public static string Of(TimeSpan span)
    {
        var tenths = Math.Max(0, Math.Round(span.TotalSeconds, 1));
        if (tenths < 10)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{tenths:0.0} s");
        }

        var whole = TimeSpan.FromSeconds(Math.Round(span.TotalSeconds));
        return (int)whole.TotalHours > 0 ? $"{(int)whole.TotalHours} h {whole.Minutes} min"
            : whole.Minutes > 0 ? $"{whole.Minutes} min {whole.Seconds} s"
            : $"{whole.Seconds} s";
    }

    /// <summary>For example <c>03:29:48Z</c>.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>For example <c>2026-11-23 03:29:48Z</c>.</summary>
    public static string DateAndClock(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture);
}
