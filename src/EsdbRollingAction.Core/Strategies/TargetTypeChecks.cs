using System.Globalization;
using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Whether an instance can be of another type: what EC2's catalogue tells before anything is stopped.</summary>
internal static class TargetTypeChecks
{
    private const string Unsupported = "unsupported";

    /// <summary>All checks of one node's change of type.</summary>
    public static IEnumerable<Check> Of(CheckedNode node, InstanceFacts facts)
    {
        if (node.TargetType is not { } name)
        {
            return [];
        }

        var target = facts.TypeOf(name);
        return target is null
            ? [TargetTypeExists(node.Instance, name, facts)]
            :
            [
                TargetTypeExists(node.Instance, name, facts),
                TargetTypeIsOffered(node.Instance, name, facts),
                Supports(nameof(InstanceDetails.Architecture), node.Instance.Details.Architecture, target.Architectures, name),
                Supports("Virtualization", node.Instance.Details.VirtualizationType, target.VirtualizationTypes, name),
                BootModeFits(node.Instance.Details, target),
                NetworkDriverFits(node.Instance.Details, target),
                DiskDriverFits(facts.TypeOf(node.Instance.Type), target),
                NetworkInterfacesFit(node.Instance.Details, target),
                VolumesFit(node.Instance.Details, target),
                AddressesFit(node.Instance.Details, target),
                EbsOptimizationFits(node.Instance.Details, target),
                CpuOptionsStay(node.Instance.Details, facts.TypeOf(node.Instance.Type), target),
                SizeChange(node.Instance.Type, facts.TypeOf(node.Instance.Type), target),
            ];
    }

    /// <summary>A catalogue that does not know the type of a running instance either is none.</summary>
    public static Check TargetTypeExists(Instance instance, string target, InstanceFacts facts) =>
        facts.Types.Problem is { } why ? Check.NotChecked(nameof(TargetTypeExists), why)
        : facts.TypeOf(target) is not null ? Check.Passed(nameof(TargetTypeExists), target)
        : facts.TypeOf(instance.Type) is null ? Check.NotChecked(nameof(TargetTypeExists), $"EC2's catalogue does not even know {instance.Type}")
        : Check.Refused(nameof(TargetTypeExists), $"the instance type '{target}' does not exist in this AWS region");

    /// <summary>Capacity is another thing: a type that is offered may still be out of stock.</summary>
    public static Check TargetTypeIsOffered(Instance instance, string target, InstanceFacts facts) => (facts.Offerings, instance.Details.Zone) switch
    {
        ({ Problem: { } why }, _) => Check.NotChecked(nameof(TargetTypeIsOffered), why),
        (_, null) or ({ Value: null or { Count: 0 } }, _) => Check.NotChecked(nameof(TargetTypeIsOffered), Told.NotByEc2),
        ({ Value: { } offered }, { } zone) => offered.Contains((target, zone))
            ? Check.Passed(nameof(TargetTypeIsOffered), $"{target} in {zone}")
            : Check.Refused(nameof(TargetTypeIsOffered), $"{target} is not offered in {zone}", "Choose a type that is offered in every node's availability zone"),
    };

    /// <summary>The image was made for one of them.</summary>
    public static Check Supports(string what, string? has, IReadOnlyList<string> supported, string target) =>
        has is null || supported.Count == 0 ? Check.NotChecked($"{what}Fits", Told.NotByEc2)
        : supported.Contains(has, StringComparer.Ordinal) ? Check.Passed($"{what}Fits", has)
        : Check.Refused($"{what}Fits", $"the instance is {has}, {target} is {string.Join(" or ", supported)}");

    /// <summary>An image that only prefers UEFI boots either way.</summary>
    public static Check BootModeFits(InstanceDetails instance, InstanceTypeDetails target) =>
        instance.BootMode is not { } mode || target.BootModes.Count == 0 ? Check.NotChecked(nameof(BootModeFits), Told.NotByEc2)
        : mode == "uefi-preferred" || target.BootModes.Contains(mode, StringComparer.Ordinal) ? Check.Passed(nameof(BootModeFits), mode)
        : Check.Refused(nameof(BootModeFits), $"the instance boots with {mode}, {target.Name} with {string.Join(" or ", target.BootModes)}");

    /// <summary>Without the ENA driver such a type has no network.</summary>
    public static Check NetworkDriverFits(InstanceDetails instance, InstanceTypeDetails target) => (target.EnaSupport, instance.EnaSupport) switch
    {
        (null, _) => Check.NotChecked(nameof(NetworkDriverFits), Told.NotByEc2),
        ("required", false) => Check.Refused(
            nameof(NetworkDriverFits), $"{target.Name} needs ENA, which is not enabled for the instance", "Install the ENA driver, then enable enaSupport on the stopped instance"),
        ("required", null) => Check.NotChecked(nameof(NetworkDriverFits), $"{target.Name} needs ENA, and EC2 does not tell whether the instance has it"),
        var (needed, _) => Check.Passed(nameof(NetworkDriverFits), $"ENA is {needed}"),
    };

    /// <summary>On Nitro, volumes are NVMe devices. EC2 cannot tell whether the image has the driver and mounts them whatever their name.</summary>
    public static Check DiskDriverFits(InstanceTypeDetails? current, InstanceTypeDetails target) => (current?.NvmeSupport, target.NvmeSupport) switch
    {
        (_, null) or (null, "required") => Check.NotChecked(nameof(DiskDriverFits), Told.NotByEc2),
        (Unsupported, "required") => Check.Note(
            nameof(DiskDriverFits), $"{target.Name} shows volumes as NVMe devices, {current.Name} does not",
            "The image needs the NVMe driver, and must not mount volumes by device names such as /dev/xvdf"),
        _ => Check.Passed(nameof(DiskDriverFits), "no new driver is needed"),
    };

    /// <summary>Every interface stays attached.</summary>
    public static Check NetworkInterfacesFit(InstanceDetails instance, InstanceTypeDetails target) => target.NetworkInterfaces switch
    {
        null => Check.NotChecked(nameof(NetworkInterfacesFit), Told.NotByEc2),
        { } most when instance.NetworkInterfaces > most => Check.Refused(
            nameof(NetworkInterfacesFit), $"the instance has {instance.NetworkInterfaces} network interfaces, {target.Name} may have {most}"),
        { } most => Check.Passed(nameof(NetworkInterfacesFit), $"{target.Name} may have {most}"),
    };

    /// <summary>Every volume stays attached; EC2 would say that it has no room for them only when the instance is started.</summary>
    public static Check VolumesFit(InstanceDetails instance, InstanceTypeDetails target)
    {
        if (target.EbsVolumes is not { } most)
        {
            return Check.NotChecked(nameof(VolumesFit), Told.NotByEc2);
        }

        var taken = target.InterfacesTakeVolumes ? Math.Max(instance.NetworkInterfaces - 1, 0) : 0;
        var beside = taken == 0 ? "" : $" beside {instance.NetworkInterfaces} network interfaces";
        return instance.EbsVolumes > most - taken
            ? Check.Refused(
                nameof(VolumesFit),
                $"the instance has {instance.EbsVolumes} EBS volumes, {target.Name} may have {most - taken}{beside}",
                "Detach volumes or interfaces, or choose a type with room for them")
            : Check.Passed(nameof(VolumesFit), $"{target.Name} may have {most - taken}{beside}");
    }

    /// <summary>Who licenses by the core, or has switched multithreading off, has set them; EC2 forgets them.</summary>
    public static Check CpuOptionsStay(InstanceDetails instance, InstanceTypeDetails? current, InstanceTypeDetails target)
    {
        if (instance.Cpu is not { } options || current?.DefaultCpu is not { } usual)
        {
            return Check.NotChecked(nameof(CpuOptionsStay), Told.NotByEc2);
        }

        var next = target.DefaultCpu is { } known ? $"{known}, the default of {target.Name}" : $"the default of {target.Name}";
        return options == usual
            ? Check.Passed(nameof(CpuOptionsStay), $"the default of {current.Name}")
            : Check.Warning(
                nameof(CpuOptionsStay),
                $"the instance has CPU options of its own, {options}"
                + $" (the default of {current.Name} is {usual}); the change resets them to {next}",
                "They come back with the type when the node is rolled back."
                + " For the new type, set them on the stopped instance: aws ec2 modify-instance-cpu-options");
    }

    /// <summary>Every address stays assigned.</summary>
    public static Check AddressesFit(InstanceDetails instance, InstanceTypeDetails target) => (target.Ipv4AddressesPerInterface, target.Ipv6AddressesPerInterface) switch
    {
        ({ } most, _) when instance.MostIpv4Addresses > most => Check.Refused(
            nameof(AddressesFit), $"an interface has {instance.MostIpv4Addresses} private IPv4 addresses, with {target.Name} it may have {most}"),
        (_, { } most) when instance.MostIpv6Addresses > most => Check.Refused(
            nameof(AddressesFit), $"an interface has {instance.MostIpv6Addresses} IPv6 addresses, with {target.Name} it may have {most}"),
        (null, _) or (_, null) => Check.NotChecked(nameof(AddressesFit), Told.NotByEc2),
        var (ipv4, ipv6) => Check.Passed(nameof(AddressesFit), $"{target.Name} may have {ipv4} IPv4 and {ipv6} IPv6 addresses an interface"),
    };

    /// <summary>EC2 refuses to start an EBS-optimized instance as a type that cannot be.</summary>
    public static Check EbsOptimizationFits(InstanceDetails instance, InstanceTypeDetails target) => (instance.IsEbsOptimized, target.EbsOptimizedSupport) switch
    {
        (false, _) => Check.Passed(nameof(EbsOptimizationFits), "not asked for"),
        (null, _) or (_, null) => Check.NotChecked(nameof(EbsOptimizationFits), Told.NotByEc2),
        (true, Unsupported) => Check.Refused(nameof(EbsOptimizationFits), $"the instance is EBS-optimized, {target.Name} cannot be"),
        _ => Check.Passed(nameof(EbsOptimizationFits), $"{target.Name} can be"),
    };

    /// <summary>A smaller memory may be meant; a database notices it.</summary>
    public static Check SizeChange(string current, InstanceTypeDetails? before, InstanceTypeDetails after)
    {
        if (before is not { VirtualCpus: { } cpus, MemoryMiB: { } memory } || after is not { VirtualCpus: { } newCpus, MemoryMiB: { } newMemory })
        {
            return Check.NotChecked(nameof(SizeChange), Told.NotByEc2);
        }

        var change = $"{current} → {after.Name}: {cpus} → {newCpus} vCPU, {GiB(memory)} → {GiB(newMemory)} GiB of memory";
        return newMemory < memory
            ? Check.Warning(nameof(SizeChange), change, "The database gets less memory than it has")
            : Check.Passed(nameof(SizeChange), change);
    }

    private static string GiB(long mebibytes) => (mebibytes / 1024d).ToString("0.##", CultureInfo.InvariantCulture);
}
