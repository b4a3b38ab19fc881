using System.Globalization;
using System.Runtime.CompilerServices;
using EsdbRollingAction.Core.Ec2;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Whether an instance can be of another type: what EC2's catalogue tells before anything is stopped.</summary>
/// <param name="before">The instance.</param>
/// <param name="current">The catalogue's entry of its type; null when it is not known.</param>
/// <param name="target">The entry of the type that it shall have.</param>
internal sealed class TargetTypeChecks(InstanceDetails before, InstanceTypeDetails? current, InstanceTypeDetails target)
{
    private const string Unsupported = "unsupported";

    /// <summary>All checks of one node's change of type; none when it keeps its type.</summary>
    public static IEnumerable<Check> Of(CheckedNode node, InstanceFacts facts)
    {
        if (node.TargetType is not { } name)
        {
            return [];
        }

        var instance = node.Instance;
        var exists = TargetTypeExists(instance, name, facts);
        return facts.TypeOf(name) is { } target
            ? [exists, .. new TargetTypeChecks(instance.Details, facts.TypeOf(instance.Type), target).All(instance.Type, facts)]
            : [exists];
    }

    private IEnumerable<Check> All(string type, InstanceFacts facts) =>
    [
        TargetTypeIsOffered(facts),
        ArchitectureFits(),
        VirtualizationFits(),
        BootModeFits(),
        NetworkDriverFits(),
        DiskDriverFits(),
        NetworkInterfacesFit(),
        VolumesFit(),
        AddressesFit(),
        EbsOptimizationFits(),
        CpuOptionsStay(),
        SizeChange(type),
    ];

    /// <summary>A catalogue that does not know the type of a running instance either is none.</summary>
    private static Check TargetTypeExists(Instance instance, string target, InstanceFacts facts) => facts switch
    {
        { Types.Problem: { } why } => NotChecked(why),
        _ when facts.TypeOf(target) is not null => Passed(target),
        _ when facts.TypeOf(instance.Type) is null => NotChecked($"EC2's catalogue does not even know {instance.Type}"),
        _ => Refused($"the instance type '{target}' does not exist in this AWS region"),
    };

    /// <summary>Capacity is another thing: a type that is offered may still be out of stock.</summary>
    private Check TargetTypeIsOffered(InstanceFacts facts) => (facts.Offerings, before.Zone) switch
    {
        ({ Problem: { } why }, _) => NotChecked(why),
        (_, null) or ({ Value: null or { Count: 0 } }, _) => NotChecked(),
        ({ Value: { } offered }, { } zone) when offered.Contains((target.Name, zone)) => Passed($"{target.Name} in {zone}"),
        var (_, zone) => Refused(
            $"{target.Name} is not offered in {zone}",
            "Choose a type that is offered in every node's availability zone"),
    };

    private Check ArchitectureFits() => IsOneOf(before.Architecture, target.Architectures, "is");

    private Check VirtualizationFits() => IsOneOf(before.VirtualizationType, target.VirtualizationTypes, "is");

    /// <summary>An image that only prefers UEFI boots either way.</summary>
    private Check BootModeFits() => before.BootMode is "uefi-preferred" && target.BootModes.Count > 0
        ? Passed(before.BootMode)
        : IsOneOf(before.BootMode, target.BootModes, "boots with");

    private Check IsOneOf(string? has, IReadOnlyList<string> supported, string verb, [CallerMemberName] string name = "")
    {
        if (has is null || supported.Count == 0)
        {
            return NotChecked(name: name);
        }

        return supported.Contains(has, StringComparer.Ordinal)
            ? Passed(has, name)
            : Refused($"the instance {verb} {has}, {target.Name} {verb} {string.Join(" or ", supported)}", name: name);
    }

    /// <summary>Without the ENA driver such a type has no network.</summary>
    private Check NetworkDriverFits() => (target.EnaSupport, before.EnaSupport) switch
    {
        (null, _) => NotChecked(),
        ("required", null) => NotChecked($"{target.Name} needs ENA, and EC2 does not tell whether the instance has it"),
        ("required", false) => Refused(
            $"{target.Name} needs ENA, which is not enabled for the instance",
            "Install the ENA driver, then enable enaSupport on the stopped instance"),
        var (needed, _) => Passed($"ENA is {needed}"),
    };

    /// <summary>On Nitro, volumes are NVMe devices. EC2 cannot tell whether the image copes.</summary>
    private Check DiskDriverFits() => (current?.NvmeSupport, target.NvmeSupport) switch
    {
        (_, null) or (null, "required") => NotChecked(),
        (Unsupported, "required") => Note(
            $"{target.Name} shows volumes as NVMe devices, {current.Name} does not",
            "The image needs the NVMe driver, and must not mount volumes by device names such as /dev/xvdf"),
        _ => Passed("no new driver is needed"),
    };

    private Check NetworkInterfacesFit() => target.NetworkInterfaces switch
    {
        null => NotChecked(),
        { } most when before.NetworkInterfaces > most =>
            Refused($"the instance has {before.NetworkInterfaces} network interfaces, {target.Name} may have {most}"),
        { } most => Passed($"{target.Name} may have {most}"),
    };

    /// <summary>Every volume stays attached; EC2 would say that it has no room for them only when the instance is started.</summary>
    private Check VolumesFit()
    {
        if (target.EbsVolumes is not { } most)
        {
            return NotChecked();
        }

        var taken = target.InterfacesTakeVolumes ? Math.Max(before.NetworkInterfaces - 1, 0) : 0;
        var beside = taken == 0 ? "" : $" beside {before.NetworkInterfaces} network interfaces";
        var room = $"{target.Name} may have {most - taken}{beside}";
        return before.EbsVolumes <= most - taken
            ? Passed(room)
            : Refused(
                $"the instance has {before.EbsVolumes} EBS volumes, {room}",
                "Detach volumes or interfaces, or choose a type with room for them");
    }

    private Check AddressesFit() => (target.Ipv4AddressesPerInterface, target.Ipv6AddressesPerInterface) switch
    {
        ({ } most, _) when before.MostIpv4Addresses > most =>
            Refused($"an interface has {before.MostIpv4Addresses} private IPv4 addresses, with {target.Name} it may have {most}"),
        (_, { } most) when before.MostIpv6Addresses > most =>
            Refused($"an interface has {before.MostIpv6Addresses} IPv6 addresses, with {target.Name} it may have {most}"),
        (null, _) or (_, null) => NotChecked(),
        var (ipv4, ipv6) => Passed($"{target.Name} may have {ipv4} IPv4 and {ipv6} IPv6 addresses an interface"),
    };

    /// <summary>EC2 refuses to start an EBS-optimized instance as a type that cannot be.</summary>
    private Check EbsOptimizationFits() => (before.IsEbsOptimized, target.EbsOptimizedSupport) switch
    {
        (false, _) => Passed("not asked for"),
        (null, _) or (_, null) => NotChecked(),
        (true, Unsupported) => Refused($"the instance is EBS-optimized, {target.Name} cannot be"),
        _ => Passed($"{target.Name} can be"),
    };

    /// <summary>Who licenses by the core, or has switched multithreading off, has set them; EC2 forgets them.</summary>
    private Check CpuOptionsStay()
    {
        if (before.Cpu is not { } options || current?.DefaultCpu is not { } usual)
        {
            return NotChecked();
        }

        if (options == usual)
        {
            return Passed($"the default of {current.Name}");
        }

        var next = target.DefaultCpu is { } known ? $"{known}, the default of {target.Name}" : $"the default of {target.Name}";
        return Warning(
            $"the instance has CPU options of its own, {options}"
            + $" (the default of {current.Name} is {usual}); the change resets them to {next}",
            "They come back with the type when the node is rolled back."
            + " For the new type, set them on the stopped instance: aws ec2 modify-instance-cpu-options");
    }

    /// <summary>A smaller memory may be meant; a database notices it.</summary>
    private Check SizeChange(string type)
    {
        if (current is not { VirtualCpus: { } cpus, MemoryMiB: { } memory }
            || target is not { VirtualCpus: { } newCpus, MemoryMiB: { } newMemory })
        {
            return NotChecked();
        }

        var change = $"{type} → {target.Name}: {cpus} → {newCpus} vCPU, {GiB(memory)} → {GiB(newMemory)} GiB of memory";
        return newMemory < memory ? Warning(change, "The database gets less memory than it has") : Passed(change);
    }

    private static string GiB(long mebibytes) => (mebibytes / 1024d).ToString("0.##", CultureInfo.InvariantCulture);
}
