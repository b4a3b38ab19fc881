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

    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(10);

    /// <summary>A cancelled job is killed soon.</summary>
    private static readonly TimeSpan PatienceWhenCancelled = TimeSpan.FromSeconds(1.5);

    private bool hasWritten;
    private bool isUnwritten;
    private bool isTakenOver;
    private bool isAboutMarks;
    private readonly RunLock runLock = new(control, settings, reporter, time);
    private readonly KnownCapacity capacity = new(control.Capacity, time);

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
        try
        {
            return await RollAsync(start, oneIteration, cancellationToken);
        }
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.PreflightRefused or FailureReason.ClusterUnreachable && start.StartedAt is not null)
        {
            await GiveBackWhatWasLeftAsync(start, cancellationToken);
            throw;
        }
    }

    private async Task<ClusterUpdate> RollAsync(ClusterUpdate start, bool oneIteration, CancellationToken cancellationToken)
    {
        var cluster = new ClusterObserver(nodes, settings.MaxReplicationLagBytes);
        (start, var report) = await CheckAsync(start, cluster, cancellationToken);
        reporter.Checked(report.Checks);
        report.RefuseUnlessAllHold();
        var state = Approval.Check(start, report, settings.ExpectedPlanDigest);
        reporter.Planned(state);
        var endedRuns = await runLock.EndedRunsAsync(state, cancellationToken);
        var world = new WorldObserver(cluster, control.Instances, capacity, settings, time) { ClusterSize = report.ClusterSize, EndedRuns = endedRuns, Slowness = Slowness };
        var acting = new Acting(new Actor(nodes, control, capacity, strategy), new Outcomes(settings), settings, reporter, time);
        var goesOn = false;
        try
        {
            do
            {
                state = await IterateAsync(state, world, acting, cancellationToken);
            }
            while (state.FinishedAt is null && (!oneIteration || isAboutMarks));

            goesOn = state.FinishedAt is null;
            return state;
        }
        finally
        {
            // What is held is held for whoever took over.
            if (!goesOn && !isTakenOver)
            {
                await GiveBackAsync(state, cancellationToken);
            }
        }
    }

    private async Task<(ClusterUpdate Start, PreflightReport Report)> CheckAsync(ClusterUpdate start, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var revival = new Revival(preflight, nodes, control, strategy, settings, reporter, time);
        start = await revival.ReviveAsync(start, cancellationToken);
        try
        {
            return (start, await OnceAsync());
        }
        catch (RollingUpdateException exception) when (exception.Reason == FailureReason.ClusterUnreachable)
        {
            // The only node that is named may have answered just before it was down.
            start = await revival.ReviveAsync(start, cancellationToken);
            if (!revival.HasStarted)
            {
                throw;
            }

            return (start, await OnceAsync());
        }

        Task<PreflightReport> OnceAsync() =>
            preflight.CheckAsync(Approval.LookAgain(start, settings.ExpectedPlanDigest), cluster, isPlan: false, cancellationToken);
    }

    private async Task<ClusterUpdate> IterateAsync(ClusterUpdate state, WorldObserver world, Acting acting, CancellationToken cancellationToken)
    {
        var seen = await world.ObserveAsync(state, cancellationToken);
        var decision = Counted(Decider.Decide(state, seen));
        isAboutMarks = Marking.IsAll(decision);
        cancellationToken.ThrowIfCancellationRequested();
        Remember(decision.State, TakesDown(decision));
        reporter.Decided(decision, seen.At);
        switch (decision.Act)
        {
            case Act.Finish:
                return decision.State;
            case Act.EndForNow { Reason: FailureReason.TakenOver } when await runLock.HasEndedAsync(state, seen, cancellationToken) is { } ended:
                world.EndedRuns = new HashSet<string>(world.EndedRuns, StringComparer.Ordinal) { ended };
                return decision.State;
            case Act.EndForNow { Reason: var reason }:
                isTakenOver = reason == FailureReason.TakenOver;
                throw new RollingUpdateException(reason, decision.Why);
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

    /// <summary>Capacity that is held costs money: however the run ends, it is given back. What could not be is found by the next run.</summary>
    private async Task GiveBackAsync(ClusterUpdate state, CancellationToken cancelled)
    {
        using var patience = new CancellationTokenSource(cancelled.IsCancellationRequested ? PatienceWhenCancelled : PatienceAtTheEnd, time);
        try
        {
            await capacity.ReleaseAllAsync(
                [.. state.EventStoreNodeUpdates.Select(node => node.Ec2InstanceId).OfType<string>()],
                (id, why) => reporter.Warn($"{id} could not be given back ({why}). The next run does it; without one it ends by itself within six hours."),
                patience.Token);
        }
        catch (Exception exception) when (exception is InstanceException or OperationCanceledException)
        {
            reporter.Warn($"Whether capacity is still held could not be looked up ({exception.Message}). The next run does it; what is held ends by itself within six hours.");
        }
    }

    /// <summary>A run that may not begin gives back what one that was killed holds; not what one that lives does.</summary>
    private async Task GiveBackWhatWasLeftAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        try
        {
            await runLock.EndedRunsAsync(state, cancellationToken);
            await capacity.LookAsync([.. state.EventStoreNodeUpdates.Select(node => node.Ec2InstanceId).OfType<string>()], cancellationToken);
        }
        catch (Exception exception) when (exception is InstanceException or RollingUpdateException)
        {
            reporter.Warn($"Whether capacity is still held was not looked up: {exception.Message}");
            return;
        }

        await GiveBackAsync(state, cancellationToken);
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
        if (decision.Node is not { IsDone: false } node)
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
