namespace EsdbRollingAction.Sandbox.Model;

/// <summary>What EC2 tells of an instance type.</summary>
/// <param name="Name">Such as <c>t2.large</c>.</param>
/// <param name="VCpus">Virtual processors.</param>
/// <param name="MemoryMiB">Memory.</param>
/// <param name="NetworkInterfaces">How many it can have.</param>
/// <param name="AddressesPerInterface">IPv4 addresses of each, and as many IPv6 addresses.</param>
public sealed record InstanceType(string Name, int VCpus, int MemoryMiB, int NetworkInterfaces, int AddressesPerInterface)
{
    /// <summary>Types of the real catalogue: some that fit the nodes, and some that do not.</summary>
    public static IReadOnlyDictionary<string, InstanceType> Catalogue { get; } = new[]
    {
        new InstanceType("t2.nano", 1, 512, 2, 2),
        new InstanceType("t2.micro", 1, 1_024, 2, 2),
        new InstanceType("t2.large", 2, 8_192, 3, 12),
        new InstanceType("t2.xlarge", 4, 16_384, 3, 15),
        new InstanceType("t2.2xlarge", 8, 32_768, 3, 15),
        new InstanceType("m5.large", 2, 8_192, 3, 10) { IsNitro = true },
        new InstanceType("m5.xlarge", 4, 16_384, 4, 15) { IsNitro = true },
        new InstanceType("m5d.large", 2, 8_192, 3, 10) { IsNitro = true, InstanceStorageGB = 75 },
        new InstanceType("m6g.large", 2, 8_192, 3, 10) { IsNitro = true, Architecture = "arm64" },
        new InstanceType("m6i.large", 2, 8_192, 3, 10) { IsNitro = true },
        new InstanceType("m6i.xlarge", 4, 16_384, 4, 15) { IsNitro = true },
    }.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Needs ENA and NVMe drivers, is EBS-optimized by itself.</summary>
    public bool IsNitro { get; init; }

    /// <summary><c>x86_64</c> or <c>arm64</c>.</summary>
    public string Architecture { get; init; } = "x86_64";

    /// <summary>Size of its instance store; 0 for none.</summary>
    public int InstanceStorageGB { get; init; }

    /// <summary>Threads of each core.</summary>
    public int ThreadsPerCore => IsNitro && Architecture == "x86_64" ? 2 : 1;

    /// <summary>CPU cores.</summary>
    public int Cores => VCpus / ThreadsPerCore;

    /// <summary>How it can boot.</summary>
    public IReadOnlyList<string> BootModes => (IsNitro, Architecture) switch
    {
        (_, "arm64") => ["uefi"],
        (true, _) => ["legacy-bios", "uefi"],
        _ => ["legacy-bios"],
    };
}
