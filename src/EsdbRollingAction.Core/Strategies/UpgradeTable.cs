using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>What the vendor says of a pair of versions.</summary>
internal enum UpgradeVerdict
{
    /// <summary>A rolling upgrade of this pair is supported.</summary>
    Supported,

    /// <summary>The target is newer than this table.</summary>
    Unknown,

    /// <summary>It is not supported from there: there is a version in between.</summary>
    TooFar,

    /// <summary>The target is older, and nobody promises that it works.</summary>
    Downgrade,

    /// <summary>The target is older, and cannot read what the newer server has written.</summary>
    Unreadable,
}

/// <summary>
/// From which releases a rolling upgrade is supported. Sources: the "Upgrade guide" that the vendor's documentation has for each of these
/// releases, https://docs.kurrent.io/server/, and the release branches of https://github.com/kurrent-io/KurrentDB.
/// </summary>
internal static class UpgradeTable
{
    /// <summary>A server of 24.10 writes what only 23.10.8 and later can read.</summary>
    private static readonly Version OldestThatReadsNewer = new(23, 10, 8);

    private static readonly Version WritesAnew = new(24, 10);

    private static readonly Dictionary<string, string[]> From = new(StringComparer.Ordinal)
    {
        ["22.10"] = ["20.10", "21.10", "22.6"],
        ["23.10"] = ["21.10", "22.10", "23.6"],
        ["24.10"] = ["21.10", "22.10", "23.10", "24.2", "24.6"],
        ["25.0"] = ["22.10", "23.10", "24.10"],
        ["25.1"] = ["22.10", "23.10", "24.10", "25.0"],
        ["26.0"] = ["22.10", "23.10", "24.10", "25.0", "25.1"],
        ["26.1"] = ["22.10", "23.10", "24.10", "25.0", "25.1", "26.0"],
    };

    /// <summary>The releases from which this one can be rolled to, in words.</summary>
    public static string FromWhich(string target) =>
        From.TryGetValue(Key(target), out var releases) ? string.Join(", ", releases) : "none that is known";

    /// <summary>What is said of going from one version to another.</summary>
    public static UpgradeVerdict Of(string from, string target)
    {
        var (old, wanted) = (ServerVersion.Patch(from), ServerVersion.Patch(target));
        var isSameRelease = Key(from) == Key(target);
        var isEarlier = wanted == old && ServerVersion.IsBeforeItsRelease(target) && !ServerVersion.IsBeforeItsRelease(from);
        return From.TryGetValue(Key(target), out var releases) switch
        {
            _ when isSameRelease && !HasPatch(target) => UpgradeVerdict.Supported,
            _ when wanted < old && old >= WritesAnew && wanted < OldestThatReadsNewer => UpgradeVerdict.Unreadable,
            _ when wanted < old || isEarlier => UpgradeVerdict.Downgrade,
            _ when isSameRelease => UpgradeVerdict.Supported,
            false => UpgradeVerdict.Unknown,
            true => releases!.Contains(Key(from)) ? UpgradeVerdict.Supported : UpgradeVerdict.TooFar,
        };
    }

    private static bool HasPatch(string version) => version.Split('.').Length > 2;

    private static string Key(string version) => ServerVersion.Release(version)?.ToString() ?? "";
}
