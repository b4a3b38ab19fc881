using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>What may stand where a URL has its host. Nothing else may: text from outside must not become a path or another host.</summary>
internal static class HostName
{
    /// <summary>A DNS name has no more characters.</summary>
    public const int Longest = 253;

    /// <summary>Whether it is a DNS name, a dotted IPv4 address, or an IPv6 address without brackets and zone.</summary>
    public static bool IsValid(string host) => host.Length <= Longest && Uri.CheckHostName(host) switch
    {
        UriHostNameType.IPv6 => IsIPv6(host),
        UriHostNameType.IPv4 => IsDotted(host),
        UriHostNameType.Dns => host.All(char.IsAscii) && !EndsInNumber(host),
        _ => false,
    };

    public static bool IsIPv6(string host) =>
        !host.AsSpan().ContainsAny("%[]")
        && IPAddress.TryParse(host, out var address)
        && address.AddressFamily is AddressFamily.InterNetworkV6;

    /// <summary>URL parsers read <c>1.2.3</c> and <c>0x7f.1</c> as addresses that nobody meant.</summary>
    private static bool IsDotted(string host) => IPAddress.TryParse(host, out var address) && address.ToString() == host;

    private static bool EndsInNumber(string host) => host.TrimEnd('.').Split('.')[^1].All(char.IsAsciiDigit);
}
