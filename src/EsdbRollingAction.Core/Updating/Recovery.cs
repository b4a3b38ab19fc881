using System.Net;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>What a recovery talks to.</summary>
/// <param name="Nodes">The nodes' HTTP interface.</param>
/// <param name="Control">EC2, and who knows of other runs.</param>
/// <param name="File">Where the state is remembered.</param>
/// <param name="Resolve">Resolves a host name; an empty answer when it cannot.</param>
public sealed record RecoveryEdges(
    IClusterNodes Nodes,
    InstanceControl Control,
    IStateStore File,
    Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>> Resolve);

/// <summary>
/// Starts what an update that was cut off had stopped, as it is, and waits until it answers. It begins nothing: the change is neither
/// undone nor continued, nothing is stopped, nobody resigns.
/// </summary>
/// <param name="edges">What it talks to.</param>
/// <param name="settings">What a roll is told besides its state.</param>
/// <param name="reporter">Is told what is started, and what is waited for.</param>
/// <param name="time">The clock.</param>
public sealed class Recovery(RecoveryEdges edges, RollSettings settings, IUpdateReporter reporter, TimeProvider time)
{
    /// <summary>GitHub ends a cancelled job after five minutes; the state is to be saved before that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly RecoveryLook look = new(edges, settings, time);
    private readonly Dictionary<string, InstanceException> refusals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> said = new(StringComparer.Ordinal);
    private readonly HashSet<string> wereOff = new(StringComparer.Ordinal);
    private readonly HashSet<string> started = new(StringComparer.Ordinal);
    private ClusterUpdate state = new();
    private bool isRemembered;

    /// <summary>Brings back what the update left off.</summary>
    /// <param name="found">The state of the update, or null: then the marks on the instances tell what it stopped.</param>
    /// <param name="cancellationToken">Start nothing more.</param>
    /// <returns>What was done, in words. Everything that was off answers.</returns>
    /// <exception cref="RollingUpdateException">Something is still off; the message says what, and why.</exception>
    /// <exception cref="InstanceException">The AWS credentials have expired or there are none.</exception>
    public async Task<string> RunAsync(ClusterUpdate? found, CancellationToken cancellationToken)
    {
        isRemembered = found is { EventStoreNodeUpdates.Count: > 0 };
        var until = settings.Deadline ?? time.GetUtcNow() + Patience;
        state = isRemembered ? found! : await look.MarkedAsync(found ?? new ClusterUpdate(), cancellationToken);
        var lastAct = state.LastIterationAt;
        while (true)
        {
            var left = await LookAsync(lastAct, cancellationToken);
            if (left.Count == 0 && look.Problem is null)
            {
                return Done();
            }

            if (time.GetUtcNow() >= until || (left.Count > 0 && left.TrueForAll(node => node.Need is RecoveryNeed.Person or RecoveryNeed.OtherRun)))
            {
                throw left.Count > 0 ? Left(left) : Unknown();
            }

            foreach (var node in left.Where(node => node.Need is RecoveryNeed.Start))
            {
                await StartAsync(node.Node, cancellationToken);
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    /// <summary>The nodes that are off or do not answer yet.</summary>
    private async Task<List<RecoveryView>> LookAsync(DateTimeOffset? lastAct, CancellationToken cancellationToken)
    {
        var views = await look.AtAsync(state, new RecoveryMemory(refusals, started, lastAct), cancellationToken);
        Remember(views.Aggregate(state, Seen));
        views.ForEach(Tell);
        return [.. views.Where(view => view.Need is not RecoveryNeed.None)];
    }

    private static ClusterUpdate Seen(ClusterUpdate state, RecoveryView view) => view.Instance is { } instance
        ? state.With(state.Current(view.Node) with { CurrentInstanceState = instance.State, CurrentInstanceType = instance.Type })
        : state;

    /// <summary>What is on and answers from the beginning is not worth a line, and the same is not said again every two seconds.</summary>
    private void Tell(RecoveryView view)
    {
        var id = view.Node.Ec2InstanceId!;
        if (view.Need is not RecoveryNeed.None)
        {
            wereOff.Add(id);
        }

        if (!wereOff.Contains(id) || said.GetValueOrDefault(id) == view.Why)
        {
            return;
        }

        said[id] = view.Why;
        reporter.Notice(view.Need is RecoveryNeed.Start ? $"{view.Why} It is started as it is." : view.Why);
        if (view.Need is RecoveryNeed.None)
        {
            Remember(state.With(RecoveryNode.Answered(state.Current(view.Node), time.GetUtcNow())));
        }
    }

    private async Task StartAsync(NodeUpdate node, CancellationToken cancellationToken)
    {
        var id = node.Ec2InstanceId!;
        using var inFlight = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var ending = cancellationToken.Register(() => inFlight.CancelAfter(settings.TimeToEnd().ForAct));
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await edges.Control.Instances.StartAsync(id, inFlight.Token);
            refusals.Remove(id);
            started.Add(id);
            Remember(state.With(RecoveryNode.Started(state.Current(node), state.LastIterationAt, time.GetUtcNow())));
        }
        catch (InstanceException refusal) when (!refusal.IsAboutCredentials)
        {
            refusals[id] = refusal;
        }
    }

    /// <summary>What is known only from marks is not written down: some of the nodes would be taken for the whole cluster.</summary>
    private void Remember(ClusterUpdate news)
    {
        if (news.EventStoreNodeUpdates.SequenceEqual(state.EventStoreNodeUpdates))
        {
            return;
        }

        state = news with { LastIterationAt = time.GetUtcNow() };
        reporter.Acted(state);
        if (!isRemembered)
        {
            return;
        }

        try
        {
            edges.File.Write(state);
        }
        catch (RollingUpdateException exception)
        {
            // What is off is started all the same: what is observed is enough for the next run.
            reporter.Warn(exception.Message);
            isRemembered = false;
        }
    }

    private string Done()
    {
        var back = state.EventStoreNodeUpdates.Where(node => wereOff.Contains(node.Ec2InstanceId ?? "")).Select(Back).ToList();
        return back.Count == 0
            ? "Nothing was to be brought back: no instance is off that the update stopped."
            : $"{string.Join(" ", back)} No instance is off that the update stopped. Nothing else was changed.";
    }

    private string Back(NodeUpdate node) => started.Contains(node.Ec2InstanceId!)
        ? $"{RecoveryNode.Label(node)} was started as it was, with type {node.CurrentInstanceType}, and answers again."
        : $"{RecoveryNode.Label(node)} answers again.";

    private RollingUpdateException Unknown() => new(
        FailureReason.AwsUnreachable,
        $"Whether an instance is off is not known: {Sentence.Ended(look.Problem!)} This was tried for {Patience.TotalMinutes:0} min. Nothing was changed.");

    private RollingUpdateException Left(List<RecoveryView> left)
    {
        var reason = left.Select(view => RecoveryNode.ReasonOf(view, refusals.GetValueOrDefault(view.Node.Ec2InstanceId!))).Max();
        var isOver = left.Exists(view => view.Need is RecoveryNeed.Wait or RecoveryNeed.Start);
        var waited = isOver ? $" This was tried for {Patience.TotalMinutes:0} min." : "";
        return new RollingUpdateException(reason, $"{string.Join(" ", left.Select(view => view.Why))}{waited} Nothing else was changed.");
    }
}
