using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Planning;

/// <summary>
/// Members that gossip still names though they are gone: a node that was replaced stays there, dead, for 30 minutes. Only where every
/// configured voter is level is it sure that nothing is missing.
/// </summary>
internal static class Ghosts
{
    /// <summary>The dead members that no instance is left for.</summary>
    /// <param name="nodes">All members, the dead among them.</param>
    /// <param name="found">The instances that the filters let through.</param>
    /// <param name="first">What the cluster said.</param>
    /// <param name="maxLag">How many bytes behind the leader still count as level.</param>
    public static IReadOnlyList<NodeToMatch> Find(
        IReadOnlyList<NodeToMatch> nodes, IReadOnlyList<Instance> found, FirstLook first, long maxLag)
    {
        var dead = nodes.Where(node => node.IsDead).ToList();
        if (dead.Count == 0 || !AreVotersLevel(first, maxLag))
        {
            return [];
        }

        var taken = InstanceMatcher.MatchCertain([.. nodes.Where(node => !node.IsDead)], found).Values.ToHashSet();
        var free = found
            .Where(instance => instance.State is not (InstanceState.ShuttingDown or InstanceState.Terminated) && !taken.Contains(instance))
            .ToList();
        return dead.FindAll(node => !free.Exists(instance => InstanceMatcher.Identifies(instance, node)));
    }

    /// <summary>Tells of them.</summary>
    public static Check Check(IReadOnlyList<NodeToMatch> ghosts) => ghosts.Count == 0
        ? Core.Check.Passed("GossipIsCurrent", "every member that gossip names is there")
        : Core.Check.Note(
            "GossipIsCurrent",
            $"{string.Join(", ", ghosts.Select(ghost => ghost.Endpoint))}: dead, on no instance, and all configured voters are level: "
            + "gossip still names what was replaced or removed, and forgets it after 30 minutes");

    private static bool AreVotersLevel(FirstLook first, long maxLag)
    {
        var judged = new JudgedLook(first.Look, first.ClusterSize, maxLag);
        var level = first.Look.Nodes.Count(node => node.Value.Own is { IsReadOnlyReplica: false } && judged.Level(node.Key).Holds);
        return first.Options.Count > 0 && level >= first.ClusterSize;
    }
}
