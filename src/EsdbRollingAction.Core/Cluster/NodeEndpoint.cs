namespace EsdbRollingAction.Core.Cluster;

/// <summary>Where a node answers HTTP: a host name or address, and a port. Host names compare without case.</summary>
/// <param name="Host">Host name, IPv4 address, or IPv6 address without brackets.</param>
/// <param name="Port">TCP port, 1 to 65535.</param>
public sealed record NodeEndpoint(string Host, int Port)
{
    /// <inheritdoc/>
    public bool Equals(NodeEndpoint? other) =>
        Port == other?.Port && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(Host), Port);

    /// <summary><c>host:port</c>, with brackets around an IPv6 address.</summary>
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return $"{host}:{Port}";
    }
}
