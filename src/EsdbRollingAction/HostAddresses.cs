using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction;

internal static class HostAddresses
{
    /// <returns>No address when the name does not resolve, or is none such as 0.0.0.0: the node may still be matched by name.</returns>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return [];
        }
    }
}
