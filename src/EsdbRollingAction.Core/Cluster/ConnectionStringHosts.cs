using System.Globalization;
using System.Net;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Reads <c>host[:port][,…]</c>.</summary>
internal static class ConnectionStringHosts
{
    private const int DefaultPort = 2113;

    public static IReadOnlyList<NodeEndpoint> Parse(string text)
    {
        if (text.Length == 0)
        {
            throw InvalidConnectionString.Because("it names no host.");
        }

        var hosts = text.Split(',');
        return [.. hosts.Select((host, i) => ParseOne(host, hosts.Length == 1 ? "the host" : $"host {i + 1} of {hosts.Length}")).Distinct()];
    }

    private static NodeEndpoint ParseOne(string text, string which)
    {
        var (host, port) = CutPort(text, which);
        if (host.Length == 0)
        {
            throw InvalidConnectionString.Because($"{which} is empty.");
        }

        return HostName.IsValid(host)
            ? new NodeEndpoint(HostName.IsIPv6(host) ? IPAddress.Parse(host).ToString() : host, ParsePort(port, which))
            : throw InvalidConnectionString.Because($"{which} is neither a DNS name nor an IP address.");
    }

    private static (string Host, string? Port) CutPort(string text, string which)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            var rest = end < 0 ? "" : text[(end + 1)..];
            return end > 1 && HostName.IsIPv6(text[1..end]) && (rest.Length == 0 || rest[0] == ':')
                ? (text[1..end], rest.Length == 0 ? null : rest[1..])
                : throw InvalidConnectionString.Because($"{which} has brackets, but not an IPv6 address without zone in them.");
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon != text.LastIndexOf(':'))
        {
            throw InvalidConnectionString.Because(
                $"{which} holds more than one `:`. An IPv6 address goes in brackets; a user name and password end with `@`.");
        }

        return colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }

    private static int ParsePort(string? text, string which)
    {
        if (text is null)
        {
            return DefaultPort;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw InvalidConnectionString.Because(
                $"the port of {which} is not a number from 1 to 65535. (A user name and password end with `@`, then come the hosts.)");
    }
}
