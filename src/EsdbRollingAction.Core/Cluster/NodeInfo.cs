namespace EsdbRollingAction.Core.Cluster;

/// <summary>What a server tells of itself in <c>GET /info</c>.</summary>
/// <param name="Version">Its version, or null when it does not tell.</param>
/// <param name="Authentication">How it authenticates users, such as <c>internal</c>, <c>ldaps</c>, <c>oauth</c>; or null.</param>
public sealed record NodeInfo(string? Version, string? Authentication)
{
    private static readonly Version Oldest = new(20, 6);

    /// <summary>Whether user names and passwords are of no use.</summary>
    public bool TakesTokensOnly => string.Equals(Authentication, "oauth", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is older than 20.6. Builds of one's own call themselves 0.0.</summary>
    public bool IsTooOld => System.Version.TryParse(Version, out var version) && version.Major > 0 && version < Oldest;
}
