using System.Xml.Linq;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Reads what Auto Scaling's query interface answers (version 2011-01-01).</summary>
internal static class AutoScalingAnswers
{
    /// <summary>By instance id: group and lifecycle state.</summary>
    /// <exception cref="System.Xml.XmlException">It is no XML.</exception>
    public static IReadOnlyDictionary<string, (string Group, string State)> Instances(string xml) => Members(xml, "AutoScalingInstances")
        .Select(member => (Id: Text(member, "InstanceId"), Group: Text(member, "AutoScalingGroupName"), State: Text(member, "LifecycleState")))
        .Where(member => member is { Id: not null, Group: not null, State: not null })
        .DistinctBy(member => member.Id)
        .ToDictionary(member => member.Id!, member => (member.Group!, member.State!), StringComparer.Ordinal);

    /// <summary>By group: its processes that are suspended.</summary>
    /// <exception cref="System.Xml.XmlException">It is no XML.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyCollection<string>> SuspendedProcesses(string xml) => Members(xml, "AutoScalingGroups")
        .Select(member => (Group: Text(member, "AutoScalingGroupName"), Processes: Children(member, "SuspendedProcesses")))
        .Where(group => group.Group is not null)
        .DistinctBy(group => group.Group)
        .ToDictionary(
            group => group.Group!,
            group => (IReadOnlyCollection<string>)[.. group.Processes.Select(process => Text(process, "ProcessName")).OfType<string>()],
            StringComparer.Ordinal);

    /// <summary>The error's code, or null.</summary>
    /// <exception cref="System.Xml.XmlException">It is no XML.</exception>
    public static string? ErrorCode(string xml) =>
        XDocument.Parse(xml).Descendants().FirstOrDefault(element => element.Name.LocalName == "Code")?.Value;

    private static IEnumerable<XElement> Members(string xml, string list) =>
        XDocument.Parse(xml).Descendants().Where(element => element.Name.LocalName == list).Take(1).SelectMany(element => element.Elements());

    private static IEnumerable<XElement> Children(XElement element, string list) =>
        element.Elements().Where(child => child.Name.LocalName == list).SelectMany(child => child.Elements());

    private static string? Text(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value is { Length: > 0 } text ? text : null;
}
