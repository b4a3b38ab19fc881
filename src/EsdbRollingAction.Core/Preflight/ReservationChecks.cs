using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Strategies;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Whether capacity reservations stand in the way of another instance type.</summary>
internal static class ReservationChecks
{
    private const string SetToAuto = "Set reserve-capacity to auto";
    private const string ReservationsOnly = "capacity-reservations-only";

    /// <summary>A reservation holds one type. An instance that is bound to one starts in it or not at all.</summary>
    public static Check CapacityReservationFits(CheckedNode node, CapacityPolicy policy)
    {
        var instance = node.Instance;
        if (node.TargetType is not { } target)
        {
            return Passed("the instance keeps its type");
        }

        var keepsType = target == instance.Type;

        var open = $"Let the instance start in any reservation or none, while it is stopped: {StartFailure.OpenCommand(instance.Id)}";
        var whyNone = instance.Details.Zone is null ? null : CapacityRequest.WhyNot(instance);
        return instance.Details switch
        {
            { ReservationTarget: { } bound } when !keepsType => Refused(
                $"the instance is bound to {bound}, which holds {instance.Type}: as {target} it could not be started", open),
            { ReservationPreference: var preference } when whyNone is not null && policy is CapacityPolicy.Required => Refused(
                $"reserve-capacity is required, and no capacity can be held for the instance: {whyNone}",
                preference == "none" ? $"{SetToAuto}. Or: {open}" : SetToAuto),
            { ReservationPreference: ReservationsOnly } when !keepsType => Warning(
                $"the instance starts in capacity reservations only ({ReservationsOnly}),"
                + $" and what this update holds of {target} is given back at its end",
                $"Reserve {target} for it. Or: {open}"),
            _ when whyNone is not null && policy is CapacityPolicy.Auto => Note($"no capacity is held for the instance: {whyNone}"),
            { ReservationPreference: null } or { Zone: null } => NotChecked(),
            { ReservationPreference: var preference } => Passed($"its preference is {preference}"),
        };
    }
}
