namespace EsdbRollingAction.Sandbox.Model;

/// <summary>One member as a gossip answer shows it.</summary>
/// <param name="Name">The sandbox's name of the node; not on the wire.</param>
/// <param name="InstanceId">New at every start of the process.</param>
/// <param name="TimeStamp">Model time of what is shown.</param>
/// <param name="State">What it does.</param>
/// <param name="IsAlive">Whether the one who answers sees it.</param>
/// <param name="Address">IP address of its HTTP endpoint.</param>
/// <param name="Port">Port of its HTTP endpoint.</param>
/// <param name="WriterCheckpoint">How far its log is written, in bytes.</param>
/// <param name="EpochNumber">Epoch it has heard of.</param>
/// <param name="NodePriority">Its priority in elections.</param>
/// <param name="IsReadOnlyReplica">True for a read-only replica.</param>
public readonly record struct Member(
    string Name,
    Guid InstanceId,
    TimeSpan TimeStamp,
    VNodeState State,
    bool IsAlive,
    string Address,
    int Port,
    long WriterCheckpoint,
    int EpochNumber,
    int NodePriority,
    bool IsReadOnlyReplica)
{
    /// <summary>Version of its server, as far as whoever answers knows it.</summary>
    public string EsVersion { get; init; } = ServerVersions.Unknown;
}
