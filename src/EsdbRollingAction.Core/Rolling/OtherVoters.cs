using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>The voters that must do without a node while it is down.</summary>
internal static class OtherVoters
{
    /// <summary>All voters but this node.</summary>
    public static IEnumerable<NodeView> Of(NodeView node, ClusterSnapshot cluster) =>
        cluster.Nodes.Where(other => other != node && other.IsVoter);

    /// <summary>Why the node is not taken down while another voter is not level: a clause.</summary>
    public static string WhatAStopWouldCost(NodeView node, ClusterSnapshot cluster)
    {
        var level = Of(node, cluster).Count(other => other.Level.Holds && other.IsSeenByLeader);
        return (node.IsVoter, level < cluster.Majority) switch
        {
            (false, _) => "no node is stopped before every voter is level",
            (_, true) => $"stopping {node.Name} now would cost the quorum",
            _ => $"stopping {node.Name} now would take a second voter from the cluster",
        };
    }
}
