namespace EsdbRollingAction.GitHub;

/// <summary>Which addresses are asked, and which of them may see a token.</summary>
internal static class HttpAddress
{
    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (IsHttps(uri) || IsHttp(uri)) ? uri : null;

    /// <summary>
    /// Where a redirect leads, or null when it must not be followed. Plain HTTP is followed only from plain HTTP, which a GitHub
    /// Enterprise Server without TLS speaks, and tests on loopback do.
    /// </summary>
    public static Uri? Redirect(Uri from, Uri? location)
    {
        if (location is null || !Uri.TryCreate(from, location, out var next) || next.UserInfo.Length > 0)
        {
            return null;
        }

        return IsHttps(next) || (IsHttp(next) && IsHttp(from)) ? next : null;
    }

    /// <summary>Whether a token for the one may be sent to the other: a renamed repository redirects to its new address.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.GetLeftPart(UriPartial.Authority) == other.GetLeftPart(UriPartial.Authority);

    private static bool IsHttps(Uri uri) => uri.Scheme == Uri.UriSchemeHttps;

    private static bool IsHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp;
}
