using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Verdict;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// A stopped instance has given its room up, and whether EC2 has room for it, as it was or as a new type, shows when it is started.
/// So the room is held before the stop. What is held is kept until the run ends: an instance that runs in its reservation takes no other.
/// </summary>
internal static class CapacityRule
{
    /// <summary>A reservation that nobody gives back ends by itself. Most rolls are over before.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>Whether room for the node's instance is held, or need not be: it is not while the strategy stops none.</summary>
    public static Verdict CapacityIsHeld(NodeView node, ClusterSnapshot cluster)
    {
        if (!IsNeeded(node, cluster))
        {
            return Yes("no capacity has to be held");
        }

        var type = TypeOf(node, cluster);
        return BestOf(HeldFor(node, cluster)) switch
        {
            null => No($"no capacity of {type} is held for {node.InstanceId} yet"),
            { State: ReservationState.Pending } held =>
                No($"{held.Id} is to hold capacity of {type} for {node.InstanceId} and does not yet"),
            { Available: < 1 } taken => No($"{taken.Id} was taken by another instance"),
            var held => Yes($"{held.Id} holds capacity of {type} for {node.InstanceId}"),
        };
    }

    /// <summary>What is done when none is held.</summary>
    public static Decision HoldBack(NodeView node, ClusterSnapshot cluster, BrokenRule broken)
    {
        var held = HeldFor(node, cluster);
        var type = TypeOf(node, cluster);
        return BestOf(held) switch
        {
            { State: ReservationState.Pending } => Wait(node, cluster, broken.Reason, Awaited.Capacity),
            null when NodeMachine.IsPausing(node, cluster) =>
                Wait(node, cluster, $"EC2 has no capacity of {type} for {node.InstanceId} now; trying again before it is stopped"),
            null when node.Entry.CapacityReservedAt is null => Reserve(node, cluster),
            null => Lost(node, cluster, $"EC2 accepted to hold capacity of {type} for {node.InstanceId} and does not hold it"),

            // A node of the cluster that has the type already, though not from a reservation, takes what is held for the next one.
            _ when held.Count <= NodesOfTheType(node, cluster) => Reserve(AskedAnew(node), cluster),
            _ => Lost(node, cluster, broken.Reason),
        };
    }

    private static bool IsNeeded(NodeView node, ClusterSnapshot cluster) =>
        cluster.Settings.ReserveCapacity is not CapacityPolicy.Off
        && cluster.Seen.MayReserve
        && node is { Goal: NodeGoal.Target, Entry.CapacityWaived: null }
        && cluster.Strategy.Calls.StopsInstances;

    private static List<CapacityReservation> HeldFor(NodeView node, ClusterSnapshot cluster) =>
        [.. cluster.Seen.Held.Where(held => held.InstanceId == node.InstanceId && held.InstanceType == TypeOf(node, cluster))];

    private static string? TypeOf(NodeView node, ClusterSnapshot cluster) => cluster.State.TypeStartedAs(node.Entry);

    private static CapacityReservation? BestOf(List<CapacityReservation> held) =>
        held.Find(one => one.Available > 0)
        ?? held.Find(one => one.State is ReservationState.Pending)
        ?? held.FirstOrDefault();

    private static int NodesOfTheType(NodeView node, ClusterSnapshot cluster) =>
        cluster.Nodes.Count(other => other.Type == TypeOf(node, cluster));

    private static NodeView AskedAnew(NodeView node) =>
        node with { Entry = node.Entry with { CapacityUntil = null, CapacityReservedAt = null, CapacityReservation = null } };

    /// <summary>One request is one time of its end: while its answer is missing the same one is sent again.</summary>
    private static Decision Reserve(NodeView node, ClusterSnapshot cluster)
    {
        var anew = cluster.At + Longest + TimeSpan.FromSeconds(HeldFor(node, cluster).Count);
        var until = node.Entry.CapacityUntil is { } asked && asked > cluster.At ? asked : anew;
        var type = TypeOf(node, cluster)!;
        var intent = node with { Entry = node.Entry with { CapacityUntil = until } };
        return Decision.Do(intent, cluster, NodePhase.Waiting, new(
            new Act.ReserveCapacity(node.Instance!, type, until),
            $"holding capacity of {type} for {node.InstanceId} before it is stopped"));
    }

    /// <summary>What is accepted again and again and then gone, or taken, is no capacity either.</summary>
    private static Decision Lost(NodeView node, ClusterSnapshot cluster, string why)
    {
        var since = node.Entry.NoCapacitySince ?? cluster.At;
        var again = AskedAnew(node).Entry with { NoCapacitySince = since, PhaseSince = cluster.At };
        return cluster.Settings.ReserveCapacity switch
        {
            CapacityPolicy.Auto => Decision.Reconsider(node.Entry with { CapacityWaived = why }, cluster, why),
            _ when cluster.At - since >= cluster.Settings.CapacityRetry =>
                Limits.Fail(node, cluster, FailureReason.InsufficientCapacity, $"{why}. {node.Name} was not stopped."),
            _ when NodeMachine.IsPausing(node, cluster) => Wait(node, cluster, why),
            _ => Reserve(node with { Entry = again }, cluster),
        };
    }

    private static Decision Wait(NodeView node, ClusterSnapshot cluster, string why, Awaited awaited = Awaited.Instance) =>
        Decision.Wait(node, cluster, NodePhase.Waiting, new(awaited, why, nameof(CapacityIsHeld)));
}
