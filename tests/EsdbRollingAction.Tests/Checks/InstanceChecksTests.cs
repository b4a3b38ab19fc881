using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Checks;

public class InstanceChecksTests
{
    private static readonly RollSettings Settings = new() { Seeds = [], ReserveCapacity = CapacityPolicy.Auto };

    [Fact]
    public void An_instance_with_which_all_is_well_passes_every_check() =>
        Assert.All(InstanceChecks.Of(Facts.Node(), Facts.All, Settings), check => Assert.Equal(CheckOutcome.Passed, check.Outcome));

    [Fact]
    public void What_EC2_does_not_tell_or_denies_refuses_nothing()
    {
        var bare = Facts.Node(_ => new InstanceDetails(), publicAddress: "3.4.5.6", addresses: new CheckedAddresses("3.4.5.6"));

        Assert.All(InstanceChecks.Of(bare, Facts.None, Settings), check => Assert.True(check.Outcome <= CheckOutcome.Note, check.ToString()));
    }

    [Theory]
    [InlineData(InstanceState.Running, CheckOutcome.Passed)]
    [InlineData(InstanceState.Stopped, CheckOutcome.Note)]
    [InlineData(InstanceState.Pending, CheckOutcome.Note)]
    public void One_that_is_down_is_brought_back(InstanceState state, CheckOutcome outcome) =>
        Assert.Equal(outcome, InstanceChecks.InstanceIsRunning(Facts.Node(state: state).Instance).Outcome);

    [Fact]
    public void Why_it_is_off_is_told_in_EC2_s_words()
    {
        var stopped = Facts.Node(state: InstanceState.Stopped).Instance with { StateReason = new StateReason("Server.ScheduledStop", "") };

        Assert.Equal("i-1 is Stopped, EC2 says \"Server.ScheduledStop\"; the update brings it back", InstanceChecks.InstanceIsRunning(stopped).Found);
    }

    [Theory]
    [InlineData(false, CheckOutcome.Refused)]
    [InlineData(true, CheckOutcome.Warning)]
    public void An_instance_store_root_is_refused_unless_the_loss_is_allowed(bool allowed, CheckOutcome outcome) =>
        Assert.Equal(outcome, InstanceChecks.RootVolumeIsEbs(Facts.Healthy with { RootDeviceType = "instance-store" }, allowed).Outcome);

    [Theory]
    [InlineData(false, CheckOutcome.Refused)]
    [InlineData(true, CheckOutcome.Warning)]
    public void Instance_store_volumes_are_refused_unless_the_loss_is_allowed(bool allowed, CheckOutcome outcome)
    {
        var facts = Facts.Of(Facts.Xen with { HasInstanceStore = true }, Facts.Nitro);

        Assert.Equal(outcome, InstanceChecks.NoInstanceStoreVolumes(Facts.Node().Instance, facts, allowed).Outcome);
    }

    [Fact]
    public void A_spot_instance_is_refused() =>
        Assert.Equal(CheckOutcome.Refused, InstanceChecks.InstanceIsNotSpot(Facts.Healthy with { Lifecycle = "spot" }).Outcome);

    [Fact]
    public void Stop_protection_is_refused_with_what_to_do()
    {
        var facts = Facts.All with { StopProtection = new Dictionary<string, AwsAnswer<bool>> { ["i-1"] = AwsAnswer.As(true) } };

        var check = InstanceChecks.StopIsNotProtected(Facts.Node().Instance, facts);

        Assert.Equal(CheckOutcome.Refused, check.Outcome);
        Assert.Contains("disableApiStop", check.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_scheduled_is_noted_with_its_time_and_of_this_instance_only()
    {
        var at = new DateTimeOffset(2026, 12, 1, 6, 0, 0, TimeSpan.Zero);
        var facts = Facts.All with { Events = AwsAnswer.As<IReadOnlyList<ScheduledEvent>>([new("i-1", "instance-retirement", "Degraded hardware.", at) { Until = at.AddDays(7) }, new("i-2", "system-reboot", "", null)]) };

        var check = InstanceChecks.NothingIsScheduled(Facts.Node().Instance, facts.Events);

        Assert.Equal((CheckOutcome.Note, "EC2 has scheduled instance-retirement from 2026-12-01 06:00Z on, at the latest 2026-12-08 06:00Z (Degraded hardware)"), (check.Outcome, check.Found));
        Assert.Equal(CheckOutcome.Passed, InstanceChecks.NothingIsScheduled(Facts.Node().Instance, AwsAnswer.As<IReadOnlyList<ScheduledEvent>>([])).Outcome);
        Assert.Equal("not checked: denied", InstanceChecks.NothingIsScheduled(Facts.Node().Instance, AwsAnswer.Not<IReadOnlyList<ScheduledEvent>>("denied")).Found);
    }

    [Fact]
    public void Hibernation_tenancy_and_placement_are_noted()
    {
        Assert.Equal(CheckOutcome.Note, InstanceChecks.HibernationIsOff(Facts.Healthy with { IsHibernationConfigured = true }).Outcome);
        Assert.Contains("dedicated", InstanceChecks.PlacementIsPlain(Facts.Healthy with { Tenancy = "dedicated" }).Found, StringComparison.Ordinal);
        Assert.Contains("spread-1", InstanceChecks.PlacementIsPlain(Facts.Healthy with { PlacementGroup = "spread-1" }).Found, StringComparison.Ordinal);
    }
}
