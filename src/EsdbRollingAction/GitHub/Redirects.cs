namespace EsdbRollingAction.GitHub;

/// <summary>Where a request may be sent on to.</summary>
internal static class Redirects
{
    /// <summary>
    /// The address to ask next, or null when it must not be asked. It is never less protected than the one before: plain HTTP
    /// is followed only from plain HTTP, which a GitHub Enterprise Server without TLS speaks, and tests on loopback do.
    /// </summary>
    public static Uri? Follow(Uri from, Uri? location)
    {
        if (location is null || !Uri.TryCreate(from, location, out var next))
        {
            return null;
        }

        var isProtected = next.Scheme == Uri.UriSchemeHttps;
        var isAsBefore = next.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp;
        return (isProtected || isAsBefore) && next.UserInfo.Length == 0 ? next : null;
    }

    /// <summary>Whether a token for the one may be sent to the other: a repository that was renamed redirects to its new address.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme
        && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port;
}
