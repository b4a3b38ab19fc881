using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>One thing a node is known by: an IP address or a host name.</summary>
/// <param name="Text">Without brackets and without a trailing dot.</param>
/// <param name="Ip">Null for a host name.</param>
internal sealed record NodeAddress(string Text, IPAddress? Ip)
{
    public static NodeAddress Parse(string text)
    {
        var bare = text.Trim().TrimStart('[').TrimEnd(']').TrimEnd('.');
        return new NodeAddress(bare, ParseIp(bare));
    }

    /// <summary>A host name as EC2 tags often shorten it; for an IP address the whole of it.</summary>
    public string FirstLabel => Ip is null ? Text.Split('.')[0] : Text;

    /// <summary>Null for what is not an IP address in full: .NET would read the name <c>10</c> as 0.0.0.10.</summary>
    public static IPAddress? ParseIp(string? text)
    {
        if (!IPAddress.TryParse(text, out var ip) || (ip.AddressFamily is AddressFamily.InterNetwork && text.Count(c => c == '.') != 3))
        {
            return null;
        }

        return ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
    }
}
