using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// The state machine. Every iteration observes, decides, remembers, does at most one act, and remembers again; killed at
/// any instant it carries on from what is observed.
/// </summary>
/// <param name="preflight">The checks before the first act.</param>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="control">EC2.</param>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="file">Where the state is remembered.</param>
/// <param name="settings">What the roll is told besides its state.</param>
/// <param name="reporter">Who is told what happens.</param>
/// <param name="time">The clock.</param>
public sealed class ClusterUpdateService(
    Preflight preflight,
    IClusterNodes nodes,
    InstanceControl control,
    IUpdateStrategy strategy,
    IStateStore file,
    RollSettings settings,
    IUpdateReporter reporter,
    TimeProvider time)
{
    /// <summary>How long a refused act rests before the world is looked at again.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(1);

    private bool hasWritten;
    private bool isUnwritten;
    private bool isHeldForAnother;
    private bool goesOn;
    private readonly RunLock runLock = new(control, settings, reporter, time);
    private readonly KnownCapacity capacity = new(control.Capacity, time);

    private readonly ClusterObserver cluster = new(nodes, settings.MaxReplicationLagBytes, time);

    private Beginning Beginning => field ??= new Beginning(
        preflight, new Revival(preflight, nodes, control, strategy, settings, reporter, time), runLock, Held, file, settings, reporter);

    private HeldCapacity Held => field ??= new HeldCapacity(capacity, runLock, settings, reporter, time);

    /// <summary>Who decides: another one only where it is shown that a wrong decision would be noticed.</summary>
    internal IDecider Decider { get; init; } = new Decider(strategy, settings);

    /// <summary>How many times longer than it should a wait takes to look again: a slow runner, or a simulated one.</summary>
    internal double Slowness { get; init; } = 1;

    /// <summary>Rolls until the update is done or given up, or for one iteration.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="oneIteration">State in, one iteration, state out.</param>
    /// <param name="cancellationToken">Begin nothing new; an act in flight is finished.</param>
    /// <returns>The state as it was last remembered.</returns>
    /// <exception cref="RollingUpdateException">It could not begin or not go on; what was done is in the state file.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked before the first act, or the credentials have expired.</exception>
    public async Task<ClusterUpdate> RunAsync(ClusterUpdate start, bool oneIteration, CancellationToken cancellationToken)
    {
        var begun = await Beginning.BeginAsync(start, cluster, cancellationToken);
        var state = begun.State;
        var world = new WorldObserver(cluster, control.Instances, capacity, settings, time) { ClusterSize = begun.ClusterSize, Predecessors = runLock.Predecessors, Refusal = begun.Refusal, Slowness = Slowness };
        var acting = new Acting(new Actor(nodes, control, capacity, strategy), new Outcomes(settings), settings, reporter, time);
        var isKept = false;
        try
        {
            do
            {
                state = await IterateAsync(state, world, acting, cancellationToken);
            }
            while (state.FinishedAt is null && (!oneIteration || goesOn));

            isKept = state.FinishedAt is null;
            return state;
        }
        finally
        {
            if (!isKept && !isHeldForAnother)
            {
                await Held.GiveBackAsync(state, cancellationToken);
            }
        }
    }

    private async Task<ClusterUpdate> IterateAsync(ClusterUpdate state, WorldObserver world, Acting acting, CancellationToken cancellationToken)
    {
        var seen = await world.ObserveAsync(state, cancellationToken);
        var decision = Counted(Decider.Decide(state, seen));
        goesOn = Marking.IsAll(decision) || decision.Rule is Updating.Decider.MayBeGoingDown;
        isHeldForAnother = decision.Act is Act.Finish ? RunLock.Taken(decision.State, seen, settings) is { Mark.TookOverAt: not null } : CapacityStep.MayBeHeldForAnother(decision, seen);
        cancellationToken.ThrowIfCancellationRequested();
        Remember(decision.State, TakesDown(decision));
        reporter.Decided(decision, seen.At);
        switch (decision.Act)
        {
            case Act.Finish:
                return decision.State;
            case Act.EndForNow { Reason: FailureReason.TakenOver }:
                if (!await runLock.GoesOnAsync(decision.State, seen, cancellationToken))
                {
                    throw new RollingUpdateException(FailureReason.TakenOver, decision.Why);
                }

                (isHeldForAnother, goesOn, world.Predecessors) = (false, true, runLock.Predecessors);
                return decision.State;
            case Act.EndForNow { Reason: var reason }:
                throw new RollingUpdateException(reason, decision.Why) { IsMidway = seen.Refusal is { IsMidway: true } refusal && refusal.Reason == reason };
            case Act.PlanAgain:
                return await PlanAgainAsync(decision, world, cancellationToken);
            case Act.Wait wait:
                await WaitAsync(decision, wait.For, world, cancellationToken);
                return decision.State;
            default:
                // Remembering takes a moment, in which the program may have been asked to end.
                cancellationToken.ThrowIfCancellationRequested();
                var (after, andThen) = await acting.DoAsync(decision, world, cancellationToken);
                Remember(after, begins: false);
                reporter.Acted(after);
                if (andThen == AndThen.Rest)
                {
                    await Task.Delay(AfterRefusal, time, cancellationToken);
                }

                return andThen == AndThen.DoWithout ? await IterateAsync(after, world, acting, cancellationToken) : after;
        }
    }

    /// <summary>Where nobody answers the node waits, as it would for anything else.</summary>
    private async Task<ClusterUpdate> PlanAgainAsync(Decision decision, WorldObserver world, CancellationToken cancellationToken)
    {
        try
        {
            var begun = await Beginning.BeginAgainAsync(decision.State, world.ClusterSize, cluster, cancellationToken);
            world.Planned(begun);
            Remember(begun.State, begins: false);
            return begun.State;
        }
        catch (RollingUpdateException exception) when (decision.Node is not null && exception.Reason is FailureReason.ClusterUnreachable or FailureReason.AwsUnreachable)
        {
            reporter.Refused(decision, exception.Message, time.GetUtcNow());
            await Task.Delay(AfterRefusal, time, cancellationToken);
            return decision.State;
        }
    }

    /// <summary>
    /// A file that could be written once and cannot any more is no bad input. Nothing is begun that is not remembered, but a node
    /// that is down is brought back all the same: what is observed is enough for that.
    /// </summary>
    private void Remember(ClusterUpdate state, bool begins)
    {
        try
        {
            file.Write(state);
            hasWritten = true;
        }
        catch (RollingUpdateException exception) when (hasWritten)
        {
            if (begins || !state.EventStoreNodeUpdates.Any(MayBeOff))
            {
                throw new RollingUpdateException(FailureReason.StateNotSaved, exception.Message, exception);
            }

            if (!isUnwritten)
            {
                reporter.Warn($"{exception.Message} The node that is worked on is brought back first, then this run ends.");
                isUnwritten = true;
            }
        }
    }

    private bool MayBeOff(NodeUpdate node) => node.IsOnItsWay || node.NodeUpdateStatus == UpdateStatus.Failed
        || Pace.IsRecent(GivingUp.LastTakenDown(node, time.GetUtcNow()), Pace.ReadsMayBeStale, time.GetUtcNow());

    /// <summary>Whether something that is well is touched.</summary>
    private static bool TakesDown(Decision decision) => decision.Act is Act.StopInstance or Act.SetPriority or Act.Resign;

    private static Decision Counted(Decision decision)
    {
        // The time that another run takes to bring it back is not the node's.
        if (decision.Node is not { IsDone: false } node || decision.Rule == RunLock.LeftToTaker)
        {
            return decision;
        }

        var counted = node with { UpdateIterations = node.UpdateIterations + 1 };
        return decision with { State = decision.State.With(counted), Node = counted };
    }

    /// <summary>Ends as soon as something can be done, or the phase changes, and at the latest when the iteration is over.</summary>
    private async Task WaitAsync(Decision decision, Awaited awaited, WorldObserver world, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + settings.IterationInterval;
        while (until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            var seen = await world.ProbeAsync(decision.State, decision.Node!, awaited, left, cancellationToken);
            var next = Decider.Decide(decision.State, seen);
            if (next.Act is not Act.Wait || next.Node!.Phase > decision.Node!.Phase)
            {
                return;
            }
        }
    }
}
