using System.Xml.Linq;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Sandbox.Wire.Ec2Xml;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What EC2 tells of the state of instances, and of what it will do to them.</summary>
internal static class Ec2StatusXml
{
    public static string Statuses(IEnumerable<Ec2Instance> instances, string? nextToken) => Response(
        "DescribeInstanceStatus",
        Element("instanceStatusSet", instances.Select(Item)),
        nextToken is null ? null : Element("nextToken", nextToken));

    private static XElement Item(Ec2Instance instance) => Element(
        "item",
        Element("instanceId", instance.Id),
        Element("availabilityZone", Ec2.Zone),
        Element("eventsSet", instance.Events.Select(Event)),
        State("instanceState", instance.State),
        Check("systemStatus", instance),
        Check("instanceStatus", instance));

    private static XElement Event(ScheduledEvent scheduled) => Element(
        "item",
        Element("instanceEventId", scheduled.Id),
        Element("code", scheduled.Code),
        Element("description", scheduled.Description),
        Element("notBefore", Time(scheduled.NotBefore)),
        scheduled.NotAfter is { } latest ? Element("notAfter", Time(latest)) : null,
        scheduled.NotBeforeDeadline is { } deadline ? Element("notBeforeDeadline", Time(deadline)) : null);

    /// <summary>The sandbox models none of the two checks: a machine that hangs in its boot may pass both.</summary>
    private static XElement Check(string name, Ec2Instance instance) =>
        Element(name, Element("status", instance.State == Ec2State.Running ? "ok" : "not-applicable"));
}
