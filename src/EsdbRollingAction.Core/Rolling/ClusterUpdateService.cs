using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// The loop. Every iteration observes, decides, saves, does at most one act, and saves again; killed at any instant it carries on from
/// what is observed.
/// </summary>
public sealed class ClusterUpdateService
{
    /// <summary>How long a refused act rests before the world is looked at again.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(1);

    private readonly RollEdges edges;
    private readonly RollSettings settings;
    private readonly TimeProvider time;
    private readonly RollKeepers keepers;
    private readonly Preparation preparation;
    private readonly ActExecutor executor;
    private readonly WorldObserver world;
    private ClusterUpdate found = new();
    private bool hasBegun;

    /// <summary>A step goes on while it only looks, or writes what it was: the next process would have to begin with that anew.</summary>
    private bool isOnlyLooking;

    /// <summary>Puts the loop together.</summary>
    /// <param name="preflight">The checks before the first act.</param>
    /// <param name="strategy">Which change is rolled.</param>
    /// <param name="edges">What it talks to.</param>
    /// <param name="settings">What the run is told.</param>
    public ClusterUpdateService(Preflight.Preflight preflight, IUpdateStrategy strategy, RollEdges edges, RollSettings settings)
    {
        (this.edges, this.settings, time) = (edges, settings, edges.Time);
        keepers = RollKeepers.Of(strategy, edges, settings);
        preparation = new Preparation(preflight, keepers, edges, settings);
        executor = new ActExecutor(edges, keepers, new Effects(strategy, settings));
        world = new WorldObserver(keepers, edges, settings);
    }

    /// <summary>Who decides: another one only where it is shown that a wrong decision would be noticed.</summary>
    internal IDecider Decider { get; init; } = new Decider();

    /// <summary>How many times longer than it should a wait takes to look again: a slow runner, or a simulated one.</summary>
    internal double Slowness
    {
        init => world.Slowness = value;
    }

    /// <summary>What was seen last.</summary>
    internal ClusterSnapshot? Last { get; private set; }

    /// <summary>Rolls until the update is done or has failed, or for one iteration.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="oneIteration">State in, one iteration, state out.</param>
    /// <param name="cancellationToken">Begin nothing new; an act in flight is finished.</param>
    /// <returns>The state as it was last remembered.</returns>
    /// <exception cref="RollingUpdateException">It could not begin or not go on; what was done is in the state file.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked before the first act, or the credentials have expired.</exception>
    public async Task<ClusterUpdate> RunAsync(ClusterUpdate start, bool oneIteration, CancellationToken cancellationToken)
    {
        var state = found = start;
        var isToBeContinued = false;
        try
        {
            state = await BeginAsync(start, cancellationToken);
            bool goesOn;
            do
            {
                (state, goesOn) = await IterateAsync(state, cancellationToken);
            }
            while (goesOn && (!oneIteration || isOnlyLooking));

            isToBeContinued = goesOn;
        }
        finally
        {
            if (!isToBeContinued)
            {
                var holdings = new Holdings(keepers, edges, settings);
                state = await holdings.ReleaseAsync(state, hasBegun ? world.Instances : null, cancellationToken);
            }
        }

        return state;
    }

    private async Task<ClusterUpdate> BeginAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        var begun = await preparation.BeginAsync(start, cancellationToken);
        hasBegun = true;
        world.Planned(begun);
        return begun.State with { LeaseId = settings.LeaseId };
    }

    private async Task<(ClusterUpdate State, bool GoesOn)> IterateAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var snapshot = await world.ObserveAsync(state, cancellationToken);
        if (world.IsDark && DarkCluster.IsOver(snapshot))
        {
            return (await BeginAfterDarkAsync(state, cancellationToken), true);
        }

        var decision = Counted(Decide(snapshot));
        cancellationToken.ThrowIfCancellationRequested();
        if (decision.Act.ChangesTheWorld && await preparation.AcquireAsync(state, cancellationToken))
        {
            // Nothing was asked for yet, and what was seen is older than the lease. A step that ended here would take it anew each time.
            isOnlyLooking = true;
            return (state, true);
        }

        isOnlyLooking = IsOnlyLooking(decision);
        keepers.Memory.Save(decision, snapshot);
        edges.Reporter.Decided(decision with { Now = snapshot.Nodes }, snapshot.At);
        switch (decision.Act)
        {
            case Act.Finish or Act.Pause or Act.EndForNow { Reason: null }:
                return (decision.State, false);
            case Act.EndForNow { Reason: { } reason }:
                var isMidway = snapshot.Seen.Refusal is { IsMidway: true } refusal && refusal.Reason == reason;
                var other = snapshot.Seen.Lease.LostTo?.Owner;
                throw new RollingUpdateException(reason, decision.Why) { IsMidway = isMidway, OtherRun = other };
            case Act.PlanAgain:
                return (await PlanAgainAsync(decision, cancellationToken), true);
            case Act.Wait wait:
                await WaitAsync(decision, wait.For, cancellationToken);
                return (decision.State, true);
            default:
                return (await ActAsync(decision, cancellationToken), true);
        }
    }

    private static bool IsOnlyLooking(Decision decision) =>
        decision.Rule is EndOfRun.NoNodeMayBeGoingDown or nameof(SafetyRules.LeaseIsHeld) or nameof(AutoScavengeRule.AutoScavengeIsPaused)
        || decision.Act is Act.WriteRestorePoint or Act.RemoveRestorePoint or Act.PauseAutoScavenge or Act.LeaveAutoScavenge;

    /// <summary>What the observation settles is decided upon before anything is done.</summary>
    private Decision Decide(ClusterSnapshot snapshot)
    {
        (Last, var decision) = Decider.Settle(snapshot, world.Current);
        return decision;
    }

    private async Task<ClusterUpdate> ActAsync(Decision decision, CancellationToken cancellationToken)
    {
        // Saving takes a moment, in which the program may have been asked to end.
        if (cancellationToken.IsCancellationRequested)
        {
            Remember(decision.WithoutAsking);
            cancellationToken.ThrowIfCancellationRequested();
        }

        var (after, isRefused) = await DoAsync(decision, cancellationToken);
        Remember(after);
        if (isRefused)
        {
            await Task.Delay(AfterRefusal, time, cancellationToken);
        }

        return after;
    }

    private async Task<(ClusterUpdate After, bool IsRefused)> DoAsync(Decision decision, CancellationToken cancellationToken)
    {
        try
        {
            return await executor.DoAsync(decision, world, settings, cancellationToken);
        }
        catch (InstanceException)
        {
            Remember(decision.WithoutAsking);
            throw;
        }
    }

    private void Remember(ClusterUpdate after)
    {
        keepers.Memory.Save(after);
        edges.Reporter.Acted(after);
    }

    /// <summary>Where nobody answers the node waits, as it would for anything else.</summary>
    private async Task<ClusterUpdate> PlanAgainAsync(Decision decision, CancellationToken cancellationToken)
    {
        try
        {
            var begun = await preparation.PlanAgainAsync(decision.State, world.ClusterSize, cancellationToken);
            world.Planned(begun);
            keepers.Memory.Save(begun.State);
            return begun.State;
        }
        catch (RollingUpdateException exception) when (decision.Node is not null)
        {
            edges.Reporter.Refused(decision, exception.Message, time.GetUtcNow());
            await Task.Delay(AfterRefusal, time, cancellationToken);
            return decision.State;
        }
    }

    /// <summary>A node answers: now it can be asked who belongs to the cluster.</summary>
    private async Task<ClusterUpdate> BeginAfterDarkAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        try
        {
            // A state that was never begun knows more nodes than the restore points that were gone by.
            var knowsMore = found.EventStoreNodeUpdates.Count > state.EventStoreNodeUpdates.Count;
            return await BeginAsync(knowsMore ? found : state, cancellationToken);
        }
        catch (RollingUpdateException refusal)
        {
            var started = state.EventStoreNodeUpdates.Where(node => node.StartRequestedAt is not null).Select(node => node.Ec2InstanceId);
            throw refusal.Saying($"{string.Join(" and ", started)} was started; nothing else was changed.");
        }
    }

    /// <summary>Ends as soon as something can be done, or the phase changes, and at the latest when the iteration is over.</summary>
    private async Task WaitAsync(Decision decision, Awaited awaited, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + settings.IterationInterval;
        while (until - time.GetUtcNow() is { Ticks: > 0 } left
            && await world.ProbeAsync(decision, awaited, left, cancellationToken) is { } probed)
        {
            var next = Decide(probed);
            if (next.Act is not Act.Wait || next.Node?.Phase > decision.Node?.Phase)
            {
                return;
            }
        }
    }

    private static Decision Counted(Decision decision)
    {
        if (decision is not { Node: { IsDone: false } node, CountsNoIteration: false })
        {
            return decision;
        }

        var counted = node.Counting(decision.SparesTheLimit);
        var unasked = decision.Unasked?.Counting(decision.SparesTheLimit);
        return decision with { State = decision.State.With(counted), Node = counted, Unasked = unasked };
    }
}
