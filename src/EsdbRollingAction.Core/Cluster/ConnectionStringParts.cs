using System.Buffers;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>A connection string cut at its separators; nothing is decoded yet.</summary>
/// <param name="Discover">Whether the scheme ends in <c>+discover</c>.</param>
/// <param name="UserInfo">What stands before the <c>@</c>; null without one.</param>
/// <param name="Hosts">The list of hosts.</param>
/// <param name="Query">What follows the <c>?</c>; empty without one.</param>
internal sealed record ConnectionStringParts(bool Discover, string? UserInfo, string Hosts, string Query)
{
    private const string Discovers = "+discover";
    private static readonly string[] Schemes = ["esdb", "kurrentdb", "kurrent", "kdb"];
    private static readonly SearchValues<char> EndOfHosts = SearchValues.Create("/?");

    public static ConnectionStringParts Split(string text)
    {
        if (text.Length == 0)
        {
            throw InvalidConnectionString.Because("it is empty.");
        }

        if (text.Any(char.IsControl))
        {
            throw InvalidConnectionString.Because("it holds a line break or another control character.");
        }

        var (discover, rest) = CutScheme(text);
        if (rest.Contains('#', StringComparison.Ordinal))
        {
            throw InvalidConnectionString.Because("it holds a `#`. In a user name, password or value write it as %23.");
        }

        var at = rest.LastIndexOf('@');
        var beforeAt = at < 0 ? "" : rest[..at];
        if (beforeAt.AsSpan().ContainsAny(EndOfHosts))
        {
            throw InvalidConnectionString.Because(
                "an `@` follows a `/` or a `?`. In a user name or password write `/` as %2F and `?` as %3F; in a value write `@` as %40.");
        }

        if (beforeAt.Contains('@', StringComparison.Ordinal))
        {
            throw InvalidConnectionString.Because("it holds more than one `@`. In a user name or password write it as %40.");
        }

        var (hosts, query) = CutQuery(rest[(at + 1)..]);
        return new ConnectionStringParts(discover, at < 0 ? null : beforeAt, hosts, query);
    }

    private static (bool Discover, string AfterScheme) CutScheme(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = end < 0 ? "" : text[..end];
        var discover = scheme.EndsWith(Discovers, StringComparison.OrdinalIgnoreCase);
        return Schemes.Contains(discover ? scheme[..^Discovers.Length] : scheme, StringComparer.OrdinalIgnoreCase)
            ? (discover, text[(end + 3)..])
            : throw InvalidConnectionString.Because(
                "it does not begin with `esdb://`, `kurrentdb://`, `kurrent://` or `kdb://`, or one of these with `+discover`.");
    }

    private static (string Hosts, string Query) CutQuery(string text)
    {
        var end = text.AsSpan().IndexOfAny(EndOfHosts);
        if (end < 0)
        {
            return (text, "");
        }

        var query = text[end] == '/' ? text[(end + 1)..] : text[end..];
        return query.Length == 0 || query[0] == '?'
            ? (text[..end], query.Length == 0 ? "" : query[1..])
            : throw InvalidConnectionString.Because("after the hosts there may be one `/` and then only `?` with the settings.");
    }
}
