using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Looks up a host name's A and AAAA records: none, or a <see cref="SocketException"/>, when it does not resolve.</summary>
/// <param name="host">A DNS name.</param>
/// <param name="cancellationToken">Ends the wait.</param>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>Finds the nodes to ask first.</summary>
/// <param name="time">Limits how long a name may take.</param>
/// <param name="resolve">How names are looked up; null: as the system does.</param>
public sealed class SeedResolver(TimeProvider time, ResolveHost? resolve = null)
{
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(5);
    private readonly ResolveHost resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>
    /// The hosts of the connection string. With <c>+discover</c> each is followed by the addresses it resolves to: the name fits
    /// certificates that carry names, the addresses reach the other nodes when the first record's node is dead.
    /// </summary>
    /// <remarks>A name that does not resolve stays in the list alone; asking it tells why.</remarks>
    public async Task<IReadOnlyList<NodeEndpoint>> SeedsAsync(ConnectionString connection, CancellationToken cancellationToken)
    {
        if (!connection.Discover)
        {
            return connection.Hosts;
        }

        var found = await Task.WhenAll(connection.Hosts.Select(host => WithAddressesAsync(host, cancellationToken)));
        return [.. found.SelectMany(endpoints => endpoints).Distinct()];
    }

    private async Task<IEnumerable<NodeEndpoint>> WithAddressesAsync(NodeEndpoint host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Host, out _))
        {
            return [host];
        }

        var addresses = await LookUpAsync(host.Host, cancellationToken);

        // A link-local address means nothing without the interface it is on, which a URL cannot carry.
        return addresses
            .Where(address => !address.IsIPv6LinkLocal)
            .Select(address => host with { Host = TextOf(address) })
            .Prepend(host);
    }

    /// <summary>The addresses of a name.</summary>
    /// <param name="host">A DNS name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>None when it does not resolve in time, or is none such as 0.0.0.0: the node may still be matched by name.</returns>
    public async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await resolve(host, cancellationToken).WaitAsync(LookupTimeout, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static string TextOf(IPAddress address)
    {
        var withoutZone = new IPAddress(address.GetAddressBytes());
        return (withoutZone.IsIPv4MappedToIPv6 ? withoutZone.MapToIPv4() : withoutZone).ToString();
    }
}
