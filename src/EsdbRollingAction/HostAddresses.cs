using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction;

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
