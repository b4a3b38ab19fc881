using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Checks;

public class TargetTypeChecksTests
{
    [Fact]
    public void A_type_that_fits_refuses_nothing_and_its_size_is_shown()
    {
        var checks = TargetTypeChecks.Of(Facts.Node(), Facts.All).ToList();

        Assert.DoesNotContain(checks, check => check.Outcome > CheckOutcome.Note);
        Assert.Equal("t2.large → m6i.xlarge: 2 → 4 vCPU, 8 → 16 GiB of memory", checks.Single(check => check.Name == "SizeChange").Found);
    }

    [Fact]
    public void A_node_that_keeps_its_type_has_nothing_to_check() =>
        Assert.Empty(TargetTypeChecks.Of(Facts.Node() with { TargetType = null }, Facts.All));

    [Fact]
    public void What_EC2_does_not_tell_or_denies_refuses_nothing()
    {
        var sparse = Facts.Of(new InstanceTypeDetails(Facts.Xen.Name), new InstanceTypeDetails(Facts.Nitro.Name))
            with
        { Offerings = Facts.None.Offerings };

        Assert.All(
            TargetTypeChecks.Of(Facts.Node(_ => new InstanceDetails()), sparse).Concat(TargetTypeChecks.Of(Facts.Node(), Facts.None)),
            check => Assert.True(check.Outcome <= CheckOutcome.Note, check.ToString()));
    }

    [Fact]
    public void A_type_that_does_not_exist_is_refused()
    {
        var check = Assert.Single(TargetTypeChecks.Of(Facts.Node(), Facts.Of(Facts.Xen)));

        Assert.Equal(("TargetTypeExists", CheckOutcome.Refused), (check.Name, check.Outcome));
    }

    [Fact]
    public void A_catalogue_that_does_not_know_the_instance_s_own_type_proves_nothing() =>
        Assert.Equal(CheckOutcome.Note, Assert.Single(TargetTypeChecks.Of(Facts.Node(), Facts.Of())).Outcome);

    [Theory]
    [InlineData("eu-west-1a", CheckOutcome.Passed)]
    [InlineData("eu-west-1b", CheckOutcome.Refused)]
    [InlineData(null, CheckOutcome.Note)]
    public void A_type_is_offered_in_the_instance_s_zone_or_refused(string? zone, CheckOutcome outcome) =>
        AssertOutcome(outcome, "TargetTypeIsOffered", Facts.Node(details => details with { Zone = zone }), Facts.Nitro);

    [Fact]
    public void An_empty_list_of_offerings_proves_nothing()
    {
        var facts = Facts.All with { Offerings = AwsAnswer.As<IReadOnlySet<(string Type, string Zone)>>(new HashSet<(string Type, string Zone)>()) };

        Assert.Equal(CheckOutcome.Note, TargetTypeChecks.Of(Facts.Node(), facts).Single(check => check.Name == "TargetTypeIsOffered").Outcome);
    }

    [Fact]
    public void Another_architecture_or_virtualization_is_refused()
    {
        AssertOutcome(CheckOutcome.Refused, "ArchitectureFits", Facts.Node(), Facts.Nitro with { Architectures = ["arm64"] });
        AssertOutcome(CheckOutcome.Refused, "VirtualizationFits", Facts.Node(details => details with { VirtualizationType = "paravirtual" }), Facts.Nitro);
    }

    [Theory]
    [InlineData("legacy-bios", CheckOutcome.Refused)]
    [InlineData("uefi", CheckOutcome.Passed)]
    [InlineData("uefi-preferred", CheckOutcome.Passed)]
    [InlineData(null, CheckOutcome.Note)]
    public void The_boot_mode_must_be_one_of_the_type_s(string? mode, CheckOutcome outcome) =>
        AssertOutcome(outcome, "BootModeFits", Facts.Node(details => details with { BootMode = mode }), Facts.Nitro with { BootModes = ["uefi"] });

    [Theory]
    [InlineData(true, "required", CheckOutcome.Passed)]
    [InlineData(false, "required", CheckOutcome.Refused)]
    [InlineData(null, "required", CheckOutcome.Note)]
    [InlineData(false, "supported", CheckOutcome.Passed)]
    public void A_type_that_needs_ENA_needs_an_instance_that_has_it(bool? enabled, string needed, CheckOutcome outcome) =>
        AssertOutcome(outcome, "NetworkDriverFits", Facts.Node(details => details with { EnaSupport = enabled }), Facts.Nitro with { EnaSupport = needed });

    [Fact]
    public void That_volumes_become_NVMe_devices_is_noted()
    {
        AssertOutcome(CheckOutcome.Note, "DiskDriverFits", Facts.Node(), Facts.Nitro);
        AssertOutcome(CheckOutcome.Passed, "DiskDriverFits", Facts.Node(), Facts.Nitro with { NvmeSupport = "unsupported" });
    }

    [Fact]
    public void Every_interface_and_address_must_find_its_place()
    {
        AssertOutcome(CheckOutcome.Refused, "NetworkInterfacesFit", Facts.Node(details => details with { NetworkInterfaces = 5 }), Facts.Nitro);
        AssertOutcome(CheckOutcome.Refused, "AddressesFit", Facts.Node(details => details with { MostIpv4Addresses = 16 }), Facts.Nitro);
        AssertOutcome(CheckOutcome.Refused, "AddressesFit", Facts.Node(details => details with { MostIpv6Addresses = 16 }), Facts.Nitro);
    }

    [Theory]
    [InlineData(27, 1, true, CheckOutcome.Passed)]
    [InlineData(28, 1, true, CheckOutcome.Refused)]
    [InlineData(26, 2, true, CheckOutcome.Passed)]
    [InlineData(27, 2, true, CheckOutcome.Refused)]
    [InlineData(27, 2, false, CheckOutcome.Passed)]
    public void Every_volume_must_find_its_place_beside_the_interfaces_where_the_limit_is_shared(
        int volumes, int interfaces, bool shared, CheckOutcome outcome) =>
        AssertOutcome(
            outcome,
            "VolumesFit",
            Facts.Node(details => details with { EbsVolumes = volumes, NetworkInterfaces = interfaces }),
            Facts.Nitro with { EbsVolumes = 27, InterfacesTakeVolumes = shared });

    [Fact]
    public void CPU_options_that_the_change_resets_are_told_with_the_old_and_the_new_values()
    {
        var node = Facts.Node(details => details with { Cpu = new CpuLayout(1, 1) });

        var check = TargetTypeChecks.Of(node, Facts.All).Single(check => check.Name == "CpuOptionsStay");

        Assert.Equal(CheckOutcome.Warning, check.Outcome);
        Assert.Equal(
            "the instance has CPU options of its own, 1 core(s) with 1 thread(s) each (the default of t2.large is 2 core(s) with 1 thread(s) each);"
            + " the change resets them to 2 core(s) with 2 thread(s) each, the default of m6i.xlarge",
            check.Found);
    }

    [Theory]
    [InlineData(true, "unsupported", CheckOutcome.Refused)]
    [InlineData(true, "default", CheckOutcome.Passed)]
    [InlineData(false, "unsupported", CheckOutcome.Passed)]
    public void An_EBS_optimized_instance_needs_a_type_that_can_be(bool optimized, string support, CheckOutcome outcome) =>
        AssertOutcome(outcome, "EbsOptimizationFits", Facts.Node(details => details with { IsEbsOptimized = optimized }), Facts.Nitro with { EbsOptimizedSupport = support });

    [Fact]
    public void A_smaller_memory_is_a_warning() =>
        AssertOutcome(CheckOutcome.Warning, "SizeChange", Facts.Node(), Facts.Nitro with { MemoryMiB = 4096 });

    private static void AssertOutcome(CheckOutcome outcome, string name, CheckedNode node, InstanceTypeDetails target) =>
        Assert.Equal(outcome, TargetTypeChecks.Of(node, Facts.Of(Facts.Xen, target)).Single(check => check.Name == name).Outcome);
}
