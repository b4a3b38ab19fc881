using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Planning;

/// <summary>
/// Members that gossip still names though they are gone: a node that was replaced stays there, dead, for 30 minutes. Only where every
/// configured voter is level is it sure that nothing is missing.
/// </summary>
internal static class Ghosts
{
    /// <summary>The dead members that no instance is left for.</summary>
    public static IReadOnlyList<NodeToMatch> Find(
        IReadOnlyList<NodeToMatch> nodes, IReadOnlyList<Instance> found, FirstLook first, long maxLag)
    {
        var dead = nodes.Where(node => node.IsDead).ToList();
        if (!AreVotersLevel(first, maxLag))
        {
            return [];
        }

        var taken = InstanceMatcher.MatchCertain([.. nodes.Except(dead)], found).Values.ToHashSet();
        var free = found.Where(instance => !taken.Contains(instance)).ToList();
        return dead.FindAll(node => !free.Exists(instance => InstanceMatcher.Identifies(instance, node)));
    }

    public static Check GossipIsCurrent(IReadOnlyList<NodeToMatch> ghosts) => ghosts.Count == 0
        ? Passed("every member that gossip names is there")
        : Note(
            $"{string.Join(", ", ghosts.Select(ghost => ghost.Endpoint))}: dead, on no instance, and all configured voters are level: "
            + "gossip still names what was replaced or removed, and forgets it after 30 minutes");

    private static bool AreVotersLevel(FirstLook first, long maxLag)
    {
        var judged = new JudgedLook(first.Look, first.ClusterSize, maxLag);
        var level = first.Look.Nodes.Count(node => node.Value.Own is { IsReadOnlyReplica: false } && judged.Level(node.Key).Holds);
        return level >= first.ClusterSize;
    }
}
