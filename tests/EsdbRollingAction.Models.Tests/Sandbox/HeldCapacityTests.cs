using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using Microsoft.Extensions.Time.Testing;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class HeldCapacityTests
{
    private readonly VirtualCluster cluster = new();

    [Fact]
    public void Capacity_is_pending_before_it_is_held()
    {
        var held = Reserve();
        Assert.Equal(("pending", 1), (held.State, held.Available));

        cluster.Pass(1.1);

        Assert.Equal(("active", 1), (Now(held).State, Now(held).Available));
    }

    [Fact]
    public void A_start_in_a_shortage_succeeds_where_capacity_is_held_and_uses_it()
    {
        var held = Reserve();
        StopAndChange(Replica);
        cluster.Ec2.CapacityShortages = 1;

        cluster.Ec2.Start(cluster.InstanceOf(Replica));

        Assert.Equal((0, cluster.InstanceOf(Replica)), (Now(held).Available, Assert.Single(Now(held).Users)));
        Assert.Equal(1, cluster.Ec2.CapacityShortages);
    }

    [Fact]
    public void A_shortage_refuses_to_hold_capacity_too()
    {
        cluster.Ec2.CapacityShortages = 1;

        Assert.Equal("InsufficientInstanceCapacity", Refused(() => Reserve()));
        Assert.Equal("pending", Reserve().State);
    }

    [Fact]
    public void A_running_instance_of_the_type_goes_into_what_is_held_by_itself()
    {
        cluster.ChangeAndWait(Replica);

        var held = Reserve();
        cluster.Pass(1.1);

        Assert.Equal((0, cluster.InstanceOf(Replica)), (Now(held).Available, Assert.Single(Now(held).Users)));
    }

    [Fact]
    public void An_instance_that_has_its_place_takes_no_other()
    {
        var first = Reserve("first");
        cluster.ChangeAndWait(Replica);
        var second = Reserve("second");
        cluster.Pass(1.1);

        Assert.Equal((0, 1), (Now(first).Available, Now(second).Available));
    }

    [Fact]
    public void Somebody_elses_instance_may_take_it()
    {
        cluster.Ec2.CapacityIsTaken = true;

        var held = Reserve();
        cluster.Pass(1.1);

        Assert.Equal(("active", 0), (Now(held).State, Now(held).Available));
    }

    [Fact]
    public void What_is_held_counts_against_the_quota()
    {
        cluster.Ec2.VCpuQuota = (4 * 2) + 4;
        Reserve("first");

        Assert.Equal("InstanceLimitExceeded", Refused(() => Reserve("second")));

        StopAndChange(Replica);
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        StopAndChange(Follower);
        cluster.Ec2.VCpuQuota = 11;
        Assert.Equal("VcpuLimitExceeded", Refused(() => cluster.Ec2.Start(cluster.InstanceOf(Follower))));
    }

    [Fact]
    public void The_same_request_is_the_same_reservation()
    {
        Assert.Equal(Reserve("token").Id, Reserve("token").Id);
        Assert.Single(cluster.Ec2.Reservations);

        Assert.Equal("IdempotentParameterMismatch", Refused(() => Reserve("token", "m5.large")));
    }

    [Fact]
    public void What_is_given_back_or_has_ended_cannot_be_given_back_again()
    {
        var given = Reserve("given");
        var ended = Reserve("ended", seconds: 60);
        cluster.Ec2.Release(given.Id);
        cluster.Pass(61);

        Assert.Equal(("cancelled", "expired"), (Now(given).State, Now(ended).State));
        Assert.Equal("InvalidCapacityReservationState", Refused(() => cluster.Ec2.Release(given.Id)));
        Assert.Equal("InvalidCapacityReservationState", Refused(() => cluster.Ec2.Release(ended.Id)));
        Assert.Equal("InvalidCapacityReservationId.NotFound", Refused(() => cluster.Ec2.Release("cr-0")));
    }

    [Fact]
    public void A_dry_run_holds_and_gives_back_nothing()
    {
        Assert.Equal("DryRunOperation", Refused(() => Reserve(dryRun: true)));
        Assert.Empty(cluster.Ec2.Reservations);

        var held = Reserve();
        Assert.Equal("DryRunOperation", Refused(() => cluster.Ec2.Release(held.Id, dryRun: true)));
        Assert.True(Now(held).IsHeld);
    }

    [Fact]
    public void A_type_that_the_zone_does_not_offer_can_neither_be_held_nor_started()
    {
        var elsewhere = new VirtualCluster(new SandboxOptions { Faults = new Faults { NotOffered = "t2.xlarge" } });
        elsewhere.Stop(Replica);
        elsewhere.Pass(31);
        elsewhere.Ec2.ChangeType(elsewhere.InstanceOf(Replica), "t2.xlarge");

        Assert.Equal("Unsupported", Refused(() => elsewhere.Ec2.Start(elsewhere.InstanceOf(Replica))));
        Assert.Equal("Unsupported", Refused(() => elsewhere.Ec2.Reserve(new CapacityRequest("t2.xlarge", 1, Ec2.Zone, "token", null, new Dictionary<string, string>()))));
    }

    private static string Refused(Action act) => Assert.Throws<Ec2Exception>(act).Code;

    private CapacityReservation Now(CapacityReservation earlier) => cluster.Ec2.Reservations.Single(reservation => reservation.Id == earlier.Id);

    private void StopAndChange(string node)
    {
        cluster.Stop(node);
        cluster.Pass(31);
        cluster.Ec2.ChangeType(cluster.InstanceOf(node), "t2.xlarge");
    }

    private CapacityReservation Reserve(string token = "token", string type = "t2.xlarge", double? seconds = null, bool dryRun = false) => cluster.Ec2.Reserve(
        new CapacityRequest(
            type, 1, Ec2.Zone, token, seconds is { } ends ? new FakeTimeProvider().GetUtcNow().AddSeconds(ends) : null, new Dictionary<string, string>()),
        dryRun);
}
