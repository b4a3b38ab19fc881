using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Since when a read-only replica has served nobody, or has stood still behind the leader.</summary>
/// <param name="Since">When it was first seen so.</param>
/// <param name="WriterCheckpoint">Where it stands still; null when it serves nobody.</param>
public sealed record OutOfService(DateTimeOffset Since, long? WriterCheckpoint);

/// <summary>
/// What a read-only replica gives its readers. One that has lost its leader may hang for good, and only a restart helps: since
/// that takes nothing from anybody, it comes first.
/// </summary>
internal static class ReplicaHealth
{
    /// <summary>
    /// The replica as it is seen now. Without a leader every replica is leaderless, which says nothing about one of them. Of one that
    /// the update has stopped or started, the phase tells how it is.
    /// </summary>
    public static OutOfService? Look(NodeUpdate node, Observation seen)
    {
        if (node.NodeType != NodeType.ReadOnlyReplica || WasTouched(node) || seen.Cluster.Leader is null)
        {
            return null;
        }

        if (!Serves(node, seen))
        {
            return seen.Cluster.Own(node.Endpoint) is null && seen.Cluster.IsSeenByAnybody(node.Endpoint)
                ? null
                : Since(node, null, seen.At);
        }

        return seen.Cluster.IsBehind(node.Endpoint)
            ? Since(node, seen.Cluster.Own(node.Endpoint)!.WriterCheckpoint, seen.At)
            : null;
    }

    /// <summary>The worse for its readers, the sooner it is its turn. One that is behind and gains is well.</summary>
    public static int Rank(NodeUpdate node, DateTimeOffset now) => node.OutOfService switch
    {
        { WriterCheckpoint: null } => 0,
        { Since: var since } when now - since >= Pace.ReplicaStandsStill => 1,
        _ => 2,
    };

    /// <summary>
    /// Whether readers lose nothing when the node is stopped while the other is not level. After an election both may serve nobody
    /// for a moment: then the next look tells.
    /// </summary>
    public static bool TakesNothingAway(NodeUpdate node, NodeUpdate other, Observation seen) => Rank(node, seen.At) switch
    {
        0 => seen.At - node.OutOfService!.Since >= Pace.ReplicaFindsItsLeader,
        1 => Serves(other, seen),
        _ => false,
    };

    /// <summary>Whether it serves nobody though its instance is as wanted, and has had the time to come back by itself.</summary>
    public static bool Hangs(NodeUpdate node, DateTimeOffset now) =>
        node.OutOfService is { WriterCheckpoint: null, Since: var since } && !WasTouched(node) && now - since >= Pace.RestartsByItself;

    private static bool Serves(NodeUpdate node, Observation seen) =>
        seen.Cluster.Own(node.Endpoint) is { State: NodeState.ReadOnlyReplica or NodeState.CatchingUp or NodeState.Clone };

    private static bool WasTouched(NodeUpdate node) =>
        node.IsDone || node.IsRollingBack || (node.StopRequestedAt ?? node.ChangeRequestedAt ?? node.StartRequestedAt) is not null;

    private static OutOfService Since(NodeUpdate node, long? checkpoint, DateTimeOffset now) =>
        node.OutOfService is { } before && before.WriterCheckpoint == checkpoint ? before : new OutOfService(now, checkpoint);
}
