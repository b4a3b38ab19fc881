using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Tests.Checks;

public class InstanceChecksTests
{
    [Fact]
    public void An_instance_with_which_all_is_well_passes_every_check() =>
        Assert.All(InstanceChecks.Of(Facts.Node(), Facts.All, allowInstanceStoreLoss: false), check => Assert.Equal(CheckOutcome.Passed, check.Outcome));

    [Fact]
    public void What_EC2_does_not_tell_or_denies_refuses_nothing()
    {
        var bare = Facts.Node(_ => new InstanceDetails(), publicAddress: "3.4.5.6");

        Assert.All(InstanceChecks.Of(bare, Facts.None, allowInstanceStoreLoss: false), check => Assert.True(check.Outcome <= CheckOutcome.Note, check.ToString()));
    }

    [Theory]
    [InlineData(InstanceState.Running, CheckOutcome.Passed)]
    [InlineData(InstanceState.Stopped, CheckOutcome.Note)]
    [InlineData(InstanceState.Pending, CheckOutcome.Note)]
    [InlineData(InstanceState.ShuttingDown, CheckOutcome.Refused)]
    [InlineData(InstanceState.Terminated, CheckOutcome.Refused)]
    public void One_that_is_down_is_brought_back_and_one_that_goes_for_good_is_refused(InstanceState state, CheckOutcome outcome) =>
        Assert.Equal(outcome, InstanceChecks.InstanceIsRunning(Facts.Node(state: state).Instance).Outcome);

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
        var facts = Facts.All with { StopProtection = new Dictionary<string, Told<bool>> { ["i-1"] = Told.As(true) } };

        var check = InstanceChecks.StopIsNotProtected(Facts.Node().Instance, facts);

        Assert.Equal(CheckOutcome.Refused, check.Outcome);
        Assert.Contains("disableApiStop", check.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "3.4.5.6", CheckOutcome.Passed)]
    [InlineData(true, "10.0.0.1", CheckOutcome.Note)]
    [InlineData(true, "3.4.5.6", CheckOutcome.Warning)]
    [InlineData(true, "ec2-3-4-5-6.eu-west-1.compute.amazonaws.com.", CheckOutcome.Warning)]
    [InlineData(null, "3.4.5.6", CheckOutcome.Note)]
    public void A_public_address_that_a_stop_loses_matters_when_the_node_is_reached_by_it(bool? loses, string reachedBy, CheckOutcome outcome)
    {
        var node = Facts.Node(
            details => details with { LosesPublicAddress = loses, PublicDnsName = "ec2-3-4-5-6.eu-west-1.compute.amazonaws.com" },
            publicAddress: "3.4.5.6",
            reachedBy: [reachedBy]);

        Assert.Equal(outcome, InstanceChecks.PublicAddressStays(node).Outcome);
    }

    [Fact]
    public void Hibernation_tenancy_and_placement_are_noted()
    {
        Assert.Equal(CheckOutcome.Note, InstanceChecks.HibernationIsOff(Facts.Healthy with { IsHibernationConfigured = true }).Outcome);
        Assert.Contains("dedicated", InstanceChecks.PlacementIsPlain(Facts.Healthy with { Tenancy = "dedicated" }).Found, StringComparison.Ordinal);
        Assert.Contains("spread-1", InstanceChecks.PlacementIsPlain(Facts.Healthy with { PlacementGroup = "spread-1" }).Found, StringComparison.Ordinal);
    }
}
