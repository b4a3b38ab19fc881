using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>What EC2's catalogue says of an instance type. What it did not send is null, or empty for a list.</summary>
/// <param name="Name">Such as <c>t2.xlarge</c>.</param>
public sealed record InstanceTypeDetails(string Name)
{
    /// <summary>Such as <c>x86_64</c>.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary><c>hvm</c>, <c>paravirtual</c>.</summary>
    public IReadOnlyList<string> VirtualizationTypes { get; init; } = [];

    /// <summary><c>legacy-bios</c>, <c>uefi</c>.</summary>
    public IReadOnlyList<string> BootModes { get; init; } = [];

    /// <summary><c>unsupported</c>, <c>supported</c> or <c>required</c>.</summary>
    public string? EnaSupport { get; init; }

    /// <summary><c>unsupported</c>, <c>supported</c> or <c>required</c>.</summary>
    public string? NvmeSupport { get; init; }

    /// <summary><c>unsupported</c>, <c>supported</c> or <c>default</c>.</summary>
    public string? EbsOptimizedSupport { get; init; }

    /// <summary>How many EBS volumes an instance may have, beside one network interface where the limit is shared.</summary>
    public int? EbsVolumes { get; init; }

    /// <summary>Whether every further network interface leaves room for one volume less.</summary>
    public bool InterfacesTakeVolumes { get; init; }

    /// <summary>The CPU options of an instance for which nobody has set any.</summary>
    public CpuLayout? DefaultCpu { get; init; }

    /// <summary>How many network interfaces an instance may have.</summary>
    public int? NetworkInterfaces { get; init; }

    /// <summary>How many private IPv4 addresses an interface may have.</summary>
    public int? Ipv4AddressesPerInterface { get; init; }

    /// <summary>How many IPv6 addresses an interface may have.</summary>
    public int? Ipv6AddressesPerInterface { get; init; }

    /// <summary>Virtual CPUs.</summary>
    public int? VirtualCpus { get; init; }

    /// <summary>Memory in MiB.</summary>
    public long? MemoryMiB { get; init; }

    /// <summary>Whether instances have volumes that lose their data at a stop.</summary>
    public bool? HasInstanceStore { get; init; }

    /// <summary>From the SDK's instance type. The SDK leaves what EC2 did not send null.</summary>
    internal static InstanceTypeDetails From(InstanceTypeInfo type) => new(type.InstanceType?.Value ?? string.Empty)
    {
        Architectures = type.ProcessorInfo?.SupportedArchitectures ?? [],
        VirtualizationTypes = type.SupportedVirtualizationTypes ?? [],
        BootModes = type.SupportedBootModes ?? [],
        EnaSupport = type.NetworkInfo?.EnaSupport?.Value,
        NvmeSupport = type.EbsInfo?.NvmeSupport?.Value,
        EbsOptimizedSupport = type.EbsInfo?.EbsOptimizedSupport?.Value,
        EbsVolumes = type.EbsInfo?.MaximumEbsAttachments,
        InterfacesTakeVolumes = type.EbsInfo?.AttachmentLimitType?.Value == "shared" && type.Hypervisor?.Value == "nitro",
        DefaultCpu = CpuLayout.From(type.VCpuInfo?.DefaultCores, type.VCpuInfo?.DefaultThreadsPerCore),
        NetworkInterfaces = type.NetworkInfo?.MaximumNetworkInterfaces,
        Ipv4AddressesPerInterface = type.NetworkInfo?.Ipv4AddressesPerInterface,
        Ipv6AddressesPerInterface = type.NetworkInfo?.Ipv6AddressesPerInterface,
        VirtualCpus = type.VCpuInfo?.DefaultVCpus,
        MemoryMiB = type.MemoryInfo?.SizeInMiB,
        HasInstanceStore = type.InstanceStorageSupported,
    };
}
