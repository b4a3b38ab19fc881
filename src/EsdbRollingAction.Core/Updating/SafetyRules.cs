using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>What must hold, looked at in the same iteration, before a node is stopped. Each rule is one predicate with its reason.</summary>
public static class SafetyRules
{
    /// <summary>All rules before a stop. The first that does not hold is what the roll waits for.</summary>
    public static IEnumerable<Verdict> BeforeStop(
        NodeUpdate node, ClusterUpdate state, Observation seen, IUpdateStrategy strategy, bool allowDowntime = false) =>
        WayBack.IsTakenBy(node, state, seen, allowDowntime) && WayBack.IsOutForEverybody(node, state, seen, allowDowntime)
            ? [InstanceIsAsPlanned(node, seen), NodeIsSettled(node, state, seen), NoOtherNodeIsInProgress(node, state, seen, strategy)]
            : BeforeHandOver(node, state, seen, strategy, allowDowntime).Append(IsNotTheLeader(node, seen.Cluster, allowDowntime));

    /// <summary>All rules before the leader hands over: those before its stop, but that it leads.</summary>
    public static IEnumerable<Verdict> BeforeHandOver(
        NodeUpdate node, ClusterUpdate state, Observation seen, IUpdateStrategy strategy, bool allowDowntime = false) =>
    [
        InstanceIsAsPlanned(node, seen),
        OneLeaderIsAgreed(seen.Cluster),
        NodeIsSettled(node, state, seen),
        OtherVotersAreLevel(node, state, seen.Cluster),
        AMajorityRemains(node, state, seen.Cluster, allowDowntime),
        NoOtherNodeIsInProgress(node, state, seen, strategy),
        NoOtherReplicaIsDown(node, state, seen),
        OrderIsKept(node, state, seen),
    ];

    /// <summary>Only the instance that was planned is stopped, and only when it runs.</summary>
    public static Verdict InstanceIsAsPlanned(NodeUpdate node, Observation seen) => seen.InstanceOf(node) switch
    {
        null => Verdict.No(nameof(InstanceIsAsPlanned), seen.InstancesProblem ?? $"EC2 does not show {node.Ec2InstanceId}"),
        { State: InstanceState.Running } => Verdict.Yes(nameof(InstanceIsAsPlanned), $"{node.Ec2InstanceId} is running"),
        var instance => Verdict.No(nameof(InstanceIsAsPlanned), $"{instance.Id} is {instance.State}{instance.ReasonClause}"),
    };

    /// <summary>Without an agreed leader nobody can tell what a stop would cost.</summary>
    public static Verdict OneLeaderIsAgreed(ClusterView cluster) =>
        new(nameof(OneLeaderIsAgreed), cluster.Leader is not null, cluster.LeaderReason);

    /// <summary>Stopping the leader would cost an unplanned election.</summary>
    public static Verdict IsNotTheLeader(NodeUpdate node, ClusterView cluster, bool allowDowntime = false) =>
        IsTheOnlyVoter(node, cluster, allowDowntime) ? Verdict.Yes(nameof(IsNotTheLeader), "it is the only voter, and downtime is allowed")
        : cluster.Leader is { } leader && leader.Endpoint != node.Endpoint
            ? Verdict.Yes(nameof(IsNotTheLeader), $"{leader.Endpoint} leads")
            : Verdict.No(nameof(IsNotTheLeader), $"{node.NodeName} leads");

    /// <summary>Nobody can take the lead from the only voter of a cluster: it is stopped as it is, where that is allowed.</summary>
    public static bool IsTheOnlyVoter(NodeUpdate node, ClusterView cluster, bool allowDowntime) =>
        allowDowntime && cluster.ClusterSize == 1 && node.NodeType != NodeType.ReadOnlyReplica;

    /// <summary>
    /// A node between two roles may be about to lead; one that does not answer us may still lead the others. A read-only replica
    /// takes no part in elections: whatever it says, it is stopped.
    /// </summary>
    public static Verdict NodeIsSettled(NodeUpdate node, ClusterUpdate state, Observation seen) => seen.Cluster.Own(node.Endpoint) switch
    {
        { State: NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica } own =>
            Verdict.Yes(nameof(NodeIsSettled), $"{node.NodeName} says {own.State}"),
        { IsReadOnlyReplica: true } own => Verdict.Yes(nameof(NodeIsSettled), $"{node.NodeName} says {own.State} and serves nobody"),
        { State: not (NodeState.PreLeader or NodeState.ResigningLeader or NodeState.Unknown) } own when WayBack.IsTakenBy(node, state, seen) =>
            Verdict.Yes(nameof(NodeIsSettled), $"{node.NodeName} says {own.State}, and it does not come level as it is"),
        { } own => Verdict.No(nameof(NodeIsSettled), $"{node.NodeName} says {own.State}"),
        null when Pace.IsRecent(node.ResignRequestedAt, Pace.FormerLeaderComesBack, seen.At) =>
            Verdict.No(nameof(NodeIsSettled), $"{node.NodeName} has handed over and does not follow yet"),
        null when seen.Cluster.IsSeenByAnybody(node.Endpoint) =>
            Verdict.No(nameof(NodeIsSettled), seen.Cluster.Now.Nodes.GetValueOrDefault(node.Endpoint)?.Answer is null
                    ? $"{node.NodeName} does not answer, but other nodes see it"
                    : $"{node.NodeName} answers, and says nothing of itself that counts"),
        null => Verdict.Yes(nameof(NodeIsSettled), $"{node.NodeName} is down for everybody"),
    };

    /// <summary>A voter is stopped only while every other one is alive, Leader or Follower, and level.</summary>
    public static Verdict OtherVotersAreLevel(NodeUpdate node, ClusterUpdate state, ClusterView cluster)
    {
        foreach (var other in OtherVoters(node, state))
        {
            var level = cluster.Level(other.Endpoint);
            if (!level.Holds)
            {
                return Verdict.No(nameof(OtherVotersAreLevel), Sentence.Of(other.NodeName, level.Reason));
            }

            if (!cluster.IsSeenByLeader(other.Endpoint))
            {
                return Verdict.No(nameof(OtherVotersAreLevel), $"the leader does not see {other.NodeName}");
            }
        }

        return Verdict.Yes(nameof(OtherVotersAreLevel), "every other voter is level");
    }

    /// <summary>Counted from the configured cluster size: gossip forgets members that are dead for long.</summary>
    public static Verdict AMajorityRemains(NodeUpdate node, ClusterUpdate state, ClusterView cluster, bool allowDowntime = false)
    {
        var others = OtherVoters(node, state).Count();
        var itself = node.NodeType == NodeType.ReadOnlyReplica ? 0 : 1;
        if (others + itself < cluster.ClusterSize)
        {
            return Verdict.No(nameof(AMajorityRemains), $"only {others + itself} of the {cluster.ClusterSize} configured voters are known; a run whose connection string names all of them finds the others");
        }

        var majority = ClusterView.Majority(cluster.ClusterSize);
        var cannotSpareOne = cluster.ClusterSize - 1 < majority;
        return cannotSpareOne && allowDowntime
            ? Verdict.Yes(nameof(AMajorityRemains), $"a cluster of {cluster.ClusterSize} cannot spare one, and downtime is allowed")
            : new Verdict(nameof(AMajorityRemains), others >= majority, $"{others} other voters, a majority is {majority}");
    }

    /// <summary>One node at a time.</summary>
    public static Verdict NoOtherNodeIsInProgress(NodeUpdate node, ClusterUpdate state, Observation seen, IUpdateStrategy strategy)
    {
        var other = state.EventStoreNodeUpdates.FirstOrDefault(other =>
            other.Endpoint != node.Endpoint && !other.IsDone && InstanceStep.IsUnderWay(other, seen, strategy));
        return other is null
            ? Verdict.Yes(nameof(NoOtherNodeIsInProgress), "no other node is in progress")
            : Verdict.No(nameof(NoOtherNodeIsInProgress), $"{other.NodeName} is in progress ({other.NodeUpdateStatusDetail})");
    }

    /// <summary>Readers keep a replica: one that serves them is stopped only while the others do too.</summary>
    public static Verdict NoOtherReplicaIsDown(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        var others = state.EventStoreNodeUpdates.Where(other => other.Endpoint != node.Endpoint && IsReplica(other));
        var down = !IsReplica(node) ? null : others.FirstOrDefault(other =>
            !seen.Cluster.Level(other.Endpoint).Holds && !ReplicaHealth.TakesNothingAway(node, other, seen));
        return down is null
            ? Verdict.Yes(nameof(NoOtherReplicaIsDown), "no other read-only replica is down that readers would miss")
            : Verdict.No(nameof(NoOtherReplicaIsDown), Sentence.Of(down.NodeName, seen.Cluster.Level(down.Endpoint).Reason));
    }

    /// <summary>Read-only replicas before followers, followers before the leader.</summary>
    public static Verdict OrderIsKept(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        var earlier = state.EventStoreNodeUpdates.FirstOrDefault(
            other => !other.IsDone && !WayBack.IsTakenBy(node, state, seen) && UpdateOrder.ComesBefore(other, node, seen.At));
        return earlier is null
            ? Verdict.Yes(nameof(OrderIsKept), "it is its turn")
            : Verdict.No(nameof(OrderIsKept), $"{earlier.NodeName} ({earlier.NodeType}) comes first");
    }

    private static IEnumerable<NodeUpdate> OtherVoters(NodeUpdate node, ClusterUpdate state) =>
        state.EventStoreNodeUpdates.Where(other => other.Endpoint != node.Endpoint && !IsReplica(other));

    private static bool IsReplica(NodeUpdate node) => node.NodeType == NodeType.ReadOnlyReplica;
}
