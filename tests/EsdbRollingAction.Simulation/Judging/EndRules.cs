using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>Rules about how a run, and the whole roll, leaves things.</summary>
internal sealed class EndRules(ModelWorld model, Umpire umpire, Aws aws, Disturber disturber, Scenario scenario)
{
    /// <summary>The runner sends a second signal 7.5 s after the first.</summary>
    private static readonly TimeSpan LongestAfterSignal = TimeSpan.FromSeconds(7.5);

    /// <summary>After its last run nobody looks again: a minute passes, and before it a pause.</summary>
    private static readonly TimeSpan LongestBetweenRuns = TimeSpan.FromSeconds(90);

    /// <summary>After every run.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="written">What it remembered last, or null.</param>
    public void JudgeRun(RunEnd end, StateText? written)
    {
        if (!end.IsExpected)
        {
            umpire.Break(Rule.UnexpectedError, $"{end.Exception}");
        }

        if (!end.Run.IsKilled && end.Run.SignalledAt is { } at && umpire.Now - at > LongestAfterSignal)
        {
            umpire.Break(Rule.SignalTookTooLong, $"the run ended {(umpire.Now - at).TotalSeconds:0.0} s after the signal");
        }

        if (end is { Reason: FailureReason.Locked or FailureReason.TakenOver, Run.HadCompany: false })
        {
            umpire.Break(Rule.GaveWayToNobody, end.Exception!.Message);
        }

        if (end.Run is { IsKilled: false, SignalledAt: null } && end.Run.BeganAt >= scenario.Calm && (end.IsFinished || !scenario.Inputs.StepByStep)
            && umpire.Nodes.Any(watch => aws.TagOf(model.Ec2.Of(watch.Node.Name).Id, Instance.LeaseTag)?.Contains(end.Run.LeaseId, StringComparison.Ordinal) == true))
        {
            umpire.Break(Rule.LeaseLeft, $"the lease of {end.Run.LeaseId}");
        }

        JudgeText(written);
        umpire.Commands?.JudgeRun(end, written);
        umpire.Versions?.JudgeRun(end);
        var hasRecovered = end is { Exception: null, Run: { IsKilled: false, Inputs.Recovers: true } };
        if (end.IsFinished || hasRecovered || end.Reason is FailureReason.TimeLimit or FailureReason.StateNotSaved or FailureReason.PreflightRefused or FailureReason.ClusterUnreachable or FailureReason.TakenOver)
        {
            JudgeLeftStopped(end);
        }
    }

    /// <summary>When nothing disturbs any more and the program was run again.</summary>
    public void JudgeRoll()
    {
        umpire.Look();
        umpire.JudgeLeadership();
        foreach (var held in aws.Reservations.Where(held => held.IsHeld(umpire.Now) && !umpire.Nodes.Any(watch => model.Ec2.Of(watch.Node.Name).Id == held.InstanceId && IsForgotten(watch))))
        {
            umpire.Break(Rule.CapacityLeft, $"{held.Id} still holds {held.InstanceType} for {held.InstanceId}");
        }

        foreach (var watch in umpire.Nodes)
        {
            JudgeNode(watch);
        }
    }

    private void JudgeNode(NodeWatch watch)
    {
        var node = watch.Node;
        var instance = model.Ec2.Of(node.Name);
        var mayStay = scenario.Refusals.EndTheUpdate || WantsCapacityThatIsRefused;
        var isRight = watch.NotLevelSince is null && (umpire.IsAsWanted(node) || mayStay || HasHandMadeType(watch));
        if (!isRight && !IsExcused(watch, instance, mayStay))
        {
            umpire.Break(Rule.NotUpdatedInTheEnd, $"{node.Name} is {(node.IsUp ? node.State : "down")}, its instance {instance.State} {instance.Type}");
        }

        if (node is { IsUp: true, IsReadOnlyReplica: false } && node.Priority != node.ConfiguredPriority
            && !disturber.TouchedPriorities && !IsAnyOffByHand && umpire.Versions?.StaysLowered(node) != true)
        {
            umpire.Break(Rule.PriorityNotRestored, $"{node.Name} has {node.Priority}, had {node.ConfiguredPriority}");
        }

        if (umpire.IsAsWanted(node) && !mayStay && !IsAnyOffByHand && aws.RestorePointOf(instance.Id) is { } mark)
        {
            umpire.Break(Rule.MarkLeft, $"{node.Name} is still marked: {mark}");
        }
    }

    private bool IsExcused(NodeWatch watch, Ec2Instance instance, bool mayStay)
    {
        if (umpire.Commands is not null && mayStay && !WantsCapacityThatIsRefused)
        {
            return !watch.Node.CanStart || IsForgotten(watch) || IsAnyOffByHand || IsAVoterBroken || NothingTellsOfACommand;
        }

        if (IsAnyOffByHand || HungBeforeAndMayNotBeStopped(watch) || (IsStoppedByHand(watch, instance) && IsAGhostNamed))
        {
            return true;
        }

        if (scenario.Refusals.DatabaseOnTarget && scenario.Inputs.RollBackOnFailure)
        {
            return IsForgotten(watch) || IsTheOnlyVoterAndOff(watch.Node) || umpire.Nodes.Any(other => other.TouchedByHandAt > TimeSpan.MinValue);
        }

        return mayStay
            ? instance.State != Ec2State.Stopped || !watch.IsStoppedByUs || watch.RefusedStarts > 0
            : IsForgotten(watch) || (IsAVoterForgotten && watch.NotLevelSince is null);
    }

    /// <summary>Where no voter can be spared none serves without the one that the command broke.</summary>
    private bool IsAVoterBroken => umpire.MayBeDown
        && umpire.Nodes.Any(watch => watch.Node is { CanStart: false, IsReadOnlyReplica: false });

    /// <summary>
    /// Without state and tags nothing tells a run that begins that it was a command that left a database down: it refuses to begin.
    /// </summary>
    private bool NothingTellsOfACommand => scenario.Interruptions.StateLost > 0 && !scenario.Inputs.Marks;

    /// <summary>No command runs where the agent is off: the program begins nothing until whoever stopped it has started it.</summary>
    private bool IsAnyOffByHand => umpire.Commands is not null
        && umpire.Nodes.Any(watch => IsStoppedByHand(watch, model.Ec2.Of(watch.Node.Name)));

    /// <summary>A replica that hung before anything was done is stopped only with capacity held, which EC2 refuses for good.</summary>
    private bool HungBeforeAndMayNotBeStopped(NodeWatch watch) => WantsCapacityThatIsRefused
        && watch is { Node: { IsReadOnlyReplica: true, IsUp: true }, StoppedBy: null, NotLevelSince: { Ticks: 0 } };

    /// <summary>
    /// Nobody can tell a dead member that was replaced from one that is missed while a voter is off that a person stopped: until gossip
    /// forgets the dead member the program touches nothing.
    /// </summary>
    private bool IsAGhostNamed => scenario.Ghosts.Any(ghost => !ghost.SharesEndpoint && ghost.Until > umpire.Now - LongestBetweenRuns);

    private static bool IsStoppedByHand(NodeWatch watch, Ec2Instance instance) =>
        instance.State == Ec2State.Stopped && !watch.IsStoppedByUs && watch.TouchedByHandAt > TimeSpan.MinValue;

    /// <summary>What a person made it before the update came to it is what it was: it is not taken back further.</summary>
    private bool HasHandMadeType(NodeWatch watch) => scenario.TakenBackAfter is not null && watch.TouchedByHandAt > TimeSpan.MinValue;

    /// <summary>Interrupted in the middle, nothing that answers can tell a run that comes later what is to be put back.</summary>
    private bool IsTheOnlyVoterAndOff(Node node) => !node.IsUp && model.Cluster.ClusterSize == 1;

    /// <summary>A person stopped it, or an update of which nothing is left, and whoever has started since knows nothing of it.</summary>
    private bool IsForgotten(NodeWatch watch) =>
        umpire.IsForgottenByAll(watch) && (!watch.IsStoppedByUs || (scenario.Interruptions.StateLost > 0 && IsNamedNowhere(watch)));

    /// <summary>As long as a voter is not known, no other is touched.</summary>
    private bool IsAVoterForgotten => umpire.Nodes.Any(watch => !watch.Node.IsReadOnlyReplica && IsForgotten(watch));

    /// <summary>A read-only replica that only the connection string names may have left the cluster: nobody counts them.</summary>
    private bool IsNamedNowhere(NodeWatch watch) =>
        !scenario.Inputs.Marks && !umpire.IsMarked(watch) && (watch.Node.IsReadOnlyReplica || !IsASeed(watch));

    private bool IsASeed(NodeWatch watch) => !(Array.IndexOf(umpire.Nodes, watch) >= scenario.Inputs.Seeds);

    /// <summary>
    /// A person who stops an instance may want it so; one that EC2 does not start cannot be helped; and when nobody answers, only what
    /// is marked and at an address of the connection string is surely the cluster's and was stopped by an update. While another run
    /// lives, what that one stopped, or one before it, is not this one's; nor is what one stopped after this one had looked last.
    /// </summary>
    private void JudgeLeftStopped(RunEnd end)
    {
        foreach (var watch in umpire.Nodes.Where(watch => watch is { IsStoppedByUs: true, RefusedStarts: 0 } && watch.TouchedByHandAt < end.Run.BeganAt
            && (watch.StoppedBy == end.Run || (aws.LiveRuns.Count == 0 && end.Reason is not FailureReason.TakenOver
                && NodeWatch.CouldBeKnown(watch.NotLevelSince, end.Run.AskedAt(watch), umpire.Now)))))
        {
            if ((watch.StoppedBy != end.Run && IsForgotten(watch)) || IsUnknownToARecovery(watch, end) || (end.Reason is FailureReason.ClusterUnreachable && (!umpire.IsMarked(watch) || !IsASeed(watch))))
            {
                continue;
            }

            if (model.Ec2.Of(watch.Node.Name).State is Ec2State.Stopped or Ec2State.Stopping)
            {
                umpire.Break(Rule.LeftStopped, $"{watch.Node.Name} is {model.Ec2.Of(watch.Node.Name).State}");
            }
        }
    }

    /// <summary>Without state and restore point nothing tells a recovery what an update stopped.</summary>
    private bool IsUnknownToARecovery(NodeWatch watch, RunEnd end) =>
        end.Run.Inputs!.Recovers && !umpire.IsMarked(watch) && end.State is { EventStoreNodeUpdates.Count: 0 };

    private void JudgeText(StateText? text)
    {
        try
        {
            if (text is { IsReadAsWritten: false })
            {
                umpire.Break(Rule.StateDoesNotParse, "it reads otherwise than it was written");
            }
        }
        catch (RollingUpdateException exception)
        {
            umpire.Break(Rule.StateDoesNotParse, exception.Message);
        }
    }

    private bool WantsCapacityThatIsRefused => scenario.Inputs.ReserveCapacity == CapacityPolicy.Required && scenario.Refusals.Reservations;
}
