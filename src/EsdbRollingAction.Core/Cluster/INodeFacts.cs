namespace EsdbRollingAction.Core.Cluster;

/// <summary>What is asked of the nodes for the checks before the first act only. No answer is an answer.</summary>
public interface INodeFacts
{
    /// <summary>What the server tells of itself, or null when the node does not answer. Sends no credentials.</summary>
    Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether a scavenge runs on the node, or null when it does not tell.</summary>
    Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether the node has a licence (servers from 24.10), or null when it does not tell.</summary>
    Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken);
}
