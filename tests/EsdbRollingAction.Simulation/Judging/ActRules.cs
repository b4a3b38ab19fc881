using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;
using Act = EsdbRollingAction.Sandbox.Model.Act;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>Rules about one act, judged by the world as it is right before it and by what of it could be known.</summary>
internal sealed class ActRules(Umpire umpire)
{
    private readonly PauseRules pauses = new(umpire);

    /// <summary>How old what EC2 shows may be, and how long the program relies on what EC2 accepted.</summary>
    private static readonly TimeSpan MayRelyOnAnswersFor = TimeSpan.FromSeconds(20);

    /// <summary>A read is as old as it may be, an answer as slow, and a storm of throttling keeps a run from reading.</summary>
    private static readonly TimeSpan SeenByOthersAfter = TimeSpan.FromSeconds(60);

    /// <summary>Readers lose nothing by the stop of a read-only replica that has long served nobody.</summary>
    private static readonly TimeSpan ServesNobodyFor = TimeSpan.FromSeconds(10);

    /// <summary>Until then the run that is to change it again may not have seen that it was.</summary>
    private static readonly TimeSpan TakenBackAMomentAgo = TimeSpan.FromMinutes(2);

    public IEnumerable<(Rule Rule, string What)> Judge(Act act, NodeWatch watch, Run actor) => act.Kind switch
    {
        var kind when actor.Inputs!.Recovers && IsNoRecovery(kind) => [(Rule.RecoveryChanged, $"{kind} of {act.Node}")],
        ActKind.Stop when umpire.Ec2.Of(act.Node).State == Ec2State.Running =>
            JudgeTakingDown(watch, actor).Concat(JudgeCapacity(watch, actor)),
        ActKind.Reboot when umpire.Ec2.Of(act.Node).State == Ec2State.Running => JudgeTakingDown(watch, actor),
        ActKind.Command => umpire.Commands!.Judge(act, watch, actor).Concat(
            umpire.Commands.TakesDown(act, watch) ? JudgeTakingDown(watch, actor) : []),
        ActKind.ChangeType when umpire.Ec2.Of(act.Node).State != Ec2State.Stopped && umpire.Now - watch.StoppedAt > MayRelyOnAnswersFor =>
            [(Rule.TypeChangedWhileRunning, $"the instance of {act.Node} is {umpire.Ec2.Of(act.Node).State}")],
        ActKind.Resign when watch.Node.State == VNodeState.Leader => JudgeHandOver(watch, actor).Concat(JudgeOtherRuns(actor))
            .Concat(JudgeWhatIsRolled(watch, actor)),
        _ => [],
    };

    /// <summary>Where commands are rolled, a database that one left down may be started, and its machine rebooted.</summary>
    private bool IsNoRecovery(ActKind kind) => kind is ActKind.Stop or ActKind.ChangeType or ActKind.Resign or ActKind.SetPriority or ActKind.Reserve
        || (kind is ActKind.Reboot or ActKind.Command && umpire.Commands is null);

    private IEnumerable<(Rule Rule, string What)> JudgeTakingDown(NodeWatch watch, Run actor) =>
        JudgeStop(watch, actor).Concat(JudgeOtherRuns(actor)).Concat(JudgeWhatIsRolled(watch, actor)).Concat(JudgePassedOver(watch, actor))
            .Concat(JudgeRestorePoint(watch, actor));

    /// <summary>A command whose answer was lost counts as begun, though it never came.</summary>
    private IEnumerable<(Rule Rule, string What)> JudgeHandOver(NodeWatch watch, Run actor) =>
        umpire.Commands is not null && watch.TimesAskedDown > 0 ? [] : JudgeOrder(watch, actor, _ => true);

    /// <summary>A node that waits for the reboot after its command comes first, though it leads meanwhile.</summary>
    private IEnumerable<(Rule Rule, string What)> JudgePassedOver(NodeWatch watch, Run actor) =>
        from other in umpire.Nodes
        where other != watch && other.LeadingSince is not null && umpire.Commands?.IsBetween(other) == true
        where actor.Intent is not { PutsNodeBack: true } && !umpire.Commands!.IsBetween(watch)
        select (Rule.OrderNotKept, $"it is not {watch.Node.Name}'s turn before {other.Node.Name} is rebooted after its command");

    /// <summary>Another run may remove it meanwhile, and to a run that begins reads show for a while what one before it has removed.</summary>
    private IEnumerable<(Rule Rule, string What)> JudgeRestorePoint(NodeWatch watch, Run actor) =>
        actor is not { Inputs.Marks: true, Scenario.Refusals.Marks: false, HadCompany: false } || actor.MayDoWithoutRestorePoints
        || umpire.IsMarked(watch) || umpire.WasMarked(watch, actor.BeganAt - MayRelyOnAnswersFor)
            ? []
            : [(Rule.NothingToGoBackTo, $"{watch.Node.Name} was taken down")];

    /// <summary>To a run that begins reads show for a while what one before it has given back.</summary>
    private IEnumerable<(Rule Rule, string What)> JudgeCapacity(NodeWatch watch, Run actor) =>
        IsCapacityAskedFor(watch, actor) && !umpire.IsCapacityHeldFor(watch.Node, actor.BeganAt - MayRelyOnAnswersFor)
            ? [(Rule.StoppedWithoutCapacity, $"{watch.Node.Name} was stopped")]
            : [];

    /// <summary>
    /// A node that goes back needs none, nor does one whose machine does not come back from a reboot. Another run may give back what this
    /// one relies on, and with <c>auto</c> a run goes on without what EC2 refuses to it, or to the step before.
    /// </summary>
    private bool IsCapacityAskedFor(NodeWatch watch, Run actor) => actor switch
    {
        { HadCompany: true } or { Intent.PutsNodeBack: true } or { Intent.TakesUpdateBack: true } => false,
        { Inputs.ReserveCapacity: CapacityPolicy.Auto, WasRefusedCapacity: true } => false,
        { Inputs: { ReserveCapacity: CapacityPolicy.Auto, StepByStep: true } } => false,
        _ when umpire is { Restarts: RestartKind.Reboot } or { Commands: not null } => false,
        _ => actor.Inputs!.ReserveCapacity is not CapacityPolicy.Off && !umpire.IsAsWanted(watch.Node),
    };

    private IEnumerable<(Rule Rule, string What)> JudgeWhatIsRolled(NodeWatch watch, Run actor) =>
        (umpire.Versions?.Judge(watch, actor) ?? []).Concat(umpire.Alarms?.Judge(watch, actor) ?? []).Concat(pauses.Judge(watch, actor));

    private IEnumerable<(Rule Rule, string What)> JudgeStop(NodeWatch watch, Run actor)
    {
        var (node, now) = (watch.Node, umpire.Now);
        if (NodeWatch.CouldBeKnown(watch.LeadingSince, actor.AskedAt(watch), now) && !(umpire.MayBeDown && umpire.Cluster.ClusterSize == 1))
        {
            yield return (Rule.LeaderStopped, $"{node.Name} has been leading for {Age(watch.LeadingSince)}");
        }

        foreach (var other in umpire.Nodes.Where(other => other != watch && node.IsUp
            && (IsDownByAnother(other, actor) || IsInItsCommand(other, actor)
                || NodeWatch.CouldBeKnown(other.NotLevelSince, actor.AskedAt(other), now))))
        {
            if (!other.Node.IsReadOnlyReplica && !node.IsReadOnlyReplica)
            {
                yield return (Rule.SecondVoterDown, $"{node.Name} was stopped; {other.Node.Name} has not been level for {Age(other.NotLevelSince)}");
            }
            else if (other.Node.IsReadOnlyReplica && node.IsReadOnlyReplica && !(now - watch.NotLevelSince >= ServesNobodyFor))
            {
                yield return (Rule.SecondReplicaDown, $"{node.Name} was stopped; {other.Node.Name} has not been level for {Age(other.NotLevelSince)}");
            }
        }

        foreach (var late in JudgeOrder(watch, actor, other => other.IsReadOnlyReplica && !node.IsReadOnlyReplica))
        {
            yield return late;
        }
    }

    /// <summary>
    /// Runs that begin at the same moment may both take a node down before either can see the other. Once both could, at most one of
    /// them goes on: a run breaks the rule that takes a node down after it, when another one that lives has done so after it too.
    /// </summary>
    private IEnumerable<(Rule Rule, string What)> JudgeOtherRuns(Run actor) =>
        from other in umpire.LiveRuns
        where other != actor && actor.FirstTookDownAt is not null && other.FirstTookDownAt is not null
        let since = actor.FirstTookDownAt > other.FirstTookDownAt ? actor.FirstTookDownAt : other.FirstTookDownAt
        where umpire.Now > since + SeenByOthersAfter && other.LastTookDownAt > since + SeenByOthersAfter
        select (Rule.TwoRunsAtWork, $"{actor.Name} and {other.Name} have both been taking nodes down for {Age(since)}");

    /// <summary>That another run may stop a node at this instant is known by its mark.</summary>
    private static bool IsDownByAnother(NodeWatch other, Run actor) => other.IsStoppedByUs && other.StoppedBy != actor;

    /// <summary>Nobody has to ask whether a command of one's own has ended.</summary>
    private bool IsInItsCommand(NodeWatch other, Run actor) => umpire.Commands?.IsUnderWay(other, actor) ?? false;

    /// <summary>
    /// Nodes whose turn came before this one's must have their type, unless another run took one back a moment ago, or it is a read-only
    /// replica that nothing names to the run; a way back has no order, nor has one that was begun, or that is upgraded and hands back.
    /// </summary>
    private IEnumerable<(Rule Rule, string What)> JudgeOrder(NodeWatch watch, Run actor, Func<Node, bool> comesBefore) =>
        actor.Intent is { PutsNodeBack: true } || umpire.Commands?.WasBegun(watch.Node.Name) == true
        || umpire.Versions?.IsAtTarget(watch.Node) == true || (actor.Intent is { TakesUpdateBack: true } && !umpire.IsLevel(watch.Node))
            ? []
            : from other in umpire.Nodes
              where other != watch && comesBefore(other.Node) && other.TouchedByHandAt == TimeSpan.MinValue
              where !umpire.IsAsWanted(other.Node)
              where other.PutBackBy is null || other.PutBackBy == actor || umpire.Now - other.StoppedAt > TakenBackAMomentAgo
              where !other.Node.IsReadOnlyReplica || !umpire.IsForgottenByAll(other) || umpire.IsMarked(other) || IsInTheState(other, actor)
              select (Rule.OrderNotKept, $"it is not {watch.Node.Name}'s turn before {other.Node.Name} is changed");

    private static bool IsInTheState(NodeWatch watch, Run actor) =>
        actor.Intent?.Knows(watch.Node.Address) ?? false;

    private string Age(TimeSpan? since) => $"{(umpire.Now - since)?.TotalSeconds:0.000} s";
}
