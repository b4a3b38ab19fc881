using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Log;

/// <summary>What of a decision deserves a warning, once a node.</summary>
internal sealed class Oddities
{
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(10);

    /// <summary>The first request to resign, and with bad luck the second, are part of a normal hand-over.</summary>
    private const int NormalResignRequests = 2;

    /// <summary>A node that has spent so much of its iterations, and is not given up, is told of before somebody ends it.</summary>
    private const double NearTheLimit = 0.8;

    private readonly HashSet<string> shown = [];

    public string? New(Decision decision, Trend trend, DateTimeOffset now) => decision.Node is { } node
        ? All(decision, trend, now).FirstOrDefault(odd => shown.Add($"{node.Endpoint} {odd.Kind}")).Text
        : null;

    private static IEnumerable<(string Kind, string Text)> All(Decision decision, Trend trend, DateTimeOffset now)
    {
        var node = decision.Node!;
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

        if (trend is Trend.Further)
        {
            yield return ("falls behind", decision.Why);
        }

        var limit = decision.State.MaxIterations;
        if (decision is { SparesTheLimit: true, BytesBehind: not null } && node.UpdateIterations >= NearTheLimit * limit)
        {
            var spent = $"{node.UpdateIterations} iterations are spent, and {limit} is the limit of one that is stuck";
            yield return ("slow", $"{node.NodeName} is slow, not stuck: {spent}. It goes on while its checkpoint advances. {decision.Why}");
        }
    }
}
