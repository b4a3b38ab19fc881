using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>What EC2 keeps beside the instances, for as long as the world lasts: marks, reservations, and how old its reads are.</summary>
internal sealed class Aws(Draw draw, TimeSpan staleness)
{
    private readonly Dictionary<string, List<(TimeSpan Since, string? Mark)>> marks = [];
    private int made;

    public List<Held> Reservations { get; } = [];

    /// <summary>The runs that have not ended, by the names that marks have: GitHub knows them.</summary>
    public HashSet<string> LiveRuns { get; } = [];

    /// <summary>Until then there is no capacity of the target type.</summary>
    public TimeSpan NoCapacityUntil { get; set; }

    /// <summary>As it was at an instant that a read shows.</summary>
    public string? MarkAt(string instance, TimeSpan instant) =>
        marks.TryGetValue(instance, out var history) ? history.FindLast(entry => entry.Since <= instant).Mark : null;

    public string? MarkOf(string instance) => marks.TryGetValue(instance, out var history) ? history[^1].Mark : null;

    public void Mark(string instance, string? mark, TimeSpan now)
    {
        if (!marks.TryGetValue(instance, out var history))
        {
            marks[instance] = history = [];
        }

        history.Add((now, mark));
    }

    public void Unmark(string instance, string? mark, TimeSpan now)
    {
        if (mark is null || mark == MarkOf(instance))
        {
            Mark(instance, null, now);
        }
    }

    public Held Reserve(string instance, string type, TimeSpan now, TimeSpan until)
    {
        var held = new Held($"cr-{++made}", instance, type, now, draw.Chance(0.5) ? now : now + draw.Seconds(0, 3), until, draw.Chance(0.1));
        Reservations.Add(held);
        return held;
    }

    /// <summary>The reservations as a read shows them.</summary>
    public List<CapacityReservation> Read(IReadOnlyCollection<string> instances, TimeSpan now) =>
    [
        .. from held in Reservations
           where instances.Contains(held.InstanceId)
           let shown = held.At(ReadAt(now))
           where shown is not null
           select shown,
    ];

    /// <summary>
    /// The instant that a read shows. All marks of one answer are of one age: a run that sees its own mark sees those that were
    /// made before. Without that, marks would be no lock at all.
    /// </summary>
    public TimeSpan ReadAt(TimeSpan now) => staleness > TimeSpan.Zero ? now - draw.Seconds(0, staleness.TotalSeconds) : now;
}

/// <summary>A capacity reservation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="InstanceId">What it is held for.</param>
/// <param name="InstanceType">What is held.</param>
/// <param name="Since">When it was asked for.</param>
/// <param name="ActiveFrom">When it is held.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="IsTaken">Whether another instance takes it at once.</param>
internal sealed record Held(string Id, string InstanceId, string InstanceType, TimeSpan Since, TimeSpan ActiveFrom, TimeSpan Until, bool IsTaken)
{
    /// <summary>When it was given back, or null.</summary>
    public TimeSpan? ReleasedAt { get; set; }

    public bool IsHeld(TimeSpan now) => now < (ReleasedAt ?? Until);

    /// <summary>As it was at an instant; null before it was made and after it has ended.</summary>
    public CapacityReservation? At(TimeSpan instant) => instant < Since || !IsHeld(instant) ? null : new CapacityReservation(
        Id, InstanceId, InstanceType, instant < ActiveFrom ? ReservationState.Pending : ReservationState.Active, IsTaken && instant >= ActiveFrom ? 0 : 1);
}
