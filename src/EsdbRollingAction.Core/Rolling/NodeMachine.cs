using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// The state machine of one node, the same for the update, for a rollback, and for bringing a node up as it is: only the goal
/// differs. The phase is read from what is observed; what comes next follows from the phase.
/// </summary>
internal static class NodeMachine
{
    /// <summary>Where the node is.</summary>
    public static NodePhase PhaseOf(NodeView node, ClusterSnapshot cluster) => node switch
    {
        { Entry.NodeUpdateStatus: UpdateStatus.Success } => NodePhase.Success,
        { Instance: null } => node.WasBegun ? node.Entry.Phase : NodePhase.Waiting,
        { Instance.State: InstanceState.Terminated or InstanceState.ShuttingDown } => NodePhase.Failed,
        { Instance.State: InstanceState.Stopping } => NodePhase.Stopping,
        { Instance.State: InstanceState.Stopped } => StepWhileOff(node, cluster)?.Phase ?? NodePhase.Starting,
        { Instance.State: InstanceState.Pending, IsAsWanted: false } => NodePhase.Starting,
        { IsStartPending: true, IsDown: true } => NodePhase.Starting,
        { IsAsWanted: false } when StepUnderWay(node, cluster) is { } step => step.Phase,
        { IsAsWanted: false } or { IsHanging: true } => NodePhase.Waiting,
        { Own: null, Entry.Bake: not null } when node.SilentFor < Timings.RestartsByItself => NodePhase.Baking,
        { Own: null } or { IsOldProcess: true } => NodePhase.Starting,
        { Level.Holds: false, Entry.Bake: not null } when Baking.Broken(node) is null => NodePhase.Baking,
        { Level.Holds: false } => NodePhase.CatchingUp,
        { IsLowered: true } when !OldLeader.Keeps(node, cluster) => NodePhase.CaughtUp,
        _ => Baking.IsOver(node, cluster) ? NodePhase.Success : NodePhase.Baking,
    };

    /// <summary>What comes next for a node that is off or on its way.</summary>
    public static Decision Next(NodeView node, ClusterSnapshot cluster)
    {
        var phase = node.Phase;
        return phase switch
        {
            _ when node.Instance is null => Await(Awaited.Instance, NotShown(node, cluster)),
            _ when RescueStep(node, cluster) is { } step => Do(step, node, cluster),
            _ when Baking.Broken(node) is { } broken => Baking.BeginAgain(node, cluster, broken),
            NodePhase.Failed => NeverComesBack(node, cluster),
            NodePhase.Stopping when node.Instance.State is InstanceState.Stopping =>
                Await(Awaited.Instance, $"{node.InstanceId} is stopping"),
            NodePhase.Stopping or NodePhase.Changing => Do(NextStep(node, cluster)!, node, cluster),
            NodePhase.Starting when node.Instance.State is InstanceState.Stopped => Start(node, cluster),
            NodePhase.Starting => Await(Awaited.Node, $"{node.InstanceId} or the database on it is starting"),
            NodePhase.CatchingUp => CatchingUp.Wait(node, cluster),
            NodePhase.Baking => Baking.GoOn(node, cluster),
            _ => GivePriorityBack(node, cluster),
        };

        Decision Await(Awaited what, string why) => Decision.Wait(node, cluster, phase, new(what, why));
    }

    /// <summary>
    /// Whether the node is off or on its way, by our doing or somebody else's. When the run is ending only what was taken down counts,
    /// until it is started again or cannot be.
    /// </summary>
    public static bool IsUnderWay(NodeView node, ClusterSnapshot cluster) => node.Goal switch
    {
        NodeGoal.AsIs => IsToBringUp(node, cluster),
        _ => !node.Entry.IsDone && node.Phase is not (NodePhase.Waiting or NodePhase.Success),
    };

    /// <summary>Does the step of the strategy that takes the node down.</summary>
    public static Decision TakeDown(NodeView node, ClusterSnapshot cluster)
    {
        var first = cluster.Strategy.Steps.First(one => one.TakesNodeDown);
        var step = NextStep(node, cluster) ?? first;
        var entry = AlarmRule.Passed(node.Entry);

        // What the node is like now is what it can be put back to, unless it has the wanted version and is only restarted.
        var remembered = node.IsAsWanted || entry.IsRollingBack || step != first
            ? entry
            : entry with { OriginalInstanceType = entry.CurrentInstanceType, OriginalVersion = entry.CurrentVersion };
        var why = $"{step.What(node)}: {WhyItMayBeTakenDown(node, cluster)}";
        return Decision.Do(node with { Entry = remembered }, cluster, step, why);
    }

    /// <summary>What the node was is written on its instance before anything is done to it.</summary>
    public static Decision WriteRestorePoint(NodeView node, ClusterSnapshot cluster, BrokenRule missing) =>
        Decision.Do(node, cluster, NodePhase.Waiting, new(
            new Act.WriteRestorePoint(new RestorePoint
            {
                Node = node.Entry.Endpoint,
                Type = node.Entry.OriginalInstanceType,
                Version = node.Entry.OriginalVersion,
                Priority = node.Entry.OriginalNodePriority,
                Target = node.Wanted,
            }),
            $"writing a restore point on {node.InstanceId}"));

    /// <summary>The node, done.</summary>
    public static NodeUpdate Done(NodeView node, DateTimeOffset now)
    {
        var entry = node.Entry;
        return entry.IsRollingBack
            ? entry.InPhase(NodePhase.RolledBack, null, now) with
            {
                NodeUpdateStatus = UpdateStatus.Failed,
                FinishedAt = now,
                FailureMessage = $"{entry.RollBackReason} {node.Name} was put back to {entry.VersionBefore} and is level.",
            }
            : entry.InPhase(NodePhase.Success, null, now) with
            {
                NodeUpdateStatus = UpdateStatus.Success,
                StartedAt = entry.StartedAt ?? now,
                FinishedAt = now,
            };
    }

    /// <summary>A node that is done and was stopped or changed since, by a person or its machine, is worked on again.</summary>
    public static bool WasUndone(NodeView node) => node switch
    {
        { Entry.NodeUpdateStatus: not UpdateStatus.Success } or { IsStartPending: true } => false,
        { Instance.State: InstanceState.Stopped } => node.Own is null,
        _ => !node.IsAsWanted,
    };

    /// <summary>
    /// A node that is level as the update wants it, before it is taken down to be rolled back, is done after all, unless an alarm is why.
    /// Right after a start its version is what was accepted, and the answer to the change back may have been lost.
    /// </summary>
    public static bool IsLevelAfterAll(NodeView node, ClusterSnapshot cluster) =>
        node.Entry is { IsRollingBack: true, IsDone: false, FailureReason: not FailureReason.Alarm }
        && node is { Level.Holds: true, IsOldProcess: false, Instance.State: InstanceState.Running, IsStartPending: false }
        && (!node.IsLowered || OldLeader.IsMixedWithout(node, cluster))
        && node.Version == cluster.Strategy.TargetOf(node.Entry);

    /// <summary>The step that has ended and is not done, or null.</summary>
    public static ChangeStep? FailedStep(NodeView node, ClusterSnapshot cluster) =>
        NextStep(node, cluster) is { } step && step.ProgressOf(node) is StepProgress.Failed ? step : null;

    /// <summary>What the strategy does next for a node that has failed; never beside another run, and a recovery only starts.</summary>
    private static ChangeStep? RescueStep(NodeView node, ClusterSnapshot cluster) =>
        cluster is { Failed: not null, Seen.Lease.LostTo: null, Settings.OnlyRecovers: false }
        && node.Goal is NodeGoal.AsIs
        && (node.WasBegun || node.Entry.NodeUpdateStatus is UpdateStatus.Failed)
            ? cluster.Strategy.Rescue.FirstOrDefault(step => step.ProgressOf(node) is not StepProgress.Done)
            : null;

    private static ChangeStep? NextStep(NodeView node, ClusterSnapshot cluster) =>
        cluster.Strategy.Steps.FirstOrDefault(step => step.ProgressOf(node) is not StepProgress.Done);

    /// <summary>The step that an instance that is off is in. Where it must be on for the next one, it is started first.</summary>
    private static ChangeStep? StepWhileOff(NodeView node, ClusterSnapshot cluster) =>
        NextStep(node, cluster) is { TakesNodeDown: false } step ? step : null;

    /// <summary>The step that a running node is in. Before one began that takes it down, and waits for every rule, it is in none.</summary>
    private static ChangeStep? StepUnderWay(NodeView node, ClusterSnapshot cluster)
    {
        var step = NextStep(node, cluster);
        return step is { TakesNodeDown: true } && step.ProgressOf(node) is StepProgress.NotBegun ? null : step;
    }

    private static Decision Do(ChangeStep step, NodeView node, ClusterSnapshot cluster)
    {
        var why = step.Describe(node);
        return step.ProgressOf(node) is StepProgress.Running
            ? Decision.Wait(node, cluster, step.Phase, new(Awaited.Node, why)) with
            {
                CountsNoIteration = step.IsGivenUntil(node) is not null,
                GivesUpAt = step.IsGivenUntil(node),
            }
            : Decision.Do(node, cluster, step, why);
    }

    private static Decision NeverComesBack(NodeView node, ClusterSnapshot cluster)
    {
        var what = $"{FailureText.HowItIsLeft(node)}{Reason(node)}";
        return Limits.Fail(node, cluster, FailureReason.InstanceStartFailed, what);
    }

    private static Decision Start(NodeView node, ClusterSnapshot cluster)
    {
        if (node.Goal is not NodeGoal.AsIs && IsPausing(node, cluster))
        {
            var pause = $"EC2 has no capacity for {node.InstanceId} now; trying again";
            return Decision.Wait(node, cluster, NodePhase.Waiting, new(Awaited.Instance, pause));
        }

        var why = node switch
        {
            { Goal: NodeGoal.AsIs } => $"{node.Name} is not left stopped",
            { Entry.StartRequestedAt: not null } => $"{node.InstanceId} was started and is off again.{Reason(node)} It is started again",
            { Version: var version } when version == node.Entry.VersionBefore => $"{node.InstanceId} is stopped",
            _ => $"{node.InstanceId} is stopped and changed",
        };
        return Decision.Do(node, cluster, NodePhase.Starting, new(new Act.StartInstance(), why));
    }

    /// <summary>Between two requests for capacity that EC2 does not have.</summary>
    public static bool IsPausing(NodeView node, ClusterSnapshot cluster) => node.Entry.NoCapacitySince is not null
        && Timings.IsRecent(node.Entry.PhaseSince, Timings.CapacityPause, cluster.At);

    private static Decision GivePriorityBack(NodeView node, ClusterSnapshot cluster)
    {
        var back = Act.SetPriority.Back(node);
        return Decision.Do(node, cluster, NodePhase.CaughtUp, new(back, $"giving {node.Name} its priority {back.Priority} back"));
    }

    private static bool IsToBringUp(NodeView node, ClusterSnapshot cluster) => node switch
    {
        _ when cluster.At >= cluster.GivesUpAt => false,
        { Instance: null } => node.WasBegun || cluster is { Settings.OnlyRecovers: true, Seen.InstancesProblem: not null },
        { Instance.IsGoing: true } => false,
        _ when RescueStep(node, cluster) is not null => true,
        { Instance.State: InstanceState.Stopped or InstanceState.Stopping } =>
            (node.WasBegun || cluster is { Failed: not null, Settings.OnlyRecovers: false }) && MayStart(node),
        { WasBegun: true, IsDown: true } => node.IsStartPending || (cluster.Settings.OnlyRecovers && !node.Answers),
        _ => false,
    };

    /// <summary>Once, and again while EC2 undoes it for a reason that passes.</summary>
    private static bool MayStart(NodeView node) =>
        !node.Entry.LastStartTried || (node.Entry.StartRequestedAt is not null && !Limits.HasStartedEnough(node));

    private static string WhyItMayBeTakenDown(NodeView node, ClusterSnapshot cluster)
    {
        if (cluster.Leader is null || node.IsOutForEverybody)
        {
            return $"{node.Name} is down for everybody";
        }

        var illness = node.Entry.OutOfService is { WriterCheckpoint: null } ? $"{node.Name} serves nobody, " : "";
        return $"{illness}{cluster.Leader.Name} leads, every other voter is level";
    }

    private static string NotShown(NodeView node, ClusterSnapshot cluster) =>
        cluster.Seen.InstancesProblem ?? $"EC2 does not show {node.InstanceId} in this read";

    private static string Reason(NodeView node) => node.Instance?.StateReason is { } reason ? $" {StartFailure.Explain(reason)}" : "";
}
