using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Starts as it is what an interrupted update had stopped, and waits until it answers: the loop, told to begin nothing. The change is
/// neither undone nor continued, nothing is stopped, nobody resigns.
/// </summary>
/// <param name="preflight">Knows which instances belong to the cluster.</param>
/// <param name="strategy">Which change was rolled.</param>
/// <param name="edges">What it talks to.</param>
/// <param name="settings">What the run is told.</param>
public sealed class Recovery(Preflight.Preflight preflight, IUpdateStrategy strategy, RollEdges edges, RollSettings settings)
{
    /// <summary>GitHub ends a cancelled job after five minutes; the state is to be saved before that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Brings back what the update left off.</summary>
    /// <param name="found">The state of the update, or null: then the restore points on the instances tell what it stopped.</param>
    /// <param name="cancellationToken">Start nothing more.</param>
    /// <returns>What was done, in words. Everything that was off answers.</returns>
    /// <exception cref="RollingUpdateException">Something is still off; the message says what, and why.</exception>
    /// <exception cref="InstanceException">The AWS credentials have expired or there are none.</exception>
    public async Task<string> RunAsync(ClusterUpdate? found, CancellationToken cancellationToken)
    {
        var begun = edges.Time.GetUtcNow();
        var recovering = settings with { OnlyRecovers = true, Deadline = settings.Deadline ?? begun + Patience };

        // What is known only from restore points is not written down: some of the nodes would be taken for the whole cluster.
        var isKnown = found?.InstanceIds().Count > 0;
        var service = new ClusterUpdateService(
            preflight, strategy, isKnown ? edges : edges with { Store = new NoStore() }, recovering);
        await RunAsync(service, found ?? new ClusterUpdate(), cancellationToken);
        if (service.Last!.Seen.InstancesProblem is { } problem)
        {
            throw new RollingUpdateException(
                FailureReason.AwsUnreachable,
                $"Whether an instance is off is not known: {Sentence.Ended(problem)} "
                + $"This was tried for {Patience.TotalMinutes:0} min. Nothing was changed.");
        }

        var left = service.Last!.Nodes.Where(IsOurs).Where(node => !IsBack(node)).ToList();
        return left.Count == 0 ? Done(service.Last!, begun) : throw Left(left, service.Last!);
    }

    private static async Task RunAsync(ClusterUpdateService service, ClusterUpdate found, CancellationToken cancellationToken)
    {
        try
        {
            await service.RunAsync(found, oneIteration: false, cancellationToken);
        }
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.Locked)
        {
            throw new RollingUpdateException(FailureReason.TakenOver, $"{exception.Message} What is off is left to that run.", exception)
            {
                OtherRun = exception.OtherRun,
            };
        }
    }

    private static bool IsOurs(NodeView node) => node.Goal is NodeGoal.AsIs && node.WasBegun;

    private static bool IsBack(NodeView node) => node is { Instance.State: InstanceState.Running or InstanceState.Pending, Answers: true };

    private static string Done(ClusterSnapshot cluster, DateTimeOffset begun)
    {
        var started = cluster.Nodes.Where(node => node.Entry.StartRequestedAt >= begun).ToList();
        var back = started.Select(node =>
            $"{Label(node)} was started as it was, with type {node.Type}, and answers again.");
        return started.Count == 0
            ? "Nothing was to be brought back: no instance is off that the update stopped."
            : $"{string.Join(" ", back)} No instance is off that the update stopped. Nothing else was changed.";
    }

    private static RollingUpdateException Left(List<NodeView> left, ClusterSnapshot cluster)
    {
        var waited = cluster.At >= cluster.Settings.Deadline ? $" This was tried for {Patience.TotalMinutes:0} min." : "";
        var how = string.Join(" ", left.Select(node => Sentence.JoinOnce(FailureText.HowItIsLeft(node), node.Entry.WaitingFor ?? "")));
        return new RollingUpdateException(left.Select(ReasonOf).Max(), $"{how}{waited} Nothing else was changed.");
    }

    private static FailureReason ReasonOf(NodeView node) => node.Instance?.State switch
    {
        _ when node.Entry.NoCapacitySince is not null => FailureReason.InsufficientCapacity,
        null => FailureReason.AwsUnreachable,
        InstanceState.Running or InstanceState.Pending => FailureReason.ClusterUnreachable,
        _ => FailureReason.InstanceStartFailed,
    };

    private static string Label(NodeView node) => $"{node.InstanceId} of {node.Name}";

    private sealed class NoStore : IStateStore
    {
        public void Write(ClusterUpdate state)
        {
        }
    }
}
