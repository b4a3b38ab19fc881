using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// A node that is up and behind the leader: now it counts itself, not what EC2 shows of its instance. One whose checkpoint has advanced
/// since the last iteration is slow, not stuck: that iteration does not count towards its limit, unless it is not the data that it lacks.
/// </summary>
internal static class CatchingUp
{
    /// <summary>The node waits until it is level.</summary>
    public static Decision Wait(NodeView node, ClusterSnapshot cluster)
    {
        var own = node.Own!;
        var hasAdvanced = own.WriterCheckpoint > node.Entry.WriterCheckpoint;
        var entry = node.Entry with
        {
            WriterCheckpoint = Math.Max(own.WriterCheckpoint, node.Entry.WriterCheckpoint ?? 0),
            CheckpointAdvancedAt = hasAdvanced ? cluster.At : node.Entry.CheckpointAdvancedAt,
        };
        var behind = own.WriterCheckpoint > 0 ? node.BytesBehind : null;
        var why = behind is { } bytes && !node.IsUnconfirmed
            ? $"{node.Name} says {own.State}, {Bytes.Format(bytes)} behind"
            : Sentence.Of(node.Name, node.Level.Reason);
        var wait = Decision.Wait(node with { Entry = entry }, cluster, NodePhase.CatchingUp, new(Awaited.Node, why));
        return wait with { BytesBehind = behind, SparesTheLimit = hasAdvanced && behind > cluster.Settings.MaxReplicationLagBytes };
    }
}
