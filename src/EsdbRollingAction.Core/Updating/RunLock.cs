using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>One run works on a cluster at a time. Two would each believe that a node can be spared.</summary>
/// <param name="control">EC2, and who knows of other runs.</param>
/// <param name="settings">Says which run this is, and whether it takes over.</param>
/// <param name="reporter">Is told whose work is carried on.</param>
/// <param name="time">The clock.</param>
internal sealed class RunLock(InstanceControl control, RollSettings settings, IUpdateReporter reporter, TimeProvider time)
{
    /// <summary>A run that lives renews its mark once a minute; this allows for a slow call and another clock.</summary>
    public static readonly TimeSpan SurelyEndedAfter = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Watch = Marking.RefreshAfter + Pace.ReadsMayBeStale;

    private static readonly TimeSpan MarksAreWholeSeconds = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private DateTimeOffset lookedAt;

    /// <summary>Whether this run has taken over marks without asking whether their runs live.</summary>
    public bool HasTakenOver { get; private set; }

    /// <summary>The runs that left marks and have ended: their marks hold nobody up.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.Locked"/>: another run works on the cluster.</exception>
    public async Task<IReadOnlySet<string>> EndedRunsAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        lookedAt = time.GetUtcNow();
        var ended = new HashSet<string>(StringComparer.Ordinal);
        var watched = new List<(string Id, NodeMark Mark)>();
        foreach (var (id, mark) in settings.Run is null ? [] : Newest(await OthersAsync(state, cancellationToken)))
        {
            switch (settings.TakeOver ? false : await IsAliveAsync(mark, cancellationToken))
            {
                case true:
                    throw Locked(state, id, mark);
                case false:
                    ended.Add(mark.Run);
                    HasTakenOver |= settings.TakeOver;
                    reporter.Notice($"{Name(state, id)} is marked by {mark.Run}, which {(settings.TakeOver ? "is taken over from" : "has ended")}; this run carries on from there.");
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

        ended.UnionWith(watched.Select(marked => marked.Mark.Run));
        return ended;
    }

    /// <summary>The mark of a run that nobody knows to have ended, on a node of this cluster, or null.</summary>
    public static (NodeUpdate Node, NodeMark Mark)? Taken(ClusterUpdate state, Observation seen, RollSettings settings) =>
        settings.Run is not { } run ? null : state.EventStoreNodeUpdates
            .Select(node => (Node: node, Mark: NodeMark.Parse(seen.InstanceOf(node)?.Mark)))
            .Where(marked => marked.Mark is { } mark && mark.Run != run && !seen.EndedRuns.Contains(mark.Run))
            .OrderByDescending(marked => marked.Mark!.TakesOver)
            .Select(marked => ((NodeUpdate, NodeMark)?)(marked.Node, marked.Mark!))
            .FirstOrDefault();

    /// <summary>
    /// The run whose mark was seen, when that run has ended: a read may show a mark that is no longer there, and one that is
    /// older than this run, and was not shown before, is no proof that somebody took over.
    /// </summary>
    public async Task<string?> HasEndedAsync(ClusterUpdate state, Observation seen, CancellationToken cancellationToken)
    {
        if (Taken(state, seen, settings) is not { Node.Ec2InstanceId: { } id, Mark: var mark })
        {
            return null;
        }

        try
        {
            var isAlive = await IsAliveAsync(mark, cancellationToken)
                ?? (mark.At + MarksAreWholeSeconds > lookedAt || await RenewedAsync(state, [(id, mark)], cancellationToken) is not null);
            return isAlive ? null : mark.Run;
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            reporter.Notice($"Whether {mark.Run} has ended cannot be told: {exception.Message}");
            return null;
        }
    }

    private async Task<bool?> IsAliveAsync(NodeMark mark, CancellationToken cancellationToken) =>
        await control.OtherRuns.IsAliveAsync(mark.Run, cancellationToken)
        ?? (mark.At is { } at && time.GetUtcNow() - at > SurelyEndedAfter ? false : null);

    /// <summary>Nobody can tell whether that run lives: if it does, its mark changes. Returns the one that did, or null.</summary>
    private async Task<(string Id, NodeMark Mark)?> RenewedAsync(
        ClusterUpdate state, List<(string Id, NodeMark Mark)> watched, CancellationToken cancellationToken)
    {
        var (first, its) = watched[0];
        reporter.Notice($"{Name(state, first)} is marked by {its.Run}{Age(its)}; looking for {Watch.TotalSeconds:0} s whether that run still lives.");
        for (var until = time.GetUtcNow() + Watch; time.GetUtcNow() < until;)
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
