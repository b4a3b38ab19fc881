namespace EsdbRollingAction.Core.Cluster;

/// <summary>One member of the cluster in somebody's <c>/gossip</c> answer.</summary>
/// <param name="InstanceId">New at every start of the database process.</param>
/// <param name="State">What the member does, true only in its own answer.</param>
/// <param name="IsAlive">Whether the one who answers sees the member.</param>
/// <param name="Endpoint">The advertised HTTP endpoint; identifies the node.</param>
/// <param name="InternalAddresses">Other addresses the member is known by: internal TCP and internal HTTP hosts.</param>
/// <param name="WriterCheckpoint">How far its log is written, in bytes.</param>
/// <param name="NodePriority">Its priority in elections.</param>
/// <param name="IsReadOnlyReplica">True for a read-only replica, false for a voter.</param>
public sealed record GossipMember(
    Guid InstanceId,
    NodeState State,
    bool IsAlive,
    NodeEndpoint Endpoint,
    IReadOnlyList<string> InternalAddresses,
    long WriterCheckpoint,
    int NodePriority,
    bool IsReadOnlyReplica)
{
    /// <summary>The version of its server; null when it does not tell. Peers' words may be placeholders.</summary>
    public string? Version { get; init; }

    /// <summary>Whether it leads, follows or replicates.</summary>
    public bool IsInRole => State is NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica;

    /// <summary>Whether it is about to lead, or about to have led.</summary>
    public bool IsBetweenRoles => State is NodeState.PreLeader or NodeState.ResigningLeader;

    /// <summary>Whether it shuts down, or has.</summary>
    public bool IsShuttingDown => State is NodeState.ShuttingDown or NodeState.Shutdown;
}

/// <summary>One node's answer to <c>GET /gossip</c>.</summary>
/// <param name="Members">Everybody the node knows of, itself included.</param>
public sealed record GossipAnswer(IReadOnlyList<GossipMember> Members)
{
    /// <summary>Members of which nothing is known but, at most, where they are.</summary>
    public IReadOnlyList<UnreadableMember> Unreadable { get; init; } = [];

    /// <summary>
    /// The one entry of an endpoint, or null. A node that was replaced under its name leaves a dead entry beside the living one;
    /// of two living ones nobody can tell which is meant.
    /// </summary>
    public GossipMember? EntryOf(NodeEndpoint node)
    {
        var entries = Members.Where(member => member.Endpoint == node).ToList();
        return entries.Count == 1 ? entries[0] : entries.FindAll(member => member.IsAlive) is [var living] ? living : null;
    }
}

/// <summary>A member of gossip that is not understood.</summary>
/// <param name="Endpoint">Its advertised HTTP endpoint, or null when that is not understood either.</param>
/// <param name="Why">What is wrong with it, in constants and counts.</param>
public sealed record UnreadableMember(NodeEndpoint? Endpoint, string Why);

/// <summary>What came of asking a node for its gossip. One that is down is an answer too, not an error.</summary>
/// <param name="Answer">The gossip, or null.</param>
/// <param name="Problem">Why there is none, without secrets; null when there is.</param>
/// <param name="IsForGood">Whether waiting does not help: somebody must change the node or the connection string.</param>
public readonly record struct AskedGossip(GossipAnswer? Answer, string? Problem = null, bool IsForGood = false)
{
    /// <summary>Whether the time was over before there was an answer.</summary>
    internal bool IsLate { get; init; }
}

/// <summary>What the roll needs of <c>GET /info/options</c>.</summary>
/// <param name="ClusterSize">The configured number of voters. Gossip does not tell it.</param>
/// <param name="NodePriority">The configured priority: what a restart brings back.</param>
public sealed record NodeOptions(int ClusterSize, int NodePriority)
{
    /// <summary>All that the node shows.</summary>
    public IReadOnlyList<ServerOption> All { get; init; } = [];
}

/// <summary>An option of a server.</summary>
/// <param name="Name">Its name, such as <c>EnableExternalTcp</c>.</param>
/// <param name="Source">Where its value comes from, as servers from 24.10 on say; or null.</param>
public sealed record ServerOption(string Name, string? Source)
{
    /// <summary>Whether somebody has set it, as far as the server tells.</summary>
    public bool? IsSet => Source is null ? null : !Source.Contains("Default", StringComparison.OrdinalIgnoreCase);
}
