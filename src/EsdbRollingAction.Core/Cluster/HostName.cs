using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>What may stand where a URL has its host. Nothing else may: text from outside must not become a path or another host.</summary>
internal static class HostName
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>Whether it is a DNS name, a dotted IPv4 address, or an IPv6 address without brackets and zone.</summary>
    public static bool IsValid(string host) =>
        host.Contains(':', StringComparison.Ordinal) ? IsIPv6(host) : IsNameOrIPv4(host);

    public static bool IsIPv6(string host) =>
        !host.AsSpan().ContainsAny("%[]") && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsNameOrIPv4(string host)
    {
        if (host.Length is 0 or > 253 || host.AsSpan().ContainsAnyExcept(Allowed))
        {
            return false;
        }

        var labels = host.Split('.');
        var last = labels.Length > 1 && labels[^1].Length == 0 ? labels.Length - 2 : labels.Length - 1;
        if (labels[..(last + 1)].Any(label => label.Length is 0 or > 63))
        {
            return false;
        }

        // URL parsers read `1.2.3` and `0x7f.1` as addresses nobody meant.
        var isAddress = IPAddress.TryParse(host, out var address);
        return labels[last].All(char.IsAsciiDigit) || isAddress ? isAddress && address!.ToString() == host : true;
    }
}
