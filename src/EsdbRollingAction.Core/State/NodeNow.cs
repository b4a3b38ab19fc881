using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.State;

/// <summary>What a node was when it was last looked at, for people.</summary>
/// <param name="Node">Which node.</param>
/// <param name="Instance">How its instance is; null when EC2 did not show it.</param>
/// <param name="Role">What it says of itself; null when it does not answer.</param>
public sealed record NodeNow(NodeEndpoint Node, InstanceState? Instance, NodeState? Role)
{
    /// <summary>Whether it is the leader that the others agree on.</summary>
    public bool Leads { get; init; }

    /// <summary>Whether it was level with the leader.</summary>
    public bool IsLevel { get; init; }

    /// <summary>How far it is behind the leader, in bytes; null when that is not known.</summary>
    public long? BytesBehind { get; init; }

    /// <summary>What of a node's view people are shown. One look is enough for them: nothing is decided by it.</summary>
    public static NodeNow Of(NodeView node) => new(node.Entry.Endpoint, node.Instance?.State, node.Own?.State)
    {
        Leads = node.Leads,
        IsLevel = node.Level.Holds || node.IsUnconfirmed,
        BytesBehind = node.BytesBehind,
    };
}
