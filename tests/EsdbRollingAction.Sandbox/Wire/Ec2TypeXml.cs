using System.Xml.Linq;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Sandbox.Wire.Ec2Xml;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What EC2 tells of instance types.</summary>
internal static class Ec2TypeXml
{
    public static string Types(IEnumerable<InstanceType> types) =>
        Response("DescribeInstanceTypes", Element("instanceTypeSet", types.Select(Item)));

    public static string Offerings(IEnumerable<string> types, string locationType, string location) => Response(
        "DescribeInstanceTypeOfferings",
        Element("instanceTypeOfferingSet", types.Select(type => Element(
            "item", Element("instanceType", type), Element("locationType", locationType), Element("location", location)))));

    private static XElement Item(InstanceType type) => Element(
        "item",
        Element("instanceType", type.Name),
        Element("currentGeneration", "true"),
        Element("supportedUsageClasses", Element("item", "on-demand"), Element("item", "spot")),
        Element("supportedRootDeviceTypes", Element("item", "ebs")),
        Element("supportedVirtualizationTypes", Element("item", "hvm")),
        Element("bareMetal", "false"),
        Element("hypervisor", type.IsNitro ? "nitro" : "xen"),
        Element("processorInfo", Element("supportedArchitectures", Element("item", type.Architecture))),
        Element(
            "vCpuInfo",
            Element("defaultVCpus", type.VCpus),
            Element("defaultCores", type.Cores),
            Element("defaultThreadsPerCore", type.ThreadsPerCore)),
        Element("memoryInfo", Element("sizeInMiB", type.MemoryMiB)),
        Element("instanceStorageSupported", type.InstanceStorageGB > 0 ? "true" : "false"),
        type.InstanceStorageGB > 0 ? InstanceStorage(type) : null,
        Element(
            "ebsInfo",
            Element("ebsOptimizedSupport", type.IsNitro ? "default" : "unsupported"),
            Element("nvmeSupport", type.IsNitro ? "required" : "unsupported"),
            Element("maximumEbsAttachments", type.IsNitro ? 27 : 40),
            Element("attachmentLimitType", "shared")),
        Element(
            "networkInfo",
            Element("maximumNetworkInterfaces", type.NetworkInterfaces),
            Element("ipv4AddressesPerInterface", type.AddressesPerInterface),
            Element("ipv6AddressesPerInterface", type.AddressesPerInterface),
            Element("ipv6Supported", "true"),
            Element("enaSupport", type.IsNitro ? "required" : "unsupported")),
        Element("supportedBootModes", type.BootModes.Select(mode => Element("item", mode))));

    private static XElement InstanceStorage(InstanceType type) => Element(
        "instanceStorageInfo",
        Element("totalSizeInGB", type.InstanceStorageGB),
        Element("disks", Element("item", Element("sizeInGB", type.InstanceStorageGB), Element("count", 1), Element("type", "ssd"))),
        Element("nvmeSupport", "required"));
}
