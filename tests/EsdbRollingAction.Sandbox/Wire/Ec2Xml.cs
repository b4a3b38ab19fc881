using System.Globalization;
using System.Xml.Linq;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Answers as EC2's API of 2016-11-15 writes them.</summary>
internal static class Ec2Xml
{
    private static readonly XNamespace Ec2Namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";

    public static string Instances(IEnumerable<Ec2Instance> instances, string? nextToken) => Response(
        "DescribeInstances",
        Element("reservationSet", instances.Select(instance => Element(
            "item",
            Element("reservationId", "r-" + instance.Id[2..]),
            Element("ownerId", "123456789012"),
            Element("groupSet"),
            Element("instancesSet", Item(instance))))),
        nextToken is null ? null : Element("nextToken", nextToken));

    public static string StateChanges(string action, IReadOnlyList<(string Id, (Ec2State Before, Ec2State Now) States)> changes) => Response(
        action,
        Element("instancesSet", changes.Select(change => Element(
            "item",
            Element("instanceId", change.Id),
            State("currentState", change.States.Now),
            State("previousState", change.States.Before)))));

    public static string Done(string action) => Response(action, Element("return", "true"));

    public static string Attribute(string id, string attribute, string value) => Response(
        "DescribeInstanceAttribute", Element("instanceId", id), Element(attribute, Element("value", value)));

    public static string Tags(IEnumerable<(string Id, string Key, string Value)> tags) => Response(
        "DescribeTags",
        Element("tagSet", tags.Select(tag => Element(
            "item",
            Element("resourceId", tag.Id),
            Element("resourceType", "instance"),
            Element("key", tag.Key),
            Element("value", tag.Value)))));

    public static string Error(string code, string message) => new XElement(
        "Response",
        new XElement("Errors", new XElement("Error", new XElement("Code", code), new XElement("Message", message))),
        new XElement("RequestID", "7a62c49f-347e-4fc4-9331-6e8e00000000")).ToString();

    public static string NameOf(Ec2State state) => state switch
    {
        Ec2State.Pending => "pending",
        Ec2State.Running => "running",
        Ec2State.Stopping => "stopping",
        _ => "stopped",
    };

    private static XElement Item(Ec2Instance instance) => Element(
        "item",
        Element("instanceId", instance.Id),
        Element("imageId", "ami-0abcdef1234567890"),
        State("instanceState", instance.State),
        Element("privateDnsName", instance.PrivateDnsName),
        Element("dnsName", ""),
        Element("reason", instance.Reason?.Transition ?? ""),
        instance.Reason is { } reason ? Element("stateReason", Element("code", reason.Code), Element("message", reason.Message)) : null,
        Element("instanceType", instance.Type),
        Element("launchTime", Time(instance.LaunchTime)),
        Element("placement", Element("availabilityZone", Ec2.Zone), Element("groupName", ""), Element("tenancy", "default")),
        Element("platformDetails", "Linux/UNIX"),
        Element("privateIpAddress", instance.PrivateAddress),
        Element("architecture", "x86_64"),
        Element("rootDeviceType", "ebs"),
        Element("rootDeviceName", "/dev/xvda"),
        Element("virtualizationType", "hvm"),
        Element("hypervisor", "xen"),
        Element("bootMode", "uefi-preferred"),
        Element("currentInstanceBootMode", "legacy-bios"),
        Element("hibernationOptions", Element("configured", "false")),
        Element("networkInterfaceSet", NetworkInterface(instance)),
        Tags(instance.Tags.Append(new("Name", instance.Node))),
        Element("capacityReservationSpecification", Element("capacityReservationPreference", "open")),
        Element(
            "blockDeviceMapping",
            Element("item", Element("deviceName", "/dev/xvda"), Element("ebs", Element("volumeId", "vol-" + instance.Id[2..])))),
        CpuOptionsOf(instance) is { } cpu
            ? Element("cpuOptions", Element("coreCount", cpu.Cores), Element("threadsPerCore", cpu.ThreadsPerCore))
            : null,
        Element("ebsOptimized", "false"),
        Element("enaSupport", "true"));

    private static CpuOptions? CpuOptionsOf(Ec2Instance instance) => instance.CpuOptions
        ?? (InstanceType.Catalogue.TryGetValue(instance.Type, out var type) ? new CpuOptions(type.Cores, type.ThreadsPerCore) : null);

    private static XElement NetworkInterface(Ec2Instance instance) => Element(
        "item",
        Element("networkInterfaceId", "eni-" + instance.Id[2..]),
        Element("subnetId", "subnet-0123456789abcdef0"),
        Element("privateIpAddress", instance.PrivateAddress),
        Element("privateIpAddressesSet", Element("item", Element("privateIpAddress", instance.PrivateAddress), Element("primary", "true"))));

    public static XElement Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        Element("tagSet", tags.Select(tag => Element("item", Element("key", tag.Key), Element("value", tag.Value))));

    /// <summary>EC2 has whole seconds. A second here is many of the model's, so its thousandths are kept.</summary>
    public static string Time(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static XElement State(string name, Ec2State state) => Element(
        name, Element("code", $"{CodeOf(state)}"), Element("name", NameOf(state)));

    private static int CodeOf(Ec2State state) => state switch
    {
        Ec2State.Pending => 0,
        Ec2State.Running => 16,
        Ec2State.Stopping => 64,
        _ => 80,
    };

    public static string Response(string action, params XElement?[] content) =>
        Element(action + "Response", Element("requestId", "7a62c49f-347e-4fc4-9331-6e8e00000000"), content).ToString();

    public static XElement Element(string name, params object?[] content) => new(Ec2Namespace + name, content);
}
