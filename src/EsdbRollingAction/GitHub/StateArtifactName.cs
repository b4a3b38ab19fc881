using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EsdbRollingAction.GitHub;

/// <summary>
/// What the artifact that keeps a state is called: <c>esdb-rolling-update-state-&lt;cluster&gt;-&lt;run&gt;-&lt;attempt&gt;</c>.
/// Artifacts are never replaced, so every attempt of a run has its own.
/// </summary>
internal static class StateArtifactName
{
    private const string Prefix = "esdb-rolling-update-state-";
    private const int LongestCluster = 80;

    /// <summary>Refused by actions/upload-artifact, along with control characters.</summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\":<>|*?\r\n\\/");

    public static string Of(string cluster, long runId, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Fit(cluster)}-{runId}-{attempt}");

    /// <summary>The attempt that this artifact is of, or null when it is not of this cluster and run.</summary>
    public static int? AttemptOf(string? name, string cluster, long runId)
    {
        var beginning = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Fit(cluster)}-{runId}-");
        return name is not null && name.StartsWith(beginning, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(beginning.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
                ? attempt
                : null;
    }

    /// <summary>A name that had to be changed gets a hash of what it was, so that two clusters do not share an artifact.</summary>
    private static string Fit(string cluster)
    {
        var fit = string.Concat(cluster.EnumerateRunes().Select(rune => IsAllowed(rune) ? rune.ToString() : "-"));
        var isShort = fit.Length <= LongestCluster;
        if (fit == cluster && isShort)
        {
            return cluster;
        }

        var cut = isShort ? fit : fit[..(char.IsHighSurrogate(fit[LongestCluster - 1]) ? LongestCluster - 1 : LongestCluster)];
        return $"{cut}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cluster)))[..8]}";
    }

    private static bool IsAllowed(Rune rune) =>
        !Rune.IsControl(rune) && rune != Rune.ReplacementChar && !(rune.IsBmp && Forbidden.Contains((char)rune.Value));
}
