using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Checks;

/// <summary>An instance with which all is well, the type it shall have, and an EC2 that tells everything.</summary>
internal static class Facts
{
    public static InstanceTypeDetails Xen { get; } = new("t2.large")
    {
        Architectures = ["i386", "x86_64"],
        VirtualizationTypes = ["hvm"],
        BootModes = ["legacy-bios"],
        EnaSupport = "unsupported",
        NvmeSupport = "unsupported",
        EbsOptimizedSupport = "unsupported",
        NetworkInterfaces = 3,
        Ipv4AddressesPerInterface = 12,
        Ipv6AddressesPerInterface = 12,
        EbsVolumes = 40,
        DefaultCpu = new CpuLayout(2, 1),
        VirtualCpus = 2,
        MemoryMiB = 8192,
        HasInstanceStore = false,
    };

    public static InstanceTypeDetails Nitro { get; } = Xen with
    {
        Name = "m6i.xlarge",
        Architectures = ["x86_64"],
        BootModes = ["legacy-bios", "uefi"],
        EnaSupport = "required",
        NvmeSupport = "required",
        EbsOptimizedSupport = "default",
        NetworkInterfaces = 4,
        Ipv4AddressesPerInterface = 15,
        Ipv6AddressesPerInterface = 15,
        EbsVolumes = 27,
        InterfacesTakeVolumes = true,
        DefaultCpu = new CpuLayout(2, 2),
        VirtualCpus = 4,
        MemoryMiB = 16384,
    };

    public static InstanceDetails Healthy { get; } = new()
    {
        Zone = "eu-west-1a",
        Tenancy = "default",
        IsEbsOptimized = false,
        Architecture = "x86_64",
        VirtualizationType = "hvm",
        BootMode = "legacy-bios",
        EnaSupport = true,
        RootDeviceType = "ebs",
        IsHibernationConfigured = false,
        LosesPublicAddress = false,
        NetworkInterfaces = 1,
        MostIpv4Addresses = 1,
        ReservationPreference = "open",
        EbsVolumes = 2,
        Cpu = new CpuLayout(2, 1),
    };

    public static CheckedNode Node(
        Func<InstanceDetails, InstanceDetails>? change = null,
        InstanceState state = InstanceState.Running,
        string? publicAddress = null,
        CheckedAddresses? addresses = null) => new(
            "node1",
            new Instance("i-1", state, Xen.Name, "node1", ["10.0.0.1"], publicAddress, []) { Details = change?.Invoke(Healthy) ?? Healthy },
            Nitro.Name,
            addresses ?? new CheckedAddresses("node1.test"));

    public static InstanceFacts All { get; } = Of(Xen, Nitro);

    /// <summary>EC2 refuses every question.</summary>
    public static InstanceFacts None { get; } = new()
    {
        Types = AwsAnswer.Not<IReadOnlyDictionary<string, InstanceTypeDetails>>("denied"),
        Offerings = AwsAnswer.Not<IReadOnlySet<(string Type, string Zone)>>("denied"),
        StopProtection = new Dictionary<string, AwsAnswer<bool>> { ["i-1"] = AwsAnswer.Not<bool>("denied") },
        AutoScaling = new Dictionary<string, AwsAnswer<AutoScalingMember>>(),
        Events = AwsAnswer.As<IReadOnlyList<ScheduledEvent>>([]),
    };

    public static InstanceFacts Of(params InstanceTypeDetails[] types) => new()
    {
        Types = AwsAnswer.As<IReadOnlyDictionary<string, InstanceTypeDetails>>(types.ToDictionary(type => type.Name)),
        Offerings = AwsAnswer.As<IReadOnlySet<(string Type, string Zone)>>(types.Select(type => (type.Name, "eu-west-1a")).ToHashSet()),
        StopProtection = new Dictionary<string, AwsAnswer<bool>> { ["i-1"] = AwsAnswer.As(false) },
        AutoScaling = new Dictionary<string, AwsAnswer<AutoScalingMember>>(),
        Events = AwsAnswer.As<IReadOnlyList<ScheduledEvent>>([]),
    };
}
