namespace EsdbRollingAction.Core.Cluster;

/// <summary>What is asked of the nodes for the checks before the first act only. No answer is an answer.</summary>
public interface INodeFacts
{
    /// <summary>The server's version, or null when the node does not tell. Sends no credentials.</summary>
    Task<string?> VersionAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether a scavenge runs on the node, or null when it does not tell.</summary>
    Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken);
}
