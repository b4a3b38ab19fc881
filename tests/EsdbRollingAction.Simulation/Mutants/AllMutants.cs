using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Simulation.Judging;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>For every rule a program that breaks it: what the umpire must notice.</summary>
internal static class AllMutants
{
    /// <summary>Those that have a name, each with a rule that it breaks.</summary>
    public static IReadOnlyDictionary<string, (Mutant Mutant, Rule Rule)> Named { get; } =
        new Dictionary<string, (Mutant, Rule)>(WrongCommands.All.Concat(WrongVersions.All))
        {
            ["IgnoresAlarms"] = (new IgnoresAlarms(), Rule.TakenDownInAlarm),
        };

    public static Mutant Breaking(Rule rule) => rule switch
    {
        Rule.LeaderStopped => Instead<Act.Resign>((seen, right) => right with { Act = TakeDown(seen) }),
        Rule.SecondVoterDown or Rule.QuorumLost => Instead<Act.Wait>((seen, right) => StopAnother(right, seen, NodeType.Follower)),
        Rule.SecondReplicaDown => Instead<Act.Wait>((seen, right) => StopAnother(right, seen, NodeType.ReadOnlyReplica)),
        Rule.TwoRunsAtWork => new Unprotected(Protections.Lock),
        Rule.TypeChangedWhileRunning => InsteadOfAStop((seen, right) => right with { Act = new Act.ChangeInstance(seen.Strategy.Steps[1]) }),
        Rule.RecoveryChanged => new RollsOnInsteadOfRecovering(),
        Rule.LeftStopped => Instead<Act.StartInstance>((seen, right) => Finish(right, seen)),
        Rule.OrderNotKept => InsteadOfAStop((seen, right) => right.Node!.NodeType == NodeType.ReadOnlyReplica ? StopAnother(right, seen, NodeType.Follower) : right),
        Rule.LeadershipMovedTooOften => new WrongDecision((seen, right, count) => right.Act is Act.Finish && count < 300 ? ResignLeader(right, seen) : right),
        Rule.RunDoesNotEnd => Instead<Act.Finish>((_, right) => WaitForNothing(right)),
        Rule.NotUpdatedInTheEnd => new WrongDecision((seen, right, _) => Finish(right, seen)),
        Rule.StateDoesNotParse => new WritesGarbage(),
        Rule.CapacityLeft => new KeepsCapacity(),
        Rule.MarkLeft or Rule.LeaseLeft => new KeepsTags(),
        Rule.NothingToGoBackTo => Instead<Act.WriteRestorePoint>((seen, right) => right with { Act = TakeDown(seen) }),
        Rule.StoppedWithoutCapacity => Instead<Act.ReserveCapacity>((seen, right) => right with { Act = TakeDown(seen) }),
        Rule.MoreNodesThanAsked => Instead<Act.Pause>((seen, right) => BeginNext(right, seen)),
        Rule.LeaderNotLeftOut => Instead<Act.Pause>((seen, right) => right.Act is Act.Pause { Because: PauseReason.Leader } ? ResignLeader(right, seen) : right),
        Rule.BegunTooLate => Instead<Act.EndForNow>((seen, right) => BeginNext(right, seen)),
        Rule.GaveWayToNobody => InsteadOfAStop((_, right) => right with { Act = new Act.EndForNow(FailureReason.TakenOver) }),
        Rule.PriorityNotRestored => Instead<Act.Finish>((seen, right) => LowerPriority(right, seen)),
        Rule.ActAfterSignal or Rule.SignalTookTooLong => new IgnoresSignals(),
        Rule.CommandSentTwice or Rule.CommandWithoutNeed or Rule.EndedTooEarly or Rule.CommandLeftRunning or Rule.DatabaseLeftDown =>
            WrongCommands.Breaking(rule),
        Rule.UpgradedMayLead or Rule.UpgradedLeads => Named["LowersNobody"].Mutant,
        Rule.TakenDownInAlarm => Named["IgnoresAlarms"].Mutant,
        Rule.UnexpectedError => new WrongDecision((_, right, count) => count < 20 ? right : throw new InvalidOperationException("A defect.")),
        _ => new LeavesTheThread(),
    };

    private static WrongDecision Instead<TAct>(Func<ClusterSnapshot, Decision, Decision> wrong)
        where TAct : Act => new((seen, right, _) => right.Act is TAct ? wrong(seen, right) : right);

    private static WrongDecision InsteadOfAStop(Func<ClusterSnapshot, Decision, Decision> wrong) =>
        new((seen, right, _) => right.Act is Act.ChangeInstance { Step.TakesNodeDown: true } ? wrong(seen, right) : right);

    private static Act.ChangeInstance TakeDown(ClusterSnapshot seen) => new(seen.Strategy.Steps.First(step => step.TakesNodeDown));

    /// <summary>Stops another node of this role, whatever the rules say.</summary>
    private static Decision StopAnother(Decision right, ClusterSnapshot seen, NodeType role)
    {
        var other = right.State.EventStoreNodeUpdates.FirstOrDefault(node =>
            node.Endpoint != right.Node?.Endpoint && !node.IsDone && node.NodeType == role
            && !node.WasTakenDown && seen.Seen.Cluster.Own(node.Endpoint) is not null);
        return other is null || right.Node?.NodeType != role && role == NodeType.ReadOnlyReplica
            ? right
            : new Decision(right.State, other, TakeDown(seen), "a mutant stops another one");
    }

    private static Decision BeginNext(Decision right, ClusterSnapshot seen) =>
        new(right.State, seen.Nodes.First(node => !node.Entry.IsDone).Entry, TakeDown(seen), "a mutant begins the next one");

    private static Decision Finish(Decision right, ClusterSnapshot seen) => right with
    {
        State = right.State with { ClusterUpdateStatus = UpdateStatus.Success, FinishedAt = seen.At },
        Act = new Act.Finish(),
    };

    private static Decision ResignLeader(Decision right, ClusterSnapshot seen)
    {
        var leader = right.State.EventStoreNodeUpdates.FirstOrDefault(node => node.Endpoint == seen.Seen.Cluster.Leader?.Endpoint);
        return new Decision(
            right.State with { FinishedAt = null }, leader ?? right.State.EventStoreNodeUpdates[0], leader is null ? new Act.Wait(Awaited.Cluster) : new Act.Resign(), "a mutant goes on");
    }

    private static Decision WaitForNothing(Decision right) =>
        new(right.State with { FinishedAt = null }, right.State.EventStoreNodeUpdates[0], new Act.Wait(Awaited.Cluster), "a mutant waits");

    private static Decision LowerPriority(Decision right, ClusterSnapshot seen) =>
        right.State.EventStoreNodeUpdates.FirstOrDefault(node => node.NodeType != NodeType.ReadOnlyReplica && node.CurrentNodePriority != -99) is { } voter
            ? new Decision(
                right.State with { FinishedAt = null },
                voter,
                new Act.SetPriority(-99, seen.Seen.Cluster.Own(voter.Endpoint)?.InstanceId),
                "a mutant lowers a priority")
            : right;
}
