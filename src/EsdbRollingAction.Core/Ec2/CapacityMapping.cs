using Amazon.EC2;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>From the SDK's capacity reservation to ours.</summary>
internal static class CapacityMapping
{
    public static CapacityReservation Map(Amazon.EC2.Model.CapacityReservation reservation, string instanceId) => new(
        reservation.CapacityReservationId,
        instanceId,
        reservation.InstanceType,
        StateOf(reservation.State),
        reservation.AvailableInstanceCount ?? 0);

    private static ReservationState StateOf(CapacityReservationState? state) => state?.Value switch
    {
        "active" => ReservationState.Active,
        "pending" or "assessing" or "scheduled" or "delayed" => ReservationState.Pending,
        _ => ReservationState.Ended,
    };
}
