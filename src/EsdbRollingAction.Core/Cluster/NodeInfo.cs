using System.Globalization;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>What a server tells of itself in <c>GET /info</c>.</summary>
/// <param name="Version">Its version, or null when it does not tell.</param>
/// <param name="Authentication">How it authenticates users, such as <c>internal</c>, <c>ldaps</c>, <c>oauth</c>; or null.</param>
public sealed record NodeInfo(string? Version, string? Authentication)
{
    /// <summary>Whether user names and passwords are of no use.</summary>
    public bool TakesTokensOnly => string.Equals(Authentication, "oauth", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is older than 20.6. Builds of one's own call themselves 0.0.</summary>
    public bool IsTooOld => Number(0) is { } major and > 0 && (major < 20 || (major == 20 && Number(1) is < 6));

    private int? Number(int part) =>
        Version?.Split('.') is { } parts && parts.Length > part
        && int.TryParse(parts[part], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
