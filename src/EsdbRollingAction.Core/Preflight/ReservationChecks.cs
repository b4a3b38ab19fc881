using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

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
        if (node.TargetType is not { } target || target == instance.Type)
        {
            return Check.Passed(nameof(CapacityReservationFits), "the instance keeps its type");
        }

        return (instance.Details, CapacityRequest.WhyNot(instance), policy) switch
        {
            ({ ReservationTarget: { } bound }, _, _) => Check.Refused(
                nameof(CapacityReservationFits),
                $"the instance is bound to {bound}, which holds {instance.Type}: as {target} it could not be started",
                Open(instance)),
            ({ Zone: not null }, { } why, CapacityPolicy.Required) => Check.Refused(
                nameof(CapacityReservationFits),
                $"reserve-capacity is required, and no capacity can be held for the instance: {why}",
                instance.Details.ReservationPreference == "none" ? $"{SetToAuto}. Or: {Open(instance)}" : SetToAuto),
            ({ ReservationPreference: ReservationsOnly }, _, _) => Check.Warning(
                nameof(CapacityReservationFits),
                $"the instance starts in capacity reservations only ({ReservationsOnly}),"
                + $" and what this update holds of {target} is given back at its end",
                $"Reserve {target} for it. Or: {Open(instance)}"),
            ({ Zone: not null }, { } why, CapacityPolicy.Auto) =>
                Check.Note(nameof(CapacityReservationFits), $"no capacity is held for the instance: {why}"),
            ({ ReservationPreference: null } or { Zone: null }, _, _) => Check.NotChecked(nameof(CapacityReservationFits), Told.NotByEc2),
            var (details, _, _) => Check.Passed(nameof(CapacityReservationFits), $"its preference is {details.ReservationPreference}"),
        };
    }

    private static string Open(Instance instance) =>
        $"Let the instance start in any reservation or none, while it is stopped: {CapacityRequest.OpenCommand(instance.Id)}";
}
