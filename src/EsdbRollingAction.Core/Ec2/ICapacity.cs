namespace EsdbRollingAction.Core.Ec2;

/// <summary>How far a capacity reservation is.</summary>
public enum ReservationState
{
    /// <summary>Asked for, not held yet.</summary>
    Pending,

    /// <summary>Held.</summary>
    Active,

    /// <summary>Cancelled, expired, or refused: nothing is held and nothing is left to give back.</summary>
    Ended,
}

/// <summary>Capacity of an instance type that is held for one instance while it is stopped.</summary>
/// <param name="Id">Such as <c>cr-0123</c>.</param>
/// <param name="InstanceId">The instance it is held for: the value of its tag <c>esdb-rolling-update</c>.</param>
/// <param name="InstanceType">The type that is held.</param>
/// <param name="State">How far it is.</param>
/// <param name="Available">How many instances can still be started in it. 0 while it is active: another instance took it.</param>
public sealed record CapacityReservation(string Id, string InstanceId, string InstanceType, ReservationState State, int Available);

/// <summary>On-Demand Capacity Reservations: a stopped instance can be started again as the type that is held for it.</summary>
public interface ICapacity
{
    /// <summary>
    /// Asks for capacity of one instance: open, in the instance's zone, with its platform and tenancy, tagged with its id. It
    /// ends by itself at <paramref name="until"/>, in case nobody is left to give it back.
    /// </summary>
    /// <exception cref="InstanceException">EC2 refused; <see cref="InstanceErrorKind.Capacity"/> when there is none.</exception>
    Task<CapacityReservation> ReserveAsync(
        Instance instance, string instanceType, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Gives a reservation back. One that has ended stays so.</summary>
    /// <exception cref="InstanceException">EC2 refused.</exception>
    Task ReleaseAsync(string id, CancellationToken cancellationToken);

    /// <summary>The reservations, pending or active, that were made for these instances.</summary>
    /// <exception cref="InstanceException">EC2 did not answer the question.</exception>
    Task<IReadOnlyList<CapacityReservation>> FindAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken);
}
