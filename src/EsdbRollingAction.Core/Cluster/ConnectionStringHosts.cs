using System.Globalization;
using System.Net;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads <c>host[:port][,…]</c>.</summary>
internal static class ConnectionStringHosts
{
    private const int DefaultPort = 2113;

    public static IReadOnlyList<NodeEndpoint> Parse(string text)
    {
        InvalidConnectionString.ThrowIf(text.Length == 0, "it names no host.");
        var hosts = text.Split(',');
        return hosts.Length == 1
            ? [ParseOne(text, "the host")]
            : [.. hosts.Select((host, index) => ParseOne(host, $"host {index + 1} of {hosts.Length}")).Distinct()];
    }

    private static NodeEndpoint ParseOne(string text, string which)
    {
        var (host, port) = text.StartsWith('[') ? CutBrackets(text, which) : CutPort(text, which);
        InvalidConnectionString.ThrowIf(host.Length == 0, $"{which} is empty.");
        InvalidConnectionString.ThrowIf(!HostName.IsValid(host), $"{which} is neither a DNS name nor an IP address.");
        return new NodeEndpoint(HostName.IsIPv6(host) ? IPAddress.Parse(host).ToString() : host, ParsePort(port, which));
    }

    private static (string Host, string? Port) CutBrackets(string text, string which)
    {
        var end = text.IndexOf(']', StringComparison.Ordinal);
        var address = end < 0 ? "" : text[1..end];
        var rest = text[(end + 1)..];
        InvalidConnectionString.ThrowIf(
            !HostName.IsIPv6(address) || rest is not ("" or [':', ..]),
            $"{which} has brackets, but not an IPv6 address without zone in them.");
        return (address, rest is [_, .. var port] ? port : null);
    }

    private static (string Host, string? Port) CutPort(string text, string which) => text.Split(':') switch
    {
        [var host] => (host, null),
        [var host, var port] => (host, port),
        _ => throw InvalidConnectionString.Because(
            $"{which} holds more than one `:`. An IPv6 address goes in brackets; a user name and password end with `@`."),
    };

    private static int ParsePort(string? text, string which)
    {
        if (text is null)
        {
            return DefaultPort;
        }

        var isNumber = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        InvalidConnectionString.ThrowIf(
            !isNumber || port == 0,
            $"the port of {which} is not a number from 1 to 65535. (A user name and password end with `@`, then come the hosts.)");
        return port;
    }
}
