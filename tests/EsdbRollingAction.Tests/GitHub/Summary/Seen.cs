using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.GitHub.Summary;

/// <summary>A node as it was just seen.</summary>
internal static class Seen
{
    public static NodeView As(NodeUpdate node, InstanceState? instance, NodeState? role, long? behind = 0) => new(
        node,
        role is { } says ? new GossipMember(Guid.Empty, says, true, node.Endpoint, [], 0, 0, false) : null,
        instance is { } state ? new Instance("i-1", state, "t2.large", null, [], null, []) : null,
        NodeGoal.Target)
    {
        Leads = role is NodeState.Leader,
        Level = behind > 0 ? Verdict.No("it is behind") : Verdict.Yes("it is level"),
        BytesBehind = behind,
    };
}
