using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

internal static class MatcherFixture
{
    public static NodeToMatch Node(string host, params string[] addresses) => new(new NodeEndpoint(host, 2113), addresses);

    public static Instance Instance(
        string id,
        string? privateAddress = null,
        string? name = null,
        string? dns = null,
        string? publicAddress = null,
        InstanceState state = InstanceState.Running) => new(
            id,
            state,
            "t2.large",
            name,
            privateAddress is null ? [] : privateAddress.Split(' '),
            publicAddress,
            dns is null ? [] : dns.Split(' '));

    /// <summary>Matches one node among these instances.</summary>
    public static string Match(NodeToMatch node, params Instance[] instances) =>
        InstanceMatcher.Match([node], instances)[node.Endpoint].Id;

    public static string Refusal(IReadOnlyCollection<NodeToMatch> nodes, params Instance[] instances)
    {
        var refusal = Assert.Throws<RollingUpdateException>(() => InstanceMatcher.Match(nodes, instances));
        Assert.Equal(FailureReason.PreflightRefused, refusal.Reason);
        return refusal.Message;
    }

    public static string Refusal(NodeToMatch node, params Instance[] instances) => Refusal([node], instances);
}
