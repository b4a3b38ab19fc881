namespace EsdbRollingAction.Core.Cluster;

/// <summary>The HTTP interface of the database's nodes. Every call is short: a dead node never holds an iteration.</summary>
public interface IClusterNodes
{
    /// <summary>Auto-scavenge, which any node may be asked about.</summary>
    IAutoScavenge AutoScavenge { get; }

    /// <summary>Asks one node for its view of the cluster. Sends no credentials: gossip answers 401 to wrong ones.</summary>
    Task<AskedGossip> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether <c>/health/live</c> says 204: the process has started. Necessary, never sufficient, for being level.</summary>
    /// <returns>False for any other answer, and for none.</returns>
    Task<bool> IsLiveAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Reads the configured options. Who may read them may resign a leader, so this proves the credentials.</summary>
    /// <exception cref="NodeUnreachableException">No usable answer in time.</exception>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.AdministrationDenied"/>: 401 or 403.</exception>
    Task<NodeOptions> OptionsAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>What the server tells of itself, or null when the node does not answer. Sends no credentials.</summary>
    Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether a scavenge runs on the node, or null when it does not tell.</summary>
    Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Whether the node has a licence (servers from 24.10), or null when it does not tell.</summary>
    Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Sets the priority in elections until the next restart.</summary>
    /// <exception cref="NodeUnreachableException">No usable answer in time.</exception>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.AdministrationDenied"/>: 401 or 403.</exception>
    Task SetPriorityAsync(NodeEndpoint node, int priority, CancellationToken cancellationToken);

    /// <summary>Asks a leader to resign. On any other node it does nothing.</summary>
    /// <exception cref="NodeUnreachableException">No usable answer in time; it may have been heard all the same.</exception>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.AdministrationDenied"/>: 401 or 403.</exception>
    Task ResignAsync(NodeEndpoint node, CancellationToken cancellationToken);
}
