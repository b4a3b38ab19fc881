using EsdbRollingAction.Core.Cluster;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What must be so of the cluster before a node is stopped.</summary>
internal static class ClusterChecks
{
    /// <summary>Checks that an election or a node that catches up may make hold a moment later.</summary>
    public static IEnumerable<Check> OfRoles(ClusterView cluster, CheckedMembers members) =>
    [
        OneLeaderIsAgreed(cluster, members.Voters),
        VotersAreLevel(cluster, members.Voters),
        .. ReplicasAreLevel(cluster, members.Replicas),
    ];

    /// <summary>Without a leader nobody can tell what a stop would cost.</summary>
    public static Check OneLeaderIsAgreed(ClusterView cluster, IReadOnlyList<CheckedMember> voters)
    {
        if (cluster.Leader is not null)
        {
            return Passed(cluster.LeaderReason);
        }

        return voters.Select(voter => voter.RecoversBecause).OfType<string>().FirstOrDefault() is { } why
            ? Note($"{cluster.LeaderReason}; {why}")
            : Refused(cluster.LeaderReason, "Look at the cluster; begin when it has elected a leader");
    }

    /// <summary>Alive, in a role, level, and seen by the leader: all that are configured.</summary>
    public static Check VotersAreLevel(ClusterView cluster, IReadOnlyList<CheckedMember> voters)
    {
        var isRecovering = voters.Any(voter => voter.RecoversBecause is not null);
        if (voters.Count < cluster.ClusterSize)
        {
            var known = $"only {voters.Count} of the {cluster.ClusterSize} configured voters are known";
            return isRecovering ? Note(known) : Refused(
                known,
                "Bring the missing voters back first;"
                + " one whose instance is off is found and started when the connection string names it");
        }

        // A voter that is brought back may be what a leader needs to be elected, and the others to be level.
        var leader = cluster.Leader is null && isRecovering ? "until the others are back" : null;
        var problems = voters
            .Select(voter => (Problem: ProblemOf(cluster, voter), Why: voter.RecoversBecause ?? leader))
            .Where(voter => voter.Problem is not null)
            .ToList();
        var refused = problems.FindAll(voter => voter.Why is null);
        return (problems.Count, refused.Count) switch
        {
            (0, _) => Passed($"all {voters.Count} voters are alive and level"),
            (_, 0) => Note(string.Join("; ", problems.Select(voter => $"{voter.Problem}, {voter.Why}"))),
            _ => Refused(string.Join("; ", refused.Select(voter => voter.Problem)), "Begin when every voter is level"),
        };
    }

    /// <summary>None where there is no replica. One that serves nobody is no reason to refuse: the update begins with it.</summary>
    public static IEnumerable<Check> ReplicasAreLevel(ClusterView cluster, IReadOnlyList<CheckedMember> replicas)
    {
        var problems = replicas
            .Select(replica => (replica.Name, Level: cluster.Level(replica.Endpoint)))
            .Where(replica => !replica.Level.Holds)
            .Select(replica => Sentence.Of(replica.Name, replica.Level.Reason))
            .ToList();
        return (replicas.Count, problems.Count) switch
        {
            (0, _) => [],
            (1, 0) => [Passed("the read-only replica is level")],
            (var all, 0) => [Passed($"all {all} read-only replicas are level")],
            _ when cluster.Leader is null => [NotChecked("there is no leader to compare them with")],
            _ => [Note(
                string.Join("; ", problems),
                "The update begins with a read-only replica that serves nobody, since restarting it takes nothing away;"
                + " for one that catches up it waits")],
        };
    }

    /// <summary>What is left when one voter is stopped must be a majority.</summary>
    public static Check ClusterCanSpareAVoter(int clusterSize, bool allowDowntime)
    {
        var majority = ClusterView.Majority(clusterSize);
        return clusterSize > majority
            ? Passed($"{clusterSize} configured voters, a majority is {majority}")
            : RefusedUnless(
                allowDowntime,
                $"a cluster of {clusterSize} configured voter(s) cannot spare one (a majority is {majority}):"
                + " it is down while a voter restarts",
                "Set allow-downtime when that may be");
    }

    /// <summary>Who may read the options may resign a leader: the same group is asked for.</summary>
    public static Check MayAdminister(string? denied) => denied is null ? Passed("the nodes show their options") : Refused(denied);

    /// <summary>A node that is refused for its certificate, or speaks another protocol, will be after its restart too.</summary>
    public static Check EachNodeIsTrusted(ClusterLook look)
    {
        var problems = look.Nodes
            .Where(node => node.Value.IsForGood)
            .GroupBy(node => node.Value.Problem, node => node.Key)
            .Select(same => $"{string.Join(", ", same)}: {same.Key}")
            .ToList();
        return problems.Count == 0
            ? Passed("every node that answers is spoken with as the connection string says")
            : Refused(string.Join("; ", problems));
    }

    private static string? ProblemOf(ClusterView cluster, CheckedMember voter) =>
        cluster.ProblemOf(voter.Endpoint) is { } problem ? Sentence.Of(voter.Name, problem) : null;
}
