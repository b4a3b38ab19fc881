using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Log;

/// <summary>What of a decision deserves a warning, once a node.</summary>
internal sealed class Oddities
{
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(10);

    /// <summary>The first request to resign, and with bad luck the second, are part of a normal hand-over.</summary>
    private const int NormalResignRequests = 2;

    private readonly HashSet<string> shown = [];

    public string? New(Decision decision, DateTimeOffset now) => decision.Node is { } node
        ? All(decision, node, now).FirstOrDefault(odd => shown.Add($"{node.Endpoint} {odd.Kind}")).Text
        : null;

    private static IEnumerable<(string Kind, string Text)> All(Decision decision, NodeUpdate node, DateTimeOffset now)
    {
        if (node.NoCapacitySince is { } since)
        {
            yield return ("capacity", $"EC2 has had no capacity for {node.Ec2InstanceId} since {TimeText.Clock(since)}; trying again");
        }

        if (decision.Act is Act.Resign && node.ResignRequests >= NormalResignRequests)
        {
            yield return ("hand-over", $"it was asked to resign {node.ResignRequests} times and still leads; asking again");
        }

        // A cluster that cannot spare a voter loses its quorum with every restart, and somebody has allowed that.
        if (decision.LostQuorum is { ClusterSize: > 2 } lost)
        {
            yield return ($"quorum {lost.Since:O}", decision.Why);
        }

        // A node that catches up may take hours; the lines about it show its speed. How long one bakes was asked for.
        if (decision.Act is Act.Wait && node.Phase is not (NodePhase.CatchingUp or NodePhase.Baking) && now - node.WaitsSince() >= LongWait)
        {
            yield return ($"{node.Phase} {decision.Rule}", decision.Why);
        }
    }
}

internal static class NodeWaits
{
    /// <summary>Since when the node waits for what it waits for.</summary>
    public static DateTimeOffset? WaitsSince(this NodeUpdate node) =>
        node.Phases is [.., { Until: null } span] ? span.Since : node.PhaseSince;
}
