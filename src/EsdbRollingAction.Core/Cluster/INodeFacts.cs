namespace EsdbRollingAction.Core.Cluster;

/// <summary>What is asked of the nodes for the checks before the first act only. No answer is an answer.</summary>
public interface INodeFacts
{
    /// <summary>What the server tells of itself, or null when the node does not answer. Sends no credentials.</summary>
    Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>The options that the node shows, or null when it does not.</summary>
    Task<IReadOnlyList<ServerOption>?> ServerOptionsAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether a scavenge runs on the node, or null when it does not tell.</summary>
    Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether the node has a licence (servers from 24.10), or null when it does not tell.</summary>
    Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken);
}

/// <summary>An option of a server.</summary>
/// <param name="Name">Its name, such as <c>EnableExternalTcp</c>.</param>
/// <param name="Source">Where its value comes from, as servers from 24.10 on say; or null.</param>
public sealed record ServerOption(string Name, string? Source)
{
    /// <summary>Whether somebody has set it, as far as the server tells.</summary>
    public bool? IsSet => Source is null ? null : !Source.Contains("Default", StringComparison.OrdinalIgnoreCase);
}
