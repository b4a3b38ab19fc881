using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Updating;

/// <summary>The capacity that is held for this cluster: what this run asked for, until reads show it, and what reads show.</summary>
/// <param name="capacity">EC2.</param>
/// <param name="time">The clock.</param>
internal sealed class KnownCapacity(ICapacity capacity, TimeProvider time)
{
    /// <summary>After a request without an answer it is looked this long whether it was heard.</summary>
    private static readonly TimeSpan UncertainFor = TimeSpan.FromMinutes(1);

    /// <summary>An EC2 that does not answer this holds nothing up, and is asked again now and then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private const int MostLooks = 3;

    private readonly Dictionary<string, (CapacityReservation Reservation, DateTimeOffset At)> made = [];
    private readonly HashSet<string> released = [];
    private IReadOnlyList<CapacityReservation> shown = [];
    private int looks;
    private DateTimeOffset? lookedAt;
    private DateTimeOffset? uncertainSince;

    /// <summary>What is held, as far as is known.</summary>
    public IReadOnlyList<CapacityReservation> Held => shown.Count == 0 && made.Count == 0 ? [] :
    [
        .. shown.Where(reservation => !released.Contains(reservation.Id)),
        .. made.Values
            .Where(own => Pace.IsRecent(own.At, Pace.ReadsMayBeStale, time.GetUtcNow()) && !shown.Any(other => other.Id == own.Reservation.Id))
            .Where(own => own.Reservation.State != ReservationState.Ended)
            // Another instance may take it at once: what counts is what a read shows of it.
            .Select(own => own.Reservation with { State = ReservationState.Pending }),
    ];

    /// <summary>
    /// Gives everything back: what is known first, since the time may be short; then, until reads must show it, what may be held
    /// without this run knowing it.
    /// </summary>
    /// <param name="instanceIds">The cluster's instances.</param>
    /// <param name="askedAt">When an earlier process asked for some that a read may not show yet, or null.</param>
    /// <param name="othersWereHere">Whether this run followed others, which may have asked for some since it looked.</param>
    /// <param name="failed">Is told of each that could not be given back, and why.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task ReleaseAllAsync(
        IReadOnlyCollection<string> instanceIds, DateTimeOffset? askedAt, bool othersWereHere, Action<string, string> failed, CancellationToken cancellationToken)
    {
        uncertainSince ??= made.Count == 0 && Pace.IsRecent(askedAt, Pace.ReadsMayBeStale, time.GetUtcNow()) ? askedAt : null;
        await ReleaseKnownAsync(failed, cancellationToken);
        for (var looksAgain = uncertainSince is not null || othersWereHere; looksAgain;)
        {
            await ReadAsync(instanceIds, cancellationToken);
            await ReleaseKnownAsync(failed, cancellationToken);
            looksAgain = Pace.IsRecent(uncertainSince, Pace.ReadsMayBeStale, time.GetUtcNow());
            await (looksAgain ? Task.Delay(BetweenLooks, time, cancellationToken) : Task.CompletedTask);
        }
    }

    private async Task ReleaseKnownAsync(Action<string, string> failed, CancellationToken cancellationToken)
    {
        foreach (var id in shown.Select(reservation => reservation.Id).Except(released).Union(made.Keys).ToList())
        {
            try
            {
                await ReleaseAsync(id, cancellationToken);
            }
            catch (Exception exception) when (exception is InstanceException or OperationCanceledException)
            {
                failed(id, exception.Message);
            }
        }
    }

    /// <summary>Looks once at the beginning, for what a run that was killed left behind, and then while something is held.</summary>
    public async Task LookAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        var isNothingHeld = made.Count == 0 && Held.Count == 0 && !Pace.IsRecent(uncertainSince, UncertainFor, time.GetUtcNow());
        if (isNothingHeld && (looks >= MostLooks || Pace.IsRecent(lookedAt, LookAgainAfter, time.GetUtcNow())))
        {
            return;
        }

        await ReadAsync(instanceIds, cancellationToken);
    }

    private async Task ReadAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        lookedAt = time.GetUtcNow();
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            shown = [.. (await capacity.FindAsync(instanceIds, either.Token)).Where(reservation => reservation.State != ReservationState.Ended)];
            looks = MostLooks;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            looks++;
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            // What may not be looked at may not be made either, and that is said when it is tried; what was made is still known.
            looks = exception.Kind is InstanceErrorKind.Transient or InstanceErrorKind.LookAgain ? looks + 1 : MostLooks;
        }
    }

    /// <exception cref="InstanceException">EC2 refused.</exception>
    public async Task ReserveAsync(Instance instance, string instanceType, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var uncertainBefore = uncertainSince;
        uncertainSince = time.GetUtcNow();
        try
        {
            var reservation = await capacity.ReserveAsync(instance, instanceType, until, cancellationToken);
            made[reservation.Id] = (reservation, time.GetUtcNow());
            uncertainSince = uncertainBefore;
        }
        catch (InstanceException exception) when (exception.Kind is not InstanceErrorKind.Transient)
        {
            uncertainSince = uncertainBefore;
            throw;
        }
    }

    /// <summary>Forgets a reservation that cannot be given back.</summary>
    public void Abandon(string id)
    {
        released.Add(id);
        made.Remove(id);
    }

    /// <exception cref="InstanceException">EC2 refused.</exception>
    public async Task ReleaseAsync(string id, CancellationToken cancellationToken)
    {
        await capacity.ReleaseAsync(id, cancellationToken);
        Abandon(id);
    }
}
