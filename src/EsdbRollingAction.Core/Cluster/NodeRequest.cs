using System.Net;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>One request to one node.</summary>
internal sealed record NodeRequest(NodeEndpoint Node, string Path)
{
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it is sent while the node does not answer or says that it cannot now.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>What a node that answers 401 or 403 refuses to do; null for requests that carry no credentials.</summary>
    public string? Refused { get; init; }

    /// <exception cref="NodeUnreachableException">The node's host cannot stand in a URL.</exception>
    public Uri UriWith(string scheme) => HostName.IsValid(Node.Host)
        ? new Uri($"{scheme}://{Node}{Path}")
        : throw new NodeUnreachableException(Node, "is not a host name or address");
}

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body, at most 1 MiB.</param>
internal sealed record NodeAnswer(HttpStatusCode Status, byte[] Body);
