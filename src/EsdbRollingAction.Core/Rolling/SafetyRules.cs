using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Verdict;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// What must hold, looked at in the same iteration, before a node is taken down. Every rule is one predicate with its reason, all of
/// them are in these lists, and the first that does not hold is what the roll waits for.
/// </summary>
public static class SafetyRules
{
    /// <summary>What must be so of the cluster, whoever takes a node of it down.</summary>
    public static IReadOnlyList<SafetyRule> OfTheCluster { get; } =
    [
        new(InstanceIsAsPlanned) { IsForRescues = true, HoldBack = HoldBacks.UntilTheInstanceRuns },
        new(CommandsAreKnown) { IsForRescues = true },
        new(NoCommandRuns) { IsForRescues = true },
        new(OneLeaderIsAgreed),
        new(NodeIsSettled) { IsForRescues = true },
        new(OtherVotersAreLevel),
        new(AMajorityRemains),
        new(NoOtherNodeIsInProgress) { IsForRescues = true },
        new(NoOtherReplicaIsDown),
        new(OrderIsKept),
    ];

    private static readonly IReadOnlyList<SafetyRule> BeforeAnyStop =
    [
        new(PreflightHasPassed) { HoldBack = EndOfRun.AsRefused },
        new(OperatorRules.ThereIsTime) { HoldBack = EndOfRun.With(new Act.EndForNow(FailureReason.TimeLimit)) },
        new(OperatorRules.LeaderMayBeBegun) { HoldBack = EndOfRun.With(new Act.Pause(PauseReason.Leader)) },
        new(OperatorRules.NodesAreLeftToThisRun) { HoldBack = EndOfRun.With(new Act.Pause(PauseReason.MaxNodes)) },
        new(LeaseIsHeld) { IsForRescues = true },
        .. OfTheCluster,
        new(AlarmRule.AlarmsAreQuiet) { HoldBack = AlarmRule.HoldBack },
        new(AutoScavengeRule.AutoScavengeIsPaused) { HoldBack = AutoScavengeRule.HoldBack },
        new(RestorePointIsWritten) { IsForRescues = true, HoldBack = NodeMachine.WriteRestorePoint },
        new(CapacityRule.CapacityIsHeld) { HoldBack = CapacityRule.HoldBack },
        new(IsNotTheLeader) { HoldBack = (node, cluster, _) => HandOver.Next(node, cluster) },
    ];

    private static readonly IReadOnlyList<SafetyRule> BeforeRescue = [.. BeforeAnyStop.Where(rule => rule.IsForRescues)];

    /// <summary>
    /// What must be so before a node that is done hands leadership back: nothing is taken down, but who resigns needs a level successor.
    /// </summary>
    internal static IReadOnlyList<SafetyRule> BeforeHandingBack { get; } =
        [new(LeaseIsHeld), new(CommandsAreKnown), new(NoCommandRuns), new(OtherVotersAreLevel)];

    /// <summary>All rules before this node is stopped.</summary>
    public static IReadOnlyList<SafetyRule> BeforeStop(NodeView node) =>
        node is { IsRescuedByRollback: true, IsOutForEverybody: true } ? BeforeRescue : BeforeAnyStop;

    /// <summary>What is done about the first rule that does not hold; null when all hold.</summary>
    internal static Decision? HoldBack(IEnumerable<SafetyRule> rules, NodeView node, ClusterSnapshot cluster) =>
        FirstBroken(rules, node, cluster) is var (rule, broken) ? rule.HoldBack(node, cluster, broken) : null;

    /// <summary>The first rule that does not hold, and why, or null.</summary>
    internal static (SafetyRule Rule, BrokenRule Why)? FirstBroken(
        IEnumerable<SafetyRule> rules, NodeView node, ClusterSnapshot cluster)
    {
        foreach (var rule in rules)
        {
            if (rule.Judge(node, cluster) is { Holds: false, Reason: var why })
            {
                return (rule, new BrokenRule(rule.Name, why));
            }
        }

        return null;
    }

    /// <summary>A refusal holds back beginning a node, never bringing one back.</summary>
    public static Verdict PreflightHasPassed(NodeView node, ClusterSnapshot cluster) =>
        cluster.Seen.Refusal is { } refusal && !node.Entry.IsRollingBack
            ? No(refusal.Message)
            : Yes("preflight has passed");

    /// <summary>One run takes nodes down at a time.</summary>
    public static Verdict LeaseIsHeld(NodeView node, ClusterSnapshot cluster) => cluster.Seen.Lease switch
    {
        { IsTaken: false } => Yes("no lease is taken"),
        { ActsFrom: var from, WhyItWaits: var why } when cluster.At < from => No($"{why}; nothing is begun before {from:HH:mm:ss}Z"),
        _ => Yes("this run holds the lease"),
    };

    /// <summary>Only the instance that was planned is stopped, and only when it runs.</summary>
    public static Verdict InstanceIsAsPlanned(NodeView node, ClusterSnapshot cluster) => node.Instance switch
    {
        null => No(cluster.Seen.InstancesProblem ?? $"EC2 does not show {node.InstanceId}"),
        { State: InstanceState.Running } => Yes($"{node.InstanceId} is running"),
        var instance => No($"{instance.Id} is {instance.State}{instance.ReasonClause}"),
    };

    /// <summary>Nobody sends a command who does not know whether it was sent before.</summary>
    public static Verdict CommandsAreKnown(NodeView node, ClusterSnapshot cluster) => cluster.Seen.Commands.Problem is { } problem
        ? No(problem)
        : Yes("it is known which commands were sent");

    /// <summary>A command that was given up on may run on all the same: until it has ended nobody is taken down beside it.</summary>
    public static Verdict NoCommandRuns(NodeView node, ClusterSnapshot cluster)
    {
        var busy = cluster.Nodes.FirstOrDefault(other => other.RunsACommand);
        return busy is null
            ? Yes("no command of this update runs")
            : No($"a command of this update still runs on {busy.Name} ({busy.InstanceId})");
    }

    /// <summary>Without an agreed leader nobody can tell what a stop would cost.</summary>
    public static Verdict OneLeaderIsAgreed(NodeView node, ClusterSnapshot cluster) =>
        new(cluster.Leader is not null, cluster.Seen.Cluster.LeaderReason);

    /// <summary>
    /// Stopping the leader would cost an unplanned election: it hands over first. From the only voter nobody can take the lead.
    /// </summary>
    public static Verdict IsNotTheLeader(NodeView node, ClusterSnapshot cluster) => cluster.Leader switch
    {
        _ when cluster.ClusterSize == 1 && node.IsVoter => Yes("it is the only voter, and downtime is allowed"),
        { } leader when !node.Leads => Yes($"{leader.Entry.Endpoint} leads"),
        _ => No($"{node.Name} leads"),
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
            { IsInRole: true } => Yes($"{node.Name} says {node.Own!.State}"),
            { Own.IsReadOnlyReplica: true } => Yes($"{node.Name} says {node.Own.State} and serves nobody"),
            { Own: { } own } when OldLeader.CannotFollow(node, cluster) && !own.IsBetweenRoles =>
                Yes($"{node.Name} says {own.State}, and its old version may not be able to follow the new leader"),
            { Own: { State: not NodeState.Unknown, IsBetweenRoles: false } own, IsRescuedByRollback: true } =>
                Yes($"{node.Name} says {own.State}, and it does not come level as it is"),
            { Own: { } own } => No($"{node.Name} says {own.State}"),
            _ when hasResigned => No($"{node.Name} has handed over and does not follow yet"),
            { Answers: true } => No($"{node.Name} answers, and says nothing of itself that counts"),
            { IsSeen: true } => No($"{node.Name} does not answer, but other nodes see it"),
            _ => Yes($"{node.Name} is down for everybody"),
        };
    }

    /// <summary>A voter is stopped only while every other one is alive, Leader or Follower, and level.</summary>
    public static Verdict OtherVotersAreLevel(NodeView node, ClusterSnapshot cluster)
    {
        foreach (var other in OtherVoters.Of(node, cluster))
        {
            if (!other.Level.Holds)
            {
                return No($"{Sentence.Of(other.Name, other.Level.Reason)}; {OtherVoters.WhatAStopWouldCost(node, cluster)}");
            }

            if (!other.IsSeenByLeader)
            {
                return No($"the leader does not see {other.Name}; {OtherVoters.WhatAStopWouldCost(node, cluster)}");
            }
        }

        return Yes("every other voter is level");
    }

    /// <summary>Counted from the configured cluster size: gossip forgets members that are dead for long.</summary>
    public static Verdict AMajorityRemains(NodeView node, ClusterSnapshot cluster)
    {
        var others = OtherVoters.Of(node, cluster).Count();
        var known = others + (node.IsVoter ? 1 : 0);
        return (cluster.ClusterSize - known, cluster.ClusterSize - 1 - cluster.Majority) switch
        {
            ( > 0, _) => No($"only {known} of the {cluster.ClusterSize} configured voters are known; "
                + "a run whose connection string names all of them finds the others"),
            (_, < 0) when cluster.Settings.AllowDowntime =>
                Yes($"a cluster of {cluster.ClusterSize} cannot spare one, and downtime is allowed"),
            _ => new Verdict(others >= cluster.Majority, $"{others} other voters, a majority is {cluster.Majority}"),
        };
    }

    /// <summary>One node at a time.</summary>
    public static Verdict NoOtherNodeIsInProgress(NodeView node, ClusterSnapshot cluster)
    {
        var other = cluster.Nodes.FirstOrDefault(other => other != node && NodeMachine.IsUnderWay(other, cluster));
        return other is null
            ? Yes("no other node is in progress")
            : No($"{other.Name} is in progress ({other.Entry.NodeUpdateStatusDetail})");
    }

    /// <summary>Readers keep a replica: one that serves them is stopped only while the others do too.</summary>
    public static Verdict NoOtherReplicaIsDown(NodeView node, ClusterSnapshot cluster)
    {
        var others = cluster.Nodes.Where(other => other != node && !other.IsVoter);
        var down = node.IsVoter ? null : others.FirstOrDefault(other => !other.Level.Holds && !TakesNothingAway(node, other, cluster));
        return down is null
            ? Yes("no other read-only replica is down that readers would miss")
            : No(Sentence.Of(down.Name, down.Level.Reason));
    }

    /// <summary>Read-only replicas before followers, followers before the leader.</summary>
    public static Verdict OrderIsKept(NodeView node, ClusterSnapshot cluster)
    {
        var rank = UpdateOrder.Rank(node.Entry, cluster.At);
        var earlier = cluster.Nodes.FirstOrDefault(other => !other.Entry.IsDone && UpdateOrder.Rank(other.Entry, cluster.At) < rank);
        return earlier is null || node.IsRescuedByRollback
            ? Yes("it is its turn")
            : No($"{earlier.Name} ({earlier.Entry.NodeType}) comes first");
    }

    /// <summary>What the node was before is on its instance: a run that has lost the state file can still put it back.</summary>
    public static Verdict RestorePointIsWritten(NodeView node, ClusterSnapshot cluster) =>
        node.HasRestorePoint || !cluster.Seen.Lease.IsTaken || !cluster.Seen.MayTag
            ? Yes("its restore point is written, or no instance is tagged")
            : No($"no restore point is on {node.InstanceId} yet");

    /// <summary>
    /// Whether readers lose nothing when a replica is stopped while another one is not level. After an election both may serve nobody
    /// for a moment: then the next look tells.
    /// </summary>
    private static bool TakesNothingAway(NodeView node, NodeView other, ClusterSnapshot cluster) =>
        UpdateOrder.RankByRole(node.Entry, cluster.At) switch
        {
            UpdateOrder.ServesNobody => cluster.At - node.Entry.OutOfService!.Since >= Timings.ReplicaFindsItsLeader,
            UpdateOrder.StandsStill => other.Own is { State: NodeState.ReadOnlyReplica or NodeState.CatchingUp or NodeState.Clone },
            _ => false,
        };
}
