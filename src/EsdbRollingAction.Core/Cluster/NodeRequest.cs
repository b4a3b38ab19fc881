namespace EsdbRollingAction.Core.Cluster;

/// <summary>One request to one node.</summary>
/// <param name="Node">Who is asked.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path on the node.</param>
/// <param name="Refused">What a node that answers 401 or 403 refuses to do; null for requests that carry no credentials.</param>
internal sealed record NodeRequest(NodeEndpoint Node, HttpMethod Method, string Path, string? Refused)
{
    public bool IsAdministrative => Refused is not null;

    public static NodeRequest Look(NodeEndpoint node, string path) => new(node, HttpMethod.Get, path, Refused: null);

    public static NodeRequest Administer(NodeEndpoint node, HttpMethod method, string path, string refused) => new(node, method, path, refused);

    /// <exception cref="NodeUnreachableException">The node's host cannot stand in a URL.</exception>
    public Uri UriWith(string scheme)
    {
        if (!HostName.IsValid(Node.Host) || Node.Port is < 1 or > 65535 || !Uri.TryCreate($"{scheme}://{Node}{Path}", UriKind.Absolute, out var uri))
        {
            throw new NodeUnreachableException(Node, "is not a host name or address with a port");
        }

        return uri;
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body, at most 1 MiB.</param>
internal readonly record struct NodeAnswer(System.Net.HttpStatusCode Status, byte[] Body);
