using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Preflight;

namespace EsdbRollingAction.Tests.Checks;

public class ReservationChecksTests
{
    [Theory]
    [InlineData(CapacityPolicy.Off)]
    [InlineData(CapacityPolicy.Auto)]
    [InlineData(CapacityPolicy.Required)]
    public void An_instance_that_is_bound_to_a_reservation_of_its_type_is_refused_with_what_to_change(CapacityPolicy policy)
    {
        var check = Check(details => details with { ReservationTarget = "cr-0123" }, policy);

        Assert.Equal((CheckOutcome.Refused, "CapacityReservationFits"), (check.Outcome, check.Name));
        Assert.Contains("bound to cr-0123, which holds t2.large: as m6i.xlarge it could not be started", check.Found, StringComparison.Ordinal);
        Assert.EndsWith(
            "aws ec2 modify-instance-capacity-reservation-attributes --instance-id i-1 --capacity-reservation-specification CapacityReservationPreference=open",
            check.Advice,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CapacityPolicy.Off, CheckOutcome.Passed)]
    [InlineData(CapacityPolicy.Auto, CheckOutcome.Note)]
    [InlineData(CapacityPolicy.Required, CheckOutcome.Refused)]
    public void One_that_avoids_reservations_cannot_use_what_would_be_held_for_it(CapacityPolicy policy, CheckOutcome outcome)
    {
        var check = Check(details => details with { ReservationPreference = "none" }, policy);

        Assert.Equal(outcome, check.Outcome);
        Assert.Contains("none", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_keeps_capacity_from_being_held_is_refused_where_it_is_required()
    {
        Assert.Equal(CheckOutcome.Refused, Check(details => details with { PlacementGroup = "spread-1" }, CapacityPolicy.Required).Outcome);
        Assert.Equal(CheckOutcome.Refused, Check(details => details with { Tenancy = "host" }, CapacityPolicy.Required).Outcome);
        Assert.Equal(CheckOutcome.Note, Check(details => details with { PlacementGroup = "spread-1" }, CapacityPolicy.Auto).Outcome);
    }

    [Fact]
    public void One_that_starts_in_reservations_only_is_warned_of() => Assert.Equal(
        CheckOutcome.Warning, Check(details => details with { ReservationPreference = "capacity-reservations-only" }, CapacityPolicy.Auto).Outcome);

    [Fact]
    public void A_node_that_keeps_its_type_stays_in_its_reservation()
    {
        var node = Facts.Node(details => details with { ReservationTarget = "cr-0123" }) with { TargetType = null };

        Assert.Equal(CheckOutcome.Passed, ReservationChecks.CapacityReservationFits(node, CapacityPolicy.Auto).Outcome);
    }

    private static Check Check(Func<InstanceDetails, InstanceDetails> change, CapacityPolicy policy) =>
        ReservationChecks.CapacityReservationFits(Facts.Node(change), policy);
}
