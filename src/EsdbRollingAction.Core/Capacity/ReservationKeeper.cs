using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Capacity;

/// <summary>
/// Knows the capacity that is held for the cluster, and gives it back: it costs money. The keeper never holds a node up: a question
/// that EC2 does not answer is left, and asked again with the next look.
/// </summary>
/// <param name="capacity">EC2.</param>
/// <param name="notices">Is told what could not be given back.</param>
/// <param name="time">The clock.</param>
public sealed class ReservationKeeper(ICapacity capacity, INotices notices, TimeProvider time)
{
    private const int Attempts = 3;
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> asked = [];
    private readonly HashSet<string> released = [];
    private int failedLooks;
    private bool hasLooked;

    /// <summary>The reservations that EC2 showed last.</summary>
    public IReadOnlyList<CapacityReservation> Shown { get; private set; } = [];

    /// <summary>Whether it is worth a look: once for what a killed run left, and while a node waits for its reservation.</summary>
    public bool IsLookDue(ClusterUpdate state) => hasLooked
        ? state.EventStoreNodeUpdates.Any(node => node is { CapacityReservedAt: not null, Phase: NodePhase.Waiting })
        : failedLooks < Attempts;

    /// <summary>Reads what is held for these instances.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task LookAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LookPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        failedLooks++;
        try
        {
            Shown = await capacity.FindAsync(instanceIds, either.Token);
            hasLooked = true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The next look asks again.
        }
        catch (InstanceException refusal) when (!refusal.IsAboutCredentials)
        {
            // What may not be looked at may not be made either, and that is said when it is tried.
            hasLooked |= !refusal.IsPassing;
        }
    }

    /// <summary>Has EC2 hold capacity. The same request again, after a lost answer, holds nothing twice.</summary>
    /// <returns>The reservation's id.</returns>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    public async Task<string> ReserveAsync(
        Instance instance, string instanceType, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var made = await capacity.ReserveAsync(instance, instanceType, until, cancellationToken);
        asked.Add(made.Id);
        return made.Id;
    }

    /// <summary>Gives back all that is held: what the state tells, what EC2 shows, and what was asked for without an answer.</summary>
    /// <param name="state">The nodes.</param>
    /// <param name="instances">Their instances, as last shown.</param>
    /// <param name="cancelled">A run that is cancelled asks for nothing more, not even which reservation is its own.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task ReleaseAllAsync(
        ClusterUpdate state,
        IReadOnlyDictionary<string, Instance> instances,
        CancellationToken cancelled,
        CancellationToken cancellationToken)
    {
        foreach (var node in state.EventStoreNodeUpdates.Where(node => IsUnanswered(node) && !cancelled.IsCancellationRequested))
        {
            asked.UnionWith(await FindUnansweredAsync(node, state.TypeStartedAs(node), instances, cancellationToken));
        }

        await ReleaseKnownAsync(state, cancellationToken);
    }

    /// <summary>Gives back what is known to be held.</summary>
    public async Task ReleaseKnownAsync(ClusterUpdate state, CancellationToken cancellationToken)
    {
        var known = state.EventStoreNodeUpdates.Select(node => node.CapacityReservation).OfType<string>();
        foreach (var id in known.Concat(asked).Concat(Shown.Select(reservation => reservation.Id)).Except(released).ToList())
        {
            await ReleaseAsync(id, cancellationToken);
        }
    }

    /// <summary>The nodes that are left, without what was given back.</summary>
    public ClusterUpdate WithoutReleased(ClusterUpdate state) => state with
    {
        EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node =>
            node is { IsDone: false, CapacityReservation: { } id } && released.Contains(id) ? node.AskingForCapacityAnew() : node)],
    };

    private static bool IsUnanswered(NodeUpdate node) =>
        node is { CapacityUntil: not null, CapacityReservedAt: null, CapacityWaived: null };

    /// <summary>The same request again makes no second reservation, and its answer tells which one it is.</summary>
    private async Task<IEnumerable<string>> FindUnansweredAsync(
        NodeUpdate node, string? type, IReadOnlyDictionary<string, Instance> instances, CancellationToken cancellationToken)
    {
        if (type is null || !instances.TryGetValue(node.Ec2InstanceId ?? "", out var instance))
        {
            return [];
        }

        try
        {
            return [(await capacity.ReserveAsync(instance, type, node.CapacityUntil!.Value, cancellationToken)).Id];
        }
        catch (Exception exception) when (exception is InstanceException or OperationCanceledException)
        {
            return [];
        }
    }

    private async Task ReleaseAsync(string id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await capacity.ReleaseAsync(id, cancellationToken);
                released.Add(id);
                return;
            }
            catch (InstanceException refusal) when (refusal.Kind is InstanceErrorKind.Transient && attempt < Attempts)
            {
                await Task.Delay(Pause, time, CancellationToken.None);
            }
            catch (Exception exception) when (exception is InstanceException or OperationCanceledException)
            {
                notices.Warn(
                    $"{id} could not be given back ({PlainWords.Said(exception)}). It is paid for until it ends by itself, within "
                    + $"six hours: aws ec2 cancel-capacity-reservation --capacity-reservation-id {id}");
                return;
            }
        }
    }
}
