namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// How the cluster is reached, as the official clients read it:
/// <c>esdb[+discover]://[user:password@]host[:port][,…][/][?key=value[&amp;…]]</c>, or <c>kurrentdb</c>, <c>kurrent</c>, <c>kdb</c>
/// for <c>esdb</c>.
/// </summary>
public sealed record ConnectionString
{
    private ConnectionString()
    {
    }

    /// <summary>The nodes named, in their order, each once. With <see cref="Discover"/>, names whose DNS records are the nodes.</summary>
    public required IReadOnlyList<NodeEndpoint> Hosts { get; init; }

    /// <summary>Whether the hosts' DNS records are the nodes (<c>+discover</c>).</summary>
    public required bool Discover { get; init; }

    /// <summary>Whether the nodes speak TLS (<c>tls</c>, default true).</summary>
    public required bool Tls { get; init; }

    /// <summary>Whether the nodes' certificates are checked (<c>tlsVerifyCert</c>, default true).</summary>
    public required bool VerifyCertificate { get; init; }

    /// <summary>PEM file of the only authorities trusted (<c>tlsCaFile</c>); null: those the system trusts.</summary>
    public required string? CaFile { get; init; }

    /// <summary>The certificate that the nodes know this program by (<c>userCertFile</c>, <c>userKeyFile</c>), or null.</summary>
    public required UserCertificateFiles? UserCertificate { get; init; }

    /// <summary>How long a node's gossip is waited for (<c>gossipTimeout</c>, default 5 s).</summary>
    public required TimeSpan GossipTimeout { get; init; }

    /// <summary>Who administers the nodes, if the connection string says so.</summary>
    public required Credentials? Credentials { get; init; }

    /// <summary>What a person should know about parts that have no effect here, one sentence each.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>Reads a connection string. White space around it is ignored.</summary>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.InvalidInput"/>. The message names the part that is wrong and repeats nothing of the text: what looks like
    /// a host or a key may be a piece of a password that was not percent-encoded.
    /// </exception>
    public static ConnectionString Parse(string text)
    {
        var parts = ConnectionStringParts.Split(text.Trim());
        var credentials = parts.UserInfo is null ? null : UserOf(parts.UserInfo);
        var hosts = ConnectionStringHosts.Parse(parts.Hosts);

        // A word after the `?` may be the end of a password whose `@` was forgotten, unless what stands before it can only be a host.
        var mayNameKeys = hosts.All(node => node.Host.AsSpan().ContainsAny('.', ':'));
        var query = new ConnectionStringQuery(parts.Query, mayNameKeys);

        return new ConnectionString
        {
            Hosts = hosts,
            Discover = parts.Discover,
            Tls = query.Tls,
            VerifyCertificate = query.VerifyCertificate,
            CaFile = query.CaFile,
            UserCertificate = query.UserCertificate,
            GossipTimeout = query.GossipTimeout(),
            Credentials = credentials,
            Notices = query.Notices(),
        };
    }

    /// <summary>Reads <c>user:password</c>, both percent-encoded.</summary>
    private static Credentials UserOf(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        InvalidConnectionString.ThrowIf(colon < 0, "before the `@` there is no `:` between a user name and a password.");
        var user = PercentEncoding.Decode(text[..colon], "the user name");
        var password = PercentEncoding.Decode(text[(colon + 1)..], "the password");
        InvalidConnectionString.ThrowIf(user.Length == 0, "the user name before the `:` is empty.");
        InvalidConnectionString.ThrowIf(password.Length == 0, "the password between `:` and `@` is empty.");

        // RFC 7617: the first colon ends the user name, so a name that holds one cannot be sent.
        InvalidConnectionString.ThrowIf(
            user.AsSpan().Contains(':'), "the user name holds a colon, which HTTP Basic authentication cannot carry.");
        return new Credentials(user, password);
    }

    /// <summary>What kind of connection it is, with nothing that could be a secret.</summary>
    public override string ToString() =>
        $"{nameof(ConnectionString)} {{ {Hosts.Count} host(s), {nameof(Discover)} = {Discover}, {nameof(Tls)} = {Tls}, " +
        $"{nameof(VerifyCertificate)} = {VerifyCertificate}, {(Credentials is null ? "no credentials" : "with credentials")} }}";
}

/// <summary>Where the certificate that the nodes know this program by is kept, both in PEM form.</summary>
/// <param name="Certificate">The certificate, and those of the authorities between it and the one that the nodes trust.</param>
/// <param name="Key">Its private key, not encrypted.</param>
public sealed record UserCertificateFiles(string Certificate, string Key);
