using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>From the SDK's instance type to ours. The SDK leaves what EC2 did not send null.</summary>
internal static class InstanceTypeMapping
{
    public static InstanceTypeDetails Map(InstanceTypeInfo type) => new(type.InstanceType?.Value ?? string.Empty)
    {
        Architectures = type.ProcessorInfo?.SupportedArchitectures ?? [],
        VirtualizationTypes = type.SupportedVirtualizationTypes ?? [],
        BootModes = type.SupportedBootModes ?? [],
        Hypervisor = type.Hypervisor?.Value,
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
