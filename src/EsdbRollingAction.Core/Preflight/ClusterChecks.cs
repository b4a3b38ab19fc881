using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>A voter, and why it may be down or behind without that being a reason to refuse; null when there is none.</summary>
/// <param name="Endpoint">Where it answers.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Excuse">Why the update deals with it by itself.</param>
public sealed record CheckedVoter(NodeEndpoint Endpoint, string Name, string? Excuse);

/// <summary>A read-only replica.</summary>
/// <param name="Endpoint">Where it answers.</param>
/// <param name="Name">What people call it.</param>
public sealed record CheckedReplica(NodeEndpoint Endpoint, string Name);

/// <summary>What must be so of the cluster before a node is stopped.</summary>
internal static class ClusterChecks
{
    private const string SickFirst = "The update begins with a read-only replica that serves nobody, since restarting it takes nothing away; for one that catches up it waits";

    /// <summary>Checks that an election or a node that catches up may make hold a moment later.</summary>
    public static IEnumerable<Check> OfRoles(
        ClusterView cluster, IReadOnlyList<CheckedVoter> voters, IReadOnlyList<CheckedReplica> replicas) =>
        [OneLeaderIsAgreed(cluster, voters), VotersAreLevel(cluster, voters), .. ReplicasAreLevel(cluster, replicas)];

    /// <summary>Without a leader nobody can tell what a stop would cost.</summary>
    public static Check OneLeaderIsAgreed(ClusterView cluster, IReadOnlyList<CheckedVoter> voters) =>
        cluster.Leader is not null ? Check.Passed(nameof(OneLeaderIsAgreed), cluster.LeaderReason)
        : voters.Select(voter => voter.Excuse).OfType<string>().FirstOrDefault() is { } excuse
            ? Check.Note(nameof(OneLeaderIsAgreed), $"{cluster.LeaderReason}; {excuse}")
        : Check.Refused(nameof(OneLeaderIsAgreed), cluster.LeaderReason, "Look at the cluster; begin when it has elected a leader");

    /// <summary>Alive, in a role, level, and seen by the leader: all that are configured.</summary>
    public static Check VotersAreLevel(ClusterView cluster, IReadOnlyList<CheckedVoter> voters)
    {
        if (voters.Count < cluster.ClusterSize)
        {
            return voters.Any(voter => voter.Excuse is not null)
                ? Check.Note(nameof(VotersAreLevel), OnlyKnown(cluster, voters))
                : Check.Refused(nameof(VotersAreLevel), OnlyKnown(cluster, voters), "Bring the missing voters back first; one whose instance is off is found and started when the connection string names it");
        }

        var problems = voters
            .Select(voter => (Voter: voter, Problem: ProblemOf(cluster, voter.Endpoint)))
            .Where(found => found.Problem is not null)
            .ToList();
        return problems.Count == 0 ? Check.Passed(nameof(VotersAreLevel), $"all {voters.Count} voters are alive and level")
            : problems.TrueForAll(found => found.Voter.Excuse is not null || IsForWantOfALeader(cluster, voters))
                ? Check.Note(
                    nameof(VotersAreLevel),
                    string.Join("; ", problems.Select(found => $"{Said(found)}, {found.Voter.Excuse ?? "until the others are back"}")))
            : Check.Refused(
                nameof(VotersAreLevel),
                string.Join("; ", problems.Where(found => found.Voter.Excuse is null).Select(Said)),
                "Begin when every voter is level");

        static string Said((CheckedVoter Voter, string? Problem) found) => Sentence.Of(found.Voter.Name, found.Problem ?? "is level");
    }

    /// <summary>None where there is no replica. One that serves nobody is no reason to refuse: the update begins with it.</summary>
    public static IEnumerable<Check> ReplicasAreLevel(ClusterView cluster, IReadOnlyList<CheckedReplica> replicas)
    {
        var problems = replicas
            .Select(replica => (replica.Name, Level: cluster.Level(replica.Endpoint)))
            .Where(replica => !replica.Level.Holds)
            .Select(replica => Sentence.Of(replica.Name, replica.Level.Reason))
            .ToList();
        return (replicas.Count, problems.Count) switch
        {
            (0, _) => [],
            (1, 0) => [Check.Passed(nameof(ReplicasAreLevel), "the read-only replica is level")],
            (var all, 0) => [Check.Passed(nameof(ReplicasAreLevel), $"all {all} read-only replicas are level")],
            _ when cluster.Leader is null => [Check.NotChecked(nameof(ReplicasAreLevel), "there is no leader to compare them with")],
            _ => [Check.Note(nameof(ReplicasAreLevel), string.Join("; ", problems), SickFirst)],
        };
    }

    /// <summary>What is left when one voter is stopped must be a majority.</summary>
    public static Check ClusterCanSpareAVoter(int clusterSize, bool allowDowntime)
    {
        var majority = ClusterView.Majority(clusterSize);
        return clusterSize - 1 >= majority
            ? Check.Passed(nameof(ClusterCanSpareAVoter), $"{clusterSize} configured voters, a majority is {majority}")
            : Check.RefusedUnless(
                allowDowntime, nameof(ClusterCanSpareAVoter),
                $"a cluster of {clusterSize} configured voter(s) cannot spare one (a majority is {majority}): it is down while a voter restarts",
                "Set allow-downtime when that may be");
    }

    /// <summary>Who may read the options may resign a leader: the same group is asked for.</summary>
    public static Check MayAdminister(string? denied) => denied is null
        ? Check.Passed(nameof(MayAdminister), "the nodes show their options")
        : Check.Refused(nameof(MayAdminister), denied);

    /// <summary>
    /// A node that is refused for its certificate, or speaks otherwise than the connection string says, will be after its restart too.
    /// </summary>
    public static Check EachNodeIsTrusted(ClusterLook look)
    {
        var problems = look.Nodes
            .Where(node => node.Value.IsForGood)
            .GroupBy(node => node.Value.Problem, node => node.Key)
            .Select(same => $"{string.Join(", ", same)}: {same.Key}")
            .ToList();
        return problems.Count == 0
            ? Check.Passed(nameof(EachNodeIsTrusted), "every node that answers is spoken with as the connection string says")
            : Check.Refused(nameof(EachNodeIsTrusted), string.Join("; ", problems));
    }

    /// <summary>Nodes of two versions work together; somebody may be in the middle of an upgrade.</summary>
    public static Check ServerVersionsAreEqual(IReadOnlyCollection<string> versions) => versions.Distinct(StringComparer.Ordinal).ToList() switch
    {
        [] => Check.NotChecked(nameof(ServerVersionsAreEqual), "no node tells its version"),
        [var only] => Check.Passed(nameof(ServerVersionsAreEqual), only),
        var several => Check.Note(nameof(ServerVersionsAreEqual), $"the nodes run {string.Join(" and ", several.Order(StringComparer.Ordinal))}"),
    };

    /// <summary>A stop ends a scavenge; the database takes it up again only when it is told to.</summary>
    /// <param name="running">Names of the nodes on which one runs.</param>
    /// <param name="unknown">Names of those that did not tell.</param>
    public static Check NoScavengeRuns(IReadOnlyCollection<string> running, IReadOnlyCollection<string> unknown) =>
        running.Count > 0 ? Check.Note(nameof(NoScavengeRuns), $"one runs on {string.Join(", ", running)}: it is interrupted when the node stops")
        : unknown.Count > 0 ? Check.NotChecked(nameof(NoScavengeRuns), $"{string.Join(", ", unknown)} did not tell")
        : Check.Passed(nameof(NoScavengeRuns), "none");

    /// <summary>A licence is activated for one machine, known by its MAC address, CPUs and memory (the server's Fingerprint).</summary>
    /// <param name="licensed">Names of the nodes that have one.</param>
    /// <param name="unknown">Names of those that did not tell.</param>
    public static Check NoLicenceToActivate(IReadOnlyCollection<string> licensed, IReadOnlyCollection<string> unknown) =>
        licensed.Count > 0 ? Check.Note(
            nameof(NoLicenceToActivate),
            $"{string.Join(", ", licensed)} {(licensed.Count == 1 ? "has" : "have")} a licence key:"
            + " another instance type is another machine, for which it is activated again",
            "The nodes need outbound HTTPS to licensing.kurrent.io and a free activation each")
        : unknown.Count > 0 ? Check.NotChecked(nameof(NoLicenceToActivate), $"{string.Join(", ", unknown)} did not tell")
        : Check.Passed(nameof(NoLicenceToActivate), "no node has a licence key");

    /// <summary>Voters that are off may be what a leader needs to be elected; brought back they end what is wrong with the others.</summary>
    private static bool IsForWantOfALeader(ClusterView cluster, IReadOnlyList<CheckedVoter> voters) =>
        cluster.Leader is null && voters.Any(voter => voter.Excuse is not null);

    private static string? ProblemOf(ClusterView cluster, NodeEndpoint voter) => cluster.Level(voter) switch
    {
        { Holds: false, Reason: var reason } => reason,
        _ => cluster.IsSeenByLeader(voter) ? null : "is not seen by the leader",
    };

    private static string OnlyKnown(ClusterView cluster, IReadOnlyList<CheckedVoter> voters) =>
        $"only {voters.Count} of the {cluster.ClusterSize} configured voters are known";
}
