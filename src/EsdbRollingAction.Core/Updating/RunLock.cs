using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>One run works on a cluster at a time. Two would each believe that a node can be spared.</summary>
/// <param name="control">EC2, and who knows of other runs.</param>
/// <param name="settings">Says which run this is, and whether it takes over.</param>
/// <param name="reporter">Is told whose work is carried on.</param>
/// <param name="time">The clock.</param>
internal sealed class RunLock(InstanceControl control, RollSettings settings, IUpdateReporter reporter, TimeProvider time)
{
    /// <summary>The rule that leaves a node that is off to the run that took over.</summary>
    public const string LeftToTaker = nameof(LeftToTaker);

    /// <summary>A run that lives renews its mark once a minute; this allows for a slow call and another clock.</summary>
    public static readonly TimeSpan SurelyEndedAfter = TimeSpan.FromMinutes(5);

    /// <summary>A mark that a run which lives leaves on what it works at is not older: it is renewed, the answer is slow, and the read is old.</summary>
    public static readonly TimeSpan RenewedWithin = Marking.RefreshAfter + (2 * Pace.ReadsMayBeStale);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>The runs that left marks and have ended, or are taken over from.</summary>
    public Predecessors Predecessors { get; private set; } = Predecessors.None;

    /// <summary>Looks who is here, before anything is begun.</summary>
    /// <param name="state">Which instances are the cluster's.</param>
    /// <param name="takesOver">Whether nobody is asked whether the runs that left marks live.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.Locked"/>: another run works on the cluster.</exception>
    public async Task EnterAsync(ClusterUpdate state, bool takesOver, CancellationToken cancellationToken)
    {
        Predecessors = Predecessors.Entering(time.GetUtcNow(), takesOver && settings.Run is not null);
        var watched = new List<(string Id, NodeMark Mark)>();
        foreach (var (id, mark) in settings.Run is null ? [] : Newest(await OthersAsync(state, cancellationToken)))
        {
            switch (takesOver ? true : await HasEndedAsync(mark, control.OtherRuns, time.GetUtcNow(), cancellationToken))
            {
                case false:
                    throw Locked(state, id, mark);
                case true:
                    Predecessors = Predecessors.And(mark);
                    reporter.Notice($"{Name(state, id)} is marked by {mark.Run}, which {(takesOver ? "is taken over from" : "has ended")}; this run carries on from there.");
                    break;
                default:
                    watched.Add((id, mark));
                    break;
            }
        }

        if (watched.Count > 0 && await RenewedAsync(state, watched, cancellationToken) is { } renewed)
        {
            throw Locked(state, renewed.Id, renewed.Mark);
        }

        Predecessors = watched.Aggregate(Predecessors, (known, marked) => known.And(marked.Mark));
    }

    /// <summary>A node that a run has marked to which this one gives way, or null; the latest that takes over before all others.</summary>
    public static (NodeUpdate Node, NodeMark Mark)? Taken(ClusterUpdate state, Observation seen, RollSettings settings) =>
        state.EventStoreNodeUpdates
            .Select(node => (Node: node, Mark: Taker(node, seen, settings)))
            .Where(marked => marked.Mark is not null)
            .OrderByDescending(marked => marked.Mark!.TookOverAt)
            .ThenByDescending(marked => marked.Mark!.At)
            .Select(marked => ((NodeUpdate, NodeMark)?)(marked.Node, marked.Mark!))
            .FirstOrDefault();

    /// <summary>
    /// The mark of the run that a node which is off is left to: it took over, so it knows of the node. One that no longer renews its
    /// mark may have been killed, and the node is brought back all the same.
    /// </summary>
    public static NodeMark? BroughtBackBy(NodeUpdate node, Observation seen, RollSettings settings) =>
        InstanceStep.MayBeOff(node, seen) && Taker(node, seen, settings) is { TookOverAt: not null } mark && Pace.IsRecent(mark.At, RenewedWithin, seen.At) ? mark : null;

    /// <summary>Whether the run that left a mark has ended; null when nobody can tell.</summary>
    public static async Task<bool?> HasEndedAsync(NodeMark mark, IOtherRuns runs, DateTimeOffset now, CancellationToken cancellationToken) =>
        await runs.IsAliveAsync(mark.Run, cancellationToken) is { } isAlive ? !isAlive
        : mark.At is { } at && now - at > SurelyEndedAfter ? true : null;

    /// <summary>
    /// Whether this run goes on though it saw the mark of another, which then is one that it follows: a read may show a mark that
    /// is no longer there, and one that is older than this run, and was not shown before, is no proof that somebody took over.
    /// </summary>
    public async Task<bool> GoesOnAsync(ClusterUpdate state, Observation seen, CancellationToken cancellationToken)
    {
        if (Taken(state, seen, settings) is not { Node.Ec2InstanceId: { } id, Mark: var mark })
        {
            return false;
        }

        var isOlder = Predecessors.IsOlder(mark);
        try
        {
            var hasEnded = await HasEndedAsync(mark, control.OtherRuns, time.GetUtcNow(), cancellationToken)
                ?? (isOlder && await RenewedAsync(state, [(id, mark)], cancellationToken) is null);
            if (hasEnded)
            {
                Predecessors = Predecessors.And(mark);
            }

            return hasEnded;
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            reporter.Notice($"Whether {mark.Run} has ended cannot be told: {exception.Message}");
            return false;
        }
    }

    /// <summary>The mark on the node to which this run gives way, as a read shows it or showed it while its run surely lived; or null.</summary>
    private static NodeMark? Taker(NodeUpdate node, Observation seen, RollSettings settings)
    {
        if (settings.Run is not { } run)
        {
            return null;
        }

        if (NodeMark.Parse(seen.InstanceOf(node)?.Mark) is { } shown && seen.Predecessors.GiveWayTo(shown, run))
        {
            return shown;
        }

        var before = seen.Takers.GetValueOrDefault(node.Ec2InstanceId ?? "");
        return before is not null && Pace.IsRecent(before.At, RenewedWithin, seen.At) && seen.Predecessors.GiveWayTo(before, run) ? before : null;
    }

    /// <summary>Nobody can tell whether that run lives: if it does, its mark changes. Returns the one that did, or null.</summary>
    private async Task<(string Id, NodeMark Mark)?> RenewedAsync(
        ClusterUpdate state, List<(string Id, NodeMark Mark)> watched, CancellationToken cancellationToken)
    {
        var (first, its) = watched[0];
        reporter.Notice($"{Name(state, first)} is marked by {its.Run}{Age(its)}; looking for {RenewedWithin.TotalSeconds:0} s whether that run still lives.");
        for (var until = time.GetUtcNow() + RenewedWithin; time.GetUtcNow() < until;)
        {
            await Task.Delay(LookEvery, time, cancellationToken);
            foreach (var (id, mark) in await OthersAsync(state, cancellationToken))
            {
                if (watched.Exists(other => other.Mark.Run == mark.Run && mark.At > (other.Mark.At ?? DateTimeOffset.MinValue)))
                {
                    return (id, mark);
                }
            }
        }

        reporter.Notice($"{its.Run} has not renewed its mark: it has ended, and this run carries on from there.");
        return null;
    }

    private async Task<List<(string Id, NodeMark Mark)>> OthersAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var ids = state.EventStoreNodeUpdates.Select(node => node.Ec2InstanceId).OfType<string>().ToList();
        var found = await Patiently.AskAsync(() => control.Instances.DescribeAsync(ids, cancellationToken), time, cancellationToken);
        return [.. found
            .Select(instance => (instance.Id, Mark: NodeMark.Parse(instance.Mark)))
            .Where(marked => marked.Mark is { } mark && mark.Run != settings.Run)
            .Select(marked => (marked.Id, marked.Mark!))];
    }

    /// <summary>Of each run the mark that tells most of it: an old one may be left on a node whose turn has passed.</summary>
    private static IEnumerable<(string Id, NodeMark Mark)> Newest(IEnumerable<(string Id, NodeMark Mark)> marks) =>
        marks.GroupBy(marked => marked.Mark.Run, StringComparer.Ordinal).Select(run => run.MaxBy(marked => marked.Mark.At ?? DateTimeOffset.MinValue));

    private RollingUpdateException Locked(ClusterUpdate state, string id, NodeMark mark) => new(
        FailureReason.Locked,
        $"{Name(state, id)} is being worked on by {mark.Run}{Age(mark)}. Nothing was changed. "
        + "Wait until that run has ended; if it has and does not know it, set take-over to true.");

    private string Age(NodeMark mark) => mark.At is { } at ? $", {Math.Max(0, (time.GetUtcNow() - at).TotalSeconds):0} s ago" : "";

    private static string Name(ClusterUpdate state, string id) =>
        $"{id} of {state.EventStoreNodeUpdates.FirstOrDefault(node => node.Ec2InstanceId == id)?.NodeName}";
}
