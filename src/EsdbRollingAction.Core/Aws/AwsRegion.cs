using System.Text.RegularExpressions;
using Amazon;

namespace EsdbRollingAction.Core.Aws;

/// <summary>
/// Which region the program works in. A name is judged by its form, so that regions which are newer than the SDK are accepted;
/// what has another form would only become a host that does not exist, and a typo look like an outage.
/// </summary>
public static partial class AwsRegion
{
    /// <summary>The region that is set, or null: then the SDK asks the instance that the program runs on.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it is no region's name.</exception>
    internal static string? Find(string? input, SharedProfile profile, Func<string, string?> variable) =>
        Check(input, "The input aws-region")
        ?? Check(variable("AWS_REGION"), "The variable AWS_REGION")
        ?? Check(variable("AWS_DEFAULT_REGION"), "The variable AWS_DEFAULT_REGION")
        ?? Check(profile.Region, $"The region of {profile}");

    /// <summary>The region, or null when nothing is set.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it is no region's name.</exception>
    public static string? Check(string? text, string source)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var name = text.Trim();
        return Region.IsMatch(name)
            ? name
            : throw RollingUpdateException.InvalidInput($"{source} is '{name}', {Meant(name)}");
    }

    /// <summary>Whether the SDK knows it.</summary>
    internal static bool IsKnown(RegionEndpoint region) => !region.DisplayName.Contains("Unknown", StringComparison.Ordinal);

    private static string Meant(string text)
    {
        var name = string.Concat(text.Select(letter => letter is '_' or ' ' ? '-' : char.ToLowerInvariant(letter)));
        var zone = Zone.Match(name);
        return text switch
        {
            _ when zone.Groups["local"].Success => $"a local zone; the region is {zone.Groups["region"].Value}.",
            _ when zone.Success => $"an availability zone; the region is {zone.Groups["region"].Value}.",
            _ when Region.IsMatch(name) => $"which is not a region's name; is {name} meant?",
            _ when Named(text) is { } region => $"which is what people call the region {region.SystemName}: set that.",
            _ => "which is not a region's name, such as eu-west-1.",
        };
    }

    /// <summary>The one region that people call so, such as <c>Ireland</c> for <c>Europe (Ireland)</c>, or null.</summary>
    private static RegionEndpoint? Named(string text)
    {
        var named = RegionEndpoint.EnumerableAllRegions
            .Where(region => region.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase))
            .Take(2)
            .ToList();
        return text.Length > 2 && named.Count == 1 ? named[0] : null;
    }

    [GeneratedRegex(@"\A[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}\z")]
    private static partial Regex Region { get; }

    [GeneratedRegex(@"\A(?<region>[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2})([a-z]|(?<local>-[a-z0-9]+)+)\z")]
    private static partial Regex Zone { get; }
}
