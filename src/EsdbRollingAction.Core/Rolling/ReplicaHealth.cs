using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// What a read-only replica gives its readers. One that has lost its leader may hang for good, and only a restart helps
/// (KurrentDB issue 2420): since that takes nothing from anybody, it comes first.
/// </summary>
internal static class ReplicaHealth
{
    /// <summary>
    /// Since when the replica is out of service, or null. Without a leader every replica is leaderless, which says nothing about one
    /// of them; of one that the update has touched the phase tells how it is.
    /// </summary>
    public static OutOfService? Of(NodeUpdate node, ClusterView cluster, DateTimeOffset now)
    {
        if (node is not { NodeType: NodeType.ReadOnlyReplica, IsDone: false, WasTouched: false } || cluster.Leader is null)
        {
            return null;
        }

        var own = cluster.Own(node.Endpoint);
        return own switch
        {
            null when cluster.IsSeenByAnybody(node.Endpoint) => null,
            { State: NodeState.ReadOnlyReplica or NodeState.CatchingUp or NodeState.Clone } =>
                cluster.IsBehind(node.Endpoint) ? Since(node, own.WriterCheckpoint, now) : null,
            _ => Since(node, null, now),
        };
    }

    /// <summary>Whether it serves nobody though its instance is as wanted, and has had the time to come back by itself.</summary>
    public static bool Hangs(NodeUpdate node, DateTimeOffset now) =>
        node.OutOfService is { WriterCheckpoint: null, Since: var since } && now - since >= Timings.RestartsByItself;

    private static OutOfService Since(NodeUpdate node, long? checkpoint, DateTimeOffset now) =>
        node.OutOfService is { } before && before.WriterCheckpoint == checkpoint ? before : new OutOfService(now, checkpoint);
}
