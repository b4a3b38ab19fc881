namespace EsdbRollingAction.Core.Cluster;

/// <summary>A server's version, as it says it: <c>23.10.8.0</c>, <c>26.1.0-prerelease</c>.</summary>
public static class ServerVersion
{
    private const int Longest = 40;
    private const string AlsoAllowed = ".-+";

    /// <summary>What a server calls itself that was built from the sources of a release, and that nobody gave a number.</summary>
    private const string BuiltFromSource = "-prerelease";

    /// <summary>The version; null for a placeholder, such as <c>old_version</c>, and for what is none.</summary>
    public static string? Read(string? text) =>
        text is { Length: <= Longest } && BeginsWithARelease(text) && text.All(IsAllowed) ? text : null;

    /// <summary>
    /// Whether a version begins with another: 24.10.4 is of 24.10, and not of 24.1. What was published before a release is not of it:
    /// 26.1.0-rc.1 is neither of 26.1.0 nor of 26.1.
    /// </summary>
    public static bool IsOf(string version, string target)
    {
        var begins = version.StartsWith(target, StringComparison.Ordinal)
            && (version.Length == target.Length || !char.IsAsciiLetterOrDigit(version[target.Length]));
        return begins && !IsBeforeItsRelease(version[target.Length..]);
    }

    /// <summary>Whether it was published before the release that it is named after, such as 26.1.0-rc.1.</summary>
    public static bool IsBeforeItsRelease(string version) =>
        version.IndexOf('-', StringComparison.Ordinal) is >= 0 and var at && version[at..] != BuiltFromSource;

    /// <summary>The release, such as 24.10; null when the text begins with none.</summary>
    public static Version? Release(string text) =>
        text.Split('.', '-', '+') is [var major, var minor, ..]
        && Version.TryParse($"{major}.{minor}", out var release) ? release : null;

    /// <summary>The release and the patch, to compare by; what is not given counts as nothing.</summary>
    public static Version Patch(string text)
    {
        var parts = text.Split('.', '-', '+');
        var patch = parts.Length > 2 && int.TryParse(parts[2], out var number) ? number : 0;
        var release = Release(text) ?? new Version(0, 0);
        return new Version(release.Major, release.Minor, patch);
    }

    private static bool BeginsWithARelease(ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        var hasDigits = point > 0 && !text[..point].ContainsAnyExceptInRange('0', '9');
        return hasDigits && point + 1 < text.Length && char.IsAsciiDigit(text[point + 1]);
    }

    private static bool IsAllowed(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || AlsoAllowed.Contains(letter, StringComparison.Ordinal);
}
