using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>A safety rule: whether it holds for a node now, and why.</summary>
/// <param name="node">The node that is to be taken down.</param>
/// <param name="cluster">Everything that is known.</param>
public delegate Verdict SafetyRule(NodeView node, ClusterSnapshot cluster);

/// <summary>
/// What must hold, looked at in the same iteration, before a node is taken down. Every rule is one predicate with its reason, all of
/// them are in these lists, and the first that does not hold is what the roll waits for.
/// </summary>
public static class SafetyRules
{
    /// <summary>What must be so of the cluster, whoever takes a node of it down.</summary>
    public static IReadOnlyList<SafetyRule> OfTheCluster { get; } =
    [
        InstanceIsAsPlanned,
        CommandsAreKnown,
        NoCommandRuns,
        OneLeaderIsAgreed,
        NodeIsSettled,
        OtherVotersAreLevel,
        AMajorityRemains,
        NoOtherNodeIsInProgress,
        NoOtherReplicaIsDown,
        OrderIsKept,
    ];

    /// <summary>Rules that end the run where they hold back a node: no later look of this run would find them kept.</summary>
    private static readonly IReadOnlyList<SafetyRule> BeforeBeginning =
        [PreflightHasPassed, ThereIsTime, LeaderMayBeBegun, NodesAreLeftToThisRun];

    private static readonly IReadOnlyList<SafetyRule> AtLast =
        [AlarmsAreQuiet, AutoScavengeIsPaused, RestorePointIsWritten, CapacityIsHeld];

    /// <summary>All rules before the leader hands over.</summary>
    public static IReadOnlyList<SafetyRule> BeforeHandOver { get; } =
        [.. BeforeBeginning, LeaseIsHeld, .. OfTheCluster, .. AtLast];

    private static readonly IReadOnlyList<SafetyRule> BeforeAnyStop =
        [.. BeforeBeginning, LeaseIsHeld, .. OfTheCluster, IsNotTheLeader, .. AtLast];

    /// <summary>
    /// A rollback of a node that nobody sees takes nothing from the cluster, whatever else is wrong with it.
    /// </summary>
    private static readonly IReadOnlyList<SafetyRule> BeforeRescue =
        [LeaseIsHeld, InstanceIsAsPlanned, CommandsAreKnown, NoCommandRuns, NodeIsSettled, NoOtherNodeIsInProgress, RestorePointIsWritten];

    /// <summary>All rules before this node is stopped.</summary>
    public static IReadOnlyList<SafetyRule> BeforeStop(NodeView node) =>
        node is { IsRescuedByRollback: true, IsOutForEverybody: true } ? BeforeRescue : BeforeAnyStop;

    /// <summary>The first rule that does not hold, or null.</summary>
    public static Verdict? FirstBroken(IEnumerable<SafetyRule> rules, NodeView node, ClusterSnapshot cluster) =>
        rules.Select(rule => rule(node, cluster)).FirstOrDefault(verdict => !verdict.Holds);

    /// <summary>A refusal holds back beginning a node, never bringing one back.</summary>
    public static Verdict PreflightHasPassed(NodeView node, ClusterSnapshot cluster) =>
        cluster.Seen.Refusal is { } refusal && !node.Entry.IsRollingBack
            ? Verdict.No(nameof(PreflightHasPassed), refusal.Message)
            : Verdict.Yes(nameof(PreflightHasPassed), "preflight has passed");

    /// <inheritdoc cref="OperatorRules.ThereIsTime"/>
    public static Verdict ThereIsTime(NodeView node, ClusterSnapshot cluster) => OperatorRules.ThereIsTime(node, cluster);

    /// <inheritdoc cref="OperatorRules.NodesAreLeftToThisRun"/>
    public static Verdict NodesAreLeftToThisRun(NodeView node, ClusterSnapshot cluster) =>
        OperatorRules.NodesAreLeftToThisRun(node, cluster);

    /// <inheritdoc cref="OperatorRules.LeaderMayBeBegun"/>
    public static Verdict LeaderMayBeBegun(NodeView node, ClusterSnapshot cluster) => OperatorRules.LeaderMayBeBegun(node, cluster);

    /// <summary>One run takes nodes down at a time; an owner that is taken over from is given time to learn it.</summary>
    public static Verdict LeaseIsHeld(NodeView node, ClusterSnapshot cluster) => cluster.Seen.Lease switch
    {
        { IsTaken: false } => Verdict.Yes(nameof(LeaseIsHeld), "no lease is taken"),
        { ActsFrom: var from } when cluster.At < from => Verdict.No(
            nameof(LeaseIsHeld), $"the run that the lease was taken over from is given until {from:HH:mm:ss}Z to learn it and to end"),
        _ => Verdict.Yes(nameof(LeaseIsHeld), "this run holds the lease"),
    };

    /// <summary>Only the instance that was planned is stopped, and only when it runs.</summary>
    public static Verdict InstanceIsAsPlanned(NodeView node, ClusterSnapshot cluster) => node.Instance switch
    {
        null => Verdict.No(nameof(InstanceIsAsPlanned), cluster.Seen.InstancesProblem ?? $"EC2 does not show {node.InstanceId}"),
        { State: InstanceState.Running } => Verdict.Yes(nameof(InstanceIsAsPlanned), $"{node.InstanceId} is running"),
        var instance => Verdict.No(nameof(InstanceIsAsPlanned), $"{instance.Id} is {instance.State}{instance.ReasonClause}"),
    };

    /// <summary>Nobody sends a command who does not know whether it was sent before.</summary>
    public static Verdict CommandsAreKnown(NodeView node, ClusterSnapshot cluster) => cluster.Seen.Commands.Problem is { } problem
        ? Verdict.No(nameof(CommandsAreKnown), problem)
        : Verdict.Yes(nameof(CommandsAreKnown), "it is known which commands were sent");

    /// <summary>A command that was given up on may run on all the same: until it has ended nobody is taken down beside it.</summary>
    public static Verdict NoCommandRuns(NodeView node, ClusterSnapshot cluster)
    {
        var busy = cluster.Nodes.FirstOrDefault(other => other.RunsACommand);
        return busy is null
            ? Verdict.Yes(nameof(NoCommandRuns), "no command of this update runs")
            : Verdict.No(nameof(NoCommandRuns), $"a command of this update still runs on {busy.Name} ({busy.InstanceId})");
    }

    /// <summary>Without an agreed leader nobody can tell what a stop would cost.</summary>
    public static Verdict OneLeaderIsAgreed(NodeView node, ClusterSnapshot cluster) =>
        new(nameof(OneLeaderIsAgreed), cluster.Leader is not null, cluster.LeaderReason);

    /// <summary>Stopping the leader would cost an unplanned election. From the only voter nobody can take the lead.</summary>
    public static Verdict IsNotTheLeader(NodeView node, ClusterSnapshot cluster) => cluster.Leader switch
    {
        _ when node.IsTheOnlyVoter => Verdict.Yes(nameof(IsNotTheLeader), "it is the only voter, and downtime is allowed"),
        { } leader when !node.Leads => Verdict.Yes(nameof(IsNotTheLeader), $"{leader.Entry.Endpoint} leads"),
        _ => Verdict.No(nameof(IsNotTheLeader), $"{node.Name} leads"),
    };

    /// <summary>
    /// A node between two roles may be about to lead; one that does not answer us may still lead the others. A read-only replica
    /// takes no part in elections: whatever it says, it is stopped.
    /// </summary>
    public static Verdict NodeIsSettled(NodeView node, ClusterSnapshot cluster)
    {
        var hasResigned = Timings.IsRecent(node.Entry.ResignRequestedAt, Timings.FormerLeaderComesBack, cluster.At);
        return node switch
        {
            { IsInRole: true } => Verdict.Yes(nameof(NodeIsSettled), $"{node.Name} says {node.Own!.State}"),
            { Own.IsReadOnlyReplica: true } => Verdict.Yes(nameof(NodeIsSettled), $"{node.Name} says {node.Own.State} and serves nobody"),
            { Own.State: NodeState.PreLeader or NodeState.ResigningLeader or NodeState.Unknown } =>
                Verdict.No(nameof(NodeIsSettled), $"{node.Name} says {node.Own.State}"),
            { Own: { } own, IsRescuedByRollback: true } =>
                Verdict.Yes(nameof(NodeIsSettled), $"{node.Name} says {own.State}, and it does not come level as it is"),
            { Own: { } own } => Verdict.No(nameof(NodeIsSettled), $"{node.Name} says {own.State}"),
            _ when hasResigned => Verdict.No(nameof(NodeIsSettled), $"{node.Name} has handed over and does not follow yet"),
            { Answers: true } => Verdict.No(nameof(NodeIsSettled), $"{node.Name} answers, and says nothing of itself that counts"),
            { IsSeen: true } => Verdict.No(nameof(NodeIsSettled), $"{node.Name} does not answer, but other nodes see it"),
            _ => Verdict.Yes(nameof(NodeIsSettled), $"{node.Name} is down for everybody"),
        };
    }

    /// <summary>A voter is stopped only while every other one is alive, Leader or Follower, and level.</summary>
    public static Verdict OtherVotersAreLevel(NodeView node, ClusterSnapshot cluster)
    {
        foreach (var other in OtherVoters.Of(node, cluster))
        {
            if (!other.Level.Holds)
            {
                return Verdict.No(
                    nameof(OtherVotersAreLevel),
                    $"{Sentence.Of(other.Name, other.Level.Reason)}; {OtherVoters.WhatAStopWouldCost(node, cluster)}");
            }

            if (!other.IsSeenByLeader)
            {
                return Verdict.No(
                    nameof(OtherVotersAreLevel), $"the leader does not see {other.Name}; {OtherVoters.WhatAStopWouldCost(node, cluster)}");
            }
        }

        return Verdict.Yes(nameof(OtherVotersAreLevel), "every other voter is level");
    }

    /// <summary>Counted from the configured cluster size: gossip forgets members that are dead for long.</summary>
    public static Verdict AMajorityRemains(NodeView node, ClusterSnapshot cluster)
    {
        var others = OtherVoters.Of(node, cluster).Count();
        var known = others + (node.IsVoter ? 1 : 0);
        return (cluster.ClusterSize - known, cluster.ClusterSize - 1 - cluster.Majority) switch
        {
            ( > 0, _) => Verdict.No(
                nameof(AMajorityRemains),
                $"only {known} of the {cluster.ClusterSize} configured voters are known; "
                + "a run whose connection string names all of them finds the others"),
            (_, < 0) when cluster.Settings.AllowDowntime =>
                Verdict.Yes(nameof(AMajorityRemains), $"a cluster of {cluster.ClusterSize} cannot spare one, and downtime is allowed"),
            _ => new Verdict(
                nameof(AMajorityRemains), others >= cluster.Majority, $"{others} other voters, a majority is {cluster.Majority}"),
        };
    }

    /// <summary>One node at a time.</summary>
    public static Verdict NoOtherNodeIsInProgress(NodeView node, ClusterSnapshot cluster)
    {
        var other = cluster.Nodes.FirstOrDefault(other => other != node && NodeMachine.IsUnderWay(other, cluster));
        return other is null
            ? Verdict.Yes(nameof(NoOtherNodeIsInProgress), "no other node is in progress")
            : Verdict.No(nameof(NoOtherNodeIsInProgress), $"{other.Name} is in progress ({other.Entry.NodeUpdateStatusDetail})");
    }

    /// <summary>Readers keep a replica: one that serves them is stopped only while the others do too.</summary>
    public static Verdict NoOtherReplicaIsDown(NodeView node, ClusterSnapshot cluster)
    {
        var others = cluster.Nodes.Where(other => other != node && !other.IsVoter);
        var down = node.IsVoter ? null : others.FirstOrDefault(other => !other.Level.Holds && !TakesNothingAway(node, other, cluster));
        return down is null
            ? Verdict.Yes(nameof(NoOtherReplicaIsDown), "no other read-only replica is down that readers would miss")
            : Verdict.No(nameof(NoOtherReplicaIsDown), Sentence.Of(down.Name, down.Level.Reason));
    }

    /// <summary>Read-only replicas before followers, followers before the leader.</summary>
    public static Verdict OrderIsKept(NodeView node, ClusterSnapshot cluster)
    {
        var rank = UpdateOrder.Rank(node.Entry, cluster.At);
        var earlier = cluster.Nodes.FirstOrDefault(other => !other.Entry.IsDone && UpdateOrder.Rank(other.Entry, cluster.At) < rank);
        return earlier is null || node.IsRescuedByRollback
            ? Verdict.Yes(nameof(OrderIsKept), "it is its turn")
            : Verdict.No(nameof(OrderIsKept), $"{earlier.Name} ({earlier.Entry.NodeType}) comes first");
    }

    /// <inheritdoc cref="AutoScavengeRule.IsPaused"/>
    public static Verdict AutoScavengeIsPaused(NodeView node, ClusterSnapshot cluster) => AutoScavengeRule.IsPaused(cluster);

    /// <summary>What the node was before is on its instance: a run that has lost the state file can still put it back.</summary>
    public static Verdict RestorePointIsWritten(NodeView node, ClusterSnapshot cluster)
    {
        var isWritten = node.Entry.RestorePointAt is not null || node.Instance is { RestorePoint: not null };
        return isWritten || !cluster.Seen.Lease.IsTaken || !cluster.Seen.MayTag
            ? Verdict.Yes(nameof(RestorePointIsWritten), "its restore point is written, or no instance is tagged")
            : Verdict.No(nameof(RestorePointIsWritten), $"no restore point is on {node.InstanceId} yet");
    }

    /// <inheritdoc cref="AlarmRule.AreQuiet"/>
    public static Verdict AlarmsAreQuiet(NodeView node, ClusterSnapshot cluster) => AlarmRule.AreQuiet(node, cluster);

    /// <inheritdoc cref="CapacityRule.IsHeld"/>
    public static Verdict CapacityIsHeld(NodeView node, ClusterSnapshot cluster) => CapacityRule.IsHeld(node, cluster);

    /// <summary>
    /// Whether readers lose nothing when a replica is stopped while another one is not level. After an election both may serve nobody
    /// for a moment: then the next look tells.
    /// </summary>
    private static bool TakesNothingAway(NodeView node, NodeView other, ClusterSnapshot cluster) =>
        UpdateOrder.Rank(node.Entry, cluster.At) switch
        {
            UpdateOrder.ServesNobody => cluster.At - node.Entry.OutOfService!.Since >= Timings.ReplicaFindsItsLeader,
            UpdateOrder.StandsStill => other.Own is { State: NodeState.ReadOnlyReplica or NodeState.CatchingUp or NodeState.Clone },
            _ => false,
        };
}
