using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction;

/// <summary>Resolves the nodes' host names, to match them with instances by address.</summary>
internal static class HostAddresses
{
    /// <returns>No address when the name does not resolve: the node may still be matched by name.</returns>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
