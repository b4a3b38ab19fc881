using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.GitHub;

/// <summary>
/// What the artifact that keeps a state is called: <c>esdb-rolling-update-state-&lt;cluster&gt;-&lt;run&gt;-&lt;attempt&gt;</c>.
/// Artifacts are never replaced, so every attempt of a run has its own.
/// </summary>
internal static partial class StateArtifactName
{
    private const int LongestCluster = 80;

    public static string Of(string cluster, long runId, int attempt) => $"{Prefix(cluster, runId)}{attempt}";

    /// <summary>The attempt that this artifact is of, or null when it is not of this cluster and run.</summary>
    public static int? AttemptOf(string? name, string cluster, long runId)
    {
        var prefix = Prefix(cluster, runId);
        if (name is null || !name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = name.AsSpan(prefix.Length);
        return int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : null;
    }

    private static string Prefix(string cluster, long runId) => $"esdb-rolling-update-state-{Fit(cluster)}-{runId}-";

    /// <summary>A name that had to be changed gets a hash of what it was, so that two clusters do not share an artifact.</summary>
    private static string Fit(string cluster)
    {
        var bytes = Encoding.UTF8.GetBytes(cluster);
        var allowed = Forbidden().Replace(Encoding.UTF8.GetString(bytes), "-");
        var fit = allowed.Length <= LongestCluster ? allowed : Printable.Start(allowed, LongestCluster);
        if (fit == cluster)
        {
            return cluster;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return $"{fit}-{hash[..8]}";
    }

    /// <summary>What actions/upload-artifact refuses, and what stands for half a character.</summary>
    [GeneratedRegex("""[":<>|*?\\/\p{Cc}\ufffd]""")]
    private static partial Regex Forbidden();
}
