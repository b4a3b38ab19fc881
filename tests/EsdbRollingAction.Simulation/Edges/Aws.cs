using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Simulation.Scenarios;
using SsmMishap = EsdbRollingAction.Sandbox.Model.SsmMishap;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>What EC2 keeps beside the instances, for as long as the world lasts: tags, reservations, and how old its reads are.</summary>
internal sealed class Aws(Draw draw, Ec2Reads reads)
{
    private readonly Dictionary<(string Instance, string Key), List<(TimeSpan Since, string? Value)>> tags = [];
    private readonly Dictionary<(string Instance, string Type, DateTimeOffset Until), Held> requests = [];
    private int made;

    public List<Held> Reservations { get; } = [];

    /// <summary>What becomes of the next commands that are sent to a node.</summary>
    public List<(string Node, SsmMishap Mishap)> Mishaps { get; init; } = [];

    /// <summary>The runs that have not ended.</summary>
    public List<Run> LiveRuns { get; } = [];

    /// <summary>Until then there is no capacity of the target type.</summary>
    public TimeSpan NoCapacityUntil { get; set; }

    /// <summary>As it was at an instant that a read shows.</summary>
    public string? TagAt(string instance, string key, TimeSpan instant) =>
        tags.TryGetValue((instance, key), out var history) ? history.FindLast(entry => entry.Since <= instant).Value : null;

    /// <summary>What is known of a node that an update works on.</summary>
    public string? RestorePointOf(string instance) => TagOf(instance, Instance.RestoreTag);

    /// <summary>What was known of it then.</summary>
    public string? RestorePointOf(string instance, TimeSpan then) => TagAt(instance, Instance.RestoreTag, then);

    public string? TagOf(string instance, string key) => tags.TryGetValue((instance, key), out var history) ? history[^1].Value : null;

    public void Tag(string instance, string key, string? value, TimeSpan now)
    {
        if (!tags.TryGetValue((instance, key), out var history))
        {
            tags[(instance, key)] = history = [];
        }

        history.Add((now, value));
    }

    public void Untag(string instance, string key, string? value, TimeSpan now)
    {
        if (value is null || value == TagOf(instance, key))
        {
            Tag(instance, key, null, now);
        }
    }

    /// <summary>The same request again, by the time of its end, makes no second reservation.</summary>
    public Held Reserve(string instance, string type, TimeSpan now, TimeSpan until, DateTimeOffset asked)
    {
        if (requests.TryGetValue((instance, type, asked), out var before))
        {
            return before;
        }

        var held = new Held($"cr-{++made}", instance, type, now, draw.Chance(0.5) ? now : now + draw.Seconds(0, 3), until, draw.Chance(0.1));
        Reservations.Add(held);
        requests[(instance, type, asked)] = held;
        return held;
    }

    /// <summary>The reservations as they were at an instant.</summary>
    public List<CapacityReservation> Read(IReadOnlyCollection<string> instances, TimeSpan instant) =>
    [
        .. from held in Reservations
           where instances.Contains(held.InstanceId)
           let shown = held.At(instant)
           where shown is not null
           select shown,
    ];

    /// <summary>For every read of a run, the instant that it shows of each instance in turn.</summary>
    public Func<TimeSpan> ReadBy(Run run)
    {
        var now = run.Time.Elapsed;
        var one = reads.Ages == ReadAges.OfRuns ? now - (run.ReplicaIsBehind * reads.Window) : Some();
        return reads.Ages == ReadAges.OfInstances ? Some : () => one;

        TimeSpan Some() => reads.Window > TimeSpan.Zero ? now - draw.Seconds(0, reads.Window.TotalSeconds) : now;
    }
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
