using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Preflight;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Status;

/// <summary>What is to be said of what was seen, and whether somebody should look.</summary>
/// <param name="facts">What was seen.</param>
internal sealed class StatusJudgement(StatusFacts facts)
{
    private static readonly string[] OfUnfinishedUpdates =
        [nameof(NodeChecks.NoUpdateHasBegun), nameof(UpdateChecks.NoRunHoldsTheLease), nameof(UpdateChecks.NoUpdateIsUnfinished)];

    private readonly IReadOnlyList<StatusNode> nodes = StatusNode.In(facts);
    private readonly NodeChecks ofNodes = new(facts);

    public ClusterStatus Judge()
    {
        var rows = nodes.Select(node => (Node: node, Checks: ofNodes.Of(node))).ToList();
        List<Check> checks =
        [
            .. OfTheCluster(),
            .. CheckRows.Of([.. rows.Select(row => (row.Node.Name, row.Checks))]),
            .. new UpdateChecks(facts).All,
        ];
        var judged = rows.Select(row => row.Node with
        {
            Level = LevelOf(row.Node),
            Outcome = row.Checks.Max(check => check.Outcome),
        });
        var status = new ClusterStatus(Headline, [.. judged], WithAdvice(checks))
        {
            Run = (facts.Living ?? (facts.LeftLeases is [var left, ..] ? left : null))?.Owner,
        };
        return status with { Reason = ReasonOf(status) };
    }

    /// <summary>Whether an election, or a node that had just something else to do, may be all that is wrong.</summary>
    public static bool MayPass(ClusterStatus status) =>
        status.ToLookAt.Any(check => check.Name is nameof(OneLeaderIsAgreed) or nameof(NodeChecks.NodeIsLevel));

    private string Headline
    {
        get
        {
            if (facts.Cluster is not { } cluster)
            {
                var running = nodes.Count(node => node.Instance?.State is InstanceState.Running);
                return nodes.Count == 0 ? "No node answers" : $"No node answers; {running} of {nodes.Count} instances run";
            }

            var level = nodes.Where(ofNodes.IsUpAndLevel).ToLookup(node => node.IsReplica is true);
            var replicas = nodes.Count(node => node.IsReplica is true);
            var ofReplicas = replicas == 0 ? "" : $", and {level[true].Count()} of {replicas} read-only replicas";
            var leader = nodes.FirstOrDefault(node => node.Endpoint == cluster.Leader?.Endpoint)?.Name ?? "nobody";
            return $"{level[false].Count()} of {cluster.ClusterSize} voters are up and level{ofReplicas}; {leader} leads";
        }
    }

    private FailureReason? ReasonOf(ClusterStatus status) => (facts.Unreachable, facts.InstancesProblem?.Kind) switch
    {
        ({ } unreachable, _) => unreachable.Reason,
        (_, InstanceErrorKind.CredentialsExpired) => FailureReason.CredentialsExpired,
        (_, InstanceErrorKind.Transient) => FailureReason.AwsUnreachable,
        _ => status.ToLookAt.Any() ? FailureReason.PreflightRefused : null,
    };

    private string LevelOf(StatusNode node)
    {
        var level = ofNodes.NodeIsLevel(node).Found;
        return ofNodes.IsUpAndLevel(node) && facts.Cluster!.BytesBehind(node.Endpoint) is > 0 and var behind
            ? $"{level}, {Bytes.Format(behind)} behind"
            : level;
    }

    private static List<Check> WithAdvice(List<Check> checks)
    {
        var first = checks.FindIndex(check => check.Outcome is CheckOutcome.Refused && OfUnfinishedUpdates.Contains(check.Name));
        if (first >= 0)
        {
            checks[first] = checks[first] with { Advice = UpdateChecks.HowItGoesOn };
        }

        return checks;
    }

    private IEnumerable<Check> OfTheCluster()
    {
        if (facts.Unreachable is { } unreachable)
        {
            yield return ANodeAnswers(unreachable);
        }

        if (facts.Cluster is { } cluster)
        {
            yield return OneLeaderIsAgreed(cluster);
            yield return VotersAreKnown(cluster);
            var servers = nodes.Select(node => new ServerFacts(node.Name, new NodeInfo(node.Own?.Version, Authentication: null)));
            yield return ServerChecks.ServerVersionsAreEqual([.. servers]);
        }

        foreach (var check in OfInstances())
        {
            yield return check;
        }
    }

    private IEnumerable<Check> OfInstances() => facts switch
    {
        { InstancesProblem: { } problem } => [InstancesAreShown(problem)],
        { First: not null, Matches: { } matches } => [.. matches.Checks, .. NothingIsScheduled()],
        _ => NothingIsScheduled(),
    };

    private IReadOnlyList<Check> NothingIsScheduled() => facts.Events is { Value: null, Problem: { } why } ? [NotChecked(why)] : [];

    private static Check ANodeAnswers(RollingUpdateException why) => Refused(why.Message);

    private static Check InstancesAreShown(InstanceException why) => Refused(why.Message);

    private static Check OneLeaderIsAgreed(ClusterView cluster) =>
        cluster.Leader is null ? Refused(cluster.LeaderReason) : Passed(cluster.LeaderReason);

    private Check VotersAreKnown(ClusterView cluster)
    {
        var known = nodes.Count(node => node.IsReplica is not true);
        return (known < cluster.ClusterSize, facts.First?.Denied) switch
        {
            (true, _) => Refused($"only {known} of the {cluster.ClusterSize} configured voters are known"),
            (_, { } denied) => Note($"{known} voters are known from gossip, and not how many are configured: {denied}"),
            _ => Passed($"{cluster.ClusterSize} voters are configured, and all are known"),
        };
    }
}
