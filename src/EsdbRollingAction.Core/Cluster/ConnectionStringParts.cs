using System.Text.RegularExpressions;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>A connection string cut at its separators; nothing is decoded yet.</summary>
/// <param name="Discover">Whether the scheme ends in <c>+discover</c>.</param>
/// <param name="UserInfo">What stands before the <c>@</c>; null without one.</param>
/// <param name="Hosts">The list of hosts.</param>
/// <param name="Query">What follows the <c>?</c>; empty without one.</param>
internal sealed partial record ConnectionStringParts(bool Discover, string? UserInfo, string Hosts, string Query)
{
    public static ConnectionStringParts Split(string text)
    {
        InvalidConnectionString.ThrowIf(text.Length == 0, "it is empty.");
        InvalidConnectionString.ThrowIf(text.Any(char.IsControl), "it holds a line break or another control character.");
        var scheme = Scheme.Match(text);
        InvalidConnectionString.ThrowIf(
            !scheme.Success,
            "it does not begin with `esdb://`, `kurrentdb://`, `kurrent://` or `kdb://`, or one of these with `+discover`.");
        var rest = text[scheme.Length..];
        InvalidConnectionString.ThrowIf(
            rest.AsSpan().Contains('#'), "it holds a `#`. In a user name, password or value write it as %23.");
        var at = rest.LastIndexOf('@');
        var userInfo = at < 0 ? null : rest[..at];
        InvalidConnectionString.ThrowIf(
            userInfo.AsSpan().ContainsAny('/', '?'),
            "an `@` follows a `/` or a `?`. In a user name or password write `/` as %2F and `?` as %3F; in a value write `@` as %40.");
        InvalidConnectionString.ThrowIf(
            userInfo.AsSpan().Contains('@'), "it holds more than one `@`. In a user name or password write it as %40.");
        var (hosts, query) = CutQuery(rest[(at + 1)..]);
        return new ConnectionStringParts(scheme.Groups["discover"].Success, userInfo, hosts, query);
    }

    private static (string Hosts, string Query) CutQuery(string text)
    {
        var end = text.AsSpan().IndexOfAny('/', '?');
        if (end < 0)
        {
            return (text, "");
        }

        var query = text[end] == '/' ? text[(end + 1)..] : text[end..];
        InvalidConnectionString.ThrowIf(
            query is not ("" or ['?', ..]), "after the hosts there may be one `/` and then only `?` with the settings.");
        return (text[..end], query is [_, .. var settings] ? settings : "");
    }

    [GeneratedRegex(@"\A(esdb|kurrentdb|kurrent|kdb)(?<discover>\+discover)?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme { get; }
}
