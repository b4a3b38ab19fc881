using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>
/// When the node that an interrupted update stopped is the only one whose address is known, nobody can be asked who belongs to
/// the cluster until it is on again. What was begun with it is finished; then the update goes on from there.
/// </summary>
/// <param name="preflight">Knows which instances are at the addresses of the connection string.</param>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="control">EC2, and who knows of other runs.</param>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="settings">What the roll is told besides its state.</param>
/// <param name="reporter">Is told what is started, and why.</param>
/// <param name="time">The clock.</param>
internal sealed class Revival(
    Preflight preflight,
    IClusterNodes nodes,
    InstanceControl control,
    IUpdateStrategy strategy,
    RollSettings settings,
    IUpdateReporter reporter,
    TimeProvider time)
{
    /// <summary>A stop, a start and a boot, and until it is sure that whoever stopped it has ended; what takes longer is for a person to look at.</summary>
    private static readonly TimeSpan Patience = RunLock.SurelyEndedAfter + TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> started = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Times, DateTimeOffset At)> starts = new(StringComparer.Ordinal);
    private ClusterUpdate state = new();
    private DateTimeOffset until;
    private bool hasGivenUp;
    private string? said;

    /// <summary>Whether something was started.</summary>
    public bool HasStarted => started.Count > 0;

    /// <summary>What was started, a sentence.</summary>
    public string Told => $"{string.Join(" and ", started.Values)}; nothing else was changed.";

    /// <summary>Does nothing where a node answers, or no update is known to have stopped one.</summary>
    /// <returns>The state; a node that did not start as it was to be is on its way back in it.</returns>
    /// <exception cref="InstanceException">The credentials have expired or there are none.</exception>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.ClusterUnreachable"/>: what was started does not answer.
    /// </exception>
    public async Task<ClusterUpdate> ReviveAsync(ClusterUpdate begin, CancellationToken cancellationToken)
    {
        state = begin;
        var mayShowLateUntil = time.GetUtcNow() + Pace.ReadsMayBeStale;
        until = time.GetUtcNow() + Patience;
        while (!hasGivenUp && await AskAsync(cancellationToken) is var asked && !asked.Any(gossip => gossip.Answer is not null))
        {
            if (asked.Any(gossip => gossip.IsForGood))
            {
                // Who is there and cannot be talked to cannot later either: what an update left off is started, then the checks refuse.
                await BringBackAsync(mayShowLateUntil: time.GetUtcNow(), cancellationToken);
                break;
            }

            hasGivenUp = time.GetUtcNow() >= until;
            if (hasGivenUp && started.Count > 0)
            {
                throw new RollingUpdateException(
                    FailureReason.ClusterUnreachable,
                    $"No node answers, {Patience.TotalMinutes:0} min after {string.Join(" and ", started.Values)}. Look at the database there and run again when it answers.");
            }

            if (hasGivenUp || !await BringBackAsync(mayShowLateUntil, cancellationToken))
            {
                break;
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        return state;
    }

    private Task<AskedGossip[]> AskAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(settings.Seeds.Select(seed => nodes.GossipAsync(seed, cancellationToken)));

    /// <summary>Whether there is something to wait for. Until then a read may be older than the mark of an instance that is at a node's address.</summary>
    private async Task<bool> BringBackAsync(DateTimeOffset mayShowLateUntil, CancellationToken cancellationToken)
    {
        var isAnythingOurs = false;
        Instance? starting = null;
        try
        {
            foreach (var instance in await preflight.InstancesOfSeedsAsync(cancellationToken))
            {
                var isOurs = await WasStoppedByAnUpdateAsync(instance, cancellationToken);
                isAnythingOurs |= isOurs ?? true;
                isAnythingOurs |= instance.Mark is null && settings.Run is not null && time.GetUtcNow() < mayShowLateUntil;
                if (isOurs == true && instance.State is InstanceState.Stopped && !started.ContainsKey(instance.Id))
                {
                    starting = instance;
                    await FinishAsync(instance, cancellationToken);
                }
                else if (isOurs == true && instance.State is InstanceState.Stopped)
                {
                    starting = instance;
                    await StartAgainAsync(instance, cancellationToken);
                }
            }
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            var mayPass = exception.Kind is InstanceErrorKind.Transient or InstanceErrorKind.LookAgain or InstanceErrorKind.Capacity;
            Say($"No node answers, and {(starting is null ? "EC2 does not tell whether an update stopped one" : $"{starting.Id}, which an update stopped, could not be started")}: {exception.Message}"
                + (mayPass ? $" Trying again until {until:HH:mm:ss}Z." : ""));
            return mayPass;
        }

        return isAnythingOurs;
    }

    /// <summary>The same is not said again every few seconds.</summary>
    private void Say(string what)
    {
        if (said != what)
        {
            said = what;
            reporter.Notice(what);
        }
    }

    /// <summary>EC2 may undo a start that it accepted.</summary>
    private async Task StartAgainAsync(Instance instance, CancellationToken cancellationToken)
    {
        var (times, at) = starts.GetValueOrDefault(instance.Id, (0, time.GetUtcNow()));
        if (Pace.IsRecent(at, Pace.ReadsMayBeStale, time.GetUtcNow()))
        {
            return;
        }

        if (times >= UndoneStart.MostStarts(instance.StateReason))
        {
            var told = instance.StateReason is { } reason ? $" {UndoneStart.Told(reason)}" : "";
            throw new RollingUpdateException(
                FailureReason.ClusterUnreachable,
                $"No node answers: {instance.Id} was started {times} times and was off again each time.{told} It is off now.");
        }

        await StartAsync(instance.Id, cancellationToken);
    }

    private async Task StartAsync(string id, CancellationToken cancellationToken)
    {
        await control.Instances.StartAsync(id, cancellationToken);
        starts[id] = (starts.GetValueOrDefault(id).Times + 1, time.GetUtcNow());
    }

    private async Task FinishAsync(Instance instance, CancellationToken cancellationToken)
    {
        var node = state.EventStoreNodeUpdates.FirstOrDefault(node => node.Ec2InstanceId == instance.Id)
            ?? new NodeUpdate { Ec2InstanceId = instance.Id, OriginalInstanceType = NodeMark.Parse(instance.Mark)?.OriginalType };
        var isAsWanted = strategy.IsAsWanted(node, instance);
        var how = isAsWanted ? $"{instance.Id} was started with type {instance.Type}" : $"{instance.Id} was started, {strategy.Describe(node, instance)}";
        reporter.Notice($"No node answers, and {instance.Id} was stopped by an update that did not end: it is started{(isAsWanted ? "" : $", {strategy.Describe(node, instance)}")}.");
        var before = isAsWanted ? (settings.RollBackOnFailure ? node.OriginalInstanceType : null) : instance.Type;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (isAsWanted ? Task.CompletedTask : strategy.ApplyAsync(node, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            await StartAsync(instance.Id, cancellationToken);
        }
        catch (InstanceException exception) when (before is not null && (!isAsWanted || before != instance.Type)
            && exception.Kind is not (InstanceErrorKind.Transient or InstanceErrorKind.LookAgain) && !exception.IsAboutCredentials)
        {
            reporter.Notice($"{exception.Message} {instance.Id} is started as it was before the update, {before}.");
            await control.Instances.SetTypeAsync(instance.Id, before, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await StartAsync(instance.Id, cancellationToken);
            state = state.With(DidNotStart(node, exception));
            how = $"{instance.Id} was started as it was before the update, {before}";
        }

        started[instance.Id] = node.OriginalInstanceType is { } original ? $"{how} (before the update: {original})" : how;
    }

    /// <summary>Without this it would be stopped again at once, to fail again.</summary>
    private NodeUpdate DidNotStart(NodeUpdate node, InstanceException refusal)
    {
        var reason = refusal.Kind is InstanceErrorKind.Capacity ? FailureReason.InsufficientCapacity : FailureReason.InstanceStartFailed;
        return settings.RollBackOnFailure && RollBack.IsPossible(node)
            ? RollBack.Begin(node, reason, refusal.Message)
            : node with { NodeUpdateStatus = UpdateStatus.Failed, FailureReason = reason, FailureMessage = refusal.Message, FinishedAt = time.GetUtcNow(), LastStartTried = true };
    }

    /// <summary>
    /// A read may be older than the stop: one that runs and does not answer is waited for. Another run that lives brings it back
    /// itself; null while nobody can tell whether it does.
    /// </summary>
    private async Task<bool?> WasStoppedByAnUpdateAsync(Instance instance, CancellationToken cancellationToken)
    {
        if (NodeMark.Parse(instance.Mark) is not { } mark)
        {
            // An update that was begun brings back whatever of its nodes is off; a node that was given up may have been left so.
            return state.EventStoreNodeUpdates.FirstOrDefault(node => node.Ec2InstanceId == instance.Id) is { } node
                && (state.StartedAt is not null ? node.NodeUpdateStatus != UpdateStatus.Success
                    : node.NodeUpdateStatus == UpdateStatus.InProgress && (node.StopRequestedAt is not null || node.IsOnItsWay));
        }

        return mark.Run == settings.Run || settings.TakeOver ? true
            : await RunLock.HasEndedAsync(mark, control.OtherRuns, time.GetUtcNow(), cancellationToken)
            ?? (Pace.IsRecent(mark.At, RunLock.SurelyEndedAfter, time.GetUtcNow()) ? null : true);
    }
}
