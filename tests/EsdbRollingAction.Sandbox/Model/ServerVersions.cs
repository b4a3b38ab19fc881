using System.Globalization;

namespace EsdbRollingAction.Sandbox.Model;

/// <summary>Versions of the database, and what its servers make of them.</summary>
internal static class ServerVersions
{
    /// <summary>How a server tells that another one says nothing of its version.</summary>
    public const string NotTold = "old_version";

    /// <summary>How a server tells that it has not heard of another one yet.</summary>
    public const string Unknown = "unknown_version";

    private static readonly Version FirstInGossip = new(23, 10);
    private static readonly Version FirstWithInternalHttp = new(24, 10);
    private static readonly Version FirstOfKurrent = new(25, 0);
    private static readonly Version FirstOfThreeNumbers = new(24, 0);

    /// <summary>Whether it begins with numbers as versions do: <c>24.10.4</c>, <c>26.1.0-prerelease</c>.</summary>
    public static bool IsVersion(string text) => Parts(text).Numbers.Split('.') is { Length: <= 4 } numbers
        && numbers.All(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    /// <summary>The version as a server of it says it: four numbers before 24, three since.</summary>
    public static string Full(string version)
    {
        var (numbers, suffix) = Parts(version);
        var given = numbers.Split('.');
        var count = Numbers(version) < FirstOfThreeNumbers ? 4 : 3;
        return string.Join('.', given.Concat(Enumerable.Repeat("0", Math.Max(0, count - given.Length)))) + suffix;
    }

    /// <summary>Whether a server of this version is one of what was asked for: 24.1 is no beginning of 24.10.4.</summary>
    public static bool BeginsWith(string version, string target) =>
        version == target || (version.StartsWith(target, StringComparison.Ordinal) && version[target.Length] is '.' or '-');

    /// <summary>Whether one is newer than the other.</summary>
    public static bool IsNewer(string version, string other) => Numbers(version) > Numbers(other);

    /// <summary>Whether its gossip tells versions.</summary>
    public static bool TellsInGossip(string version) => Numbers(version) >= FirstInGossip;

    /// <summary>Whether its gossip tells its internal HTTP endpoint.</summary>
    public static bool TellsInternalHttp(string version) => Numbers(version) >= FirstWithInternalHttp;

    /// <summary>Whether it has auto-scavenge, which needs a licence.</summary>
    public static bool HasAutoScavenge(string version) => Numbers(version) >= FirstWithInternalHttp;

    /// <summary>Whether <c>/info</c> has its version under both names.</summary>
    public static bool IsOfKurrent(string version) => Numbers(version) >= FirstOfKurrent;

    private static Version Numbers(string version)
    {
        var numbers = Parts(version).Numbers;
        return Version.Parse(numbers.Contains('.', StringComparison.Ordinal) ? numbers : $"{numbers}.0");
    }

    private static (string Numbers, string Suffix) Parts(string version)
    {
        var end = version.IndexOf('-', StringComparison.Ordinal);
        return end < 0 ? (version, "") : (version[..end], version[end..]);
    }
}
