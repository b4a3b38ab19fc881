using System.IO.Enumeration;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Reads of EC2: filters and pages.</summary>
internal static class Ec2Reads
{
    public static string Instances(IReadOnlyList<Ec2Instance> all, Ec2Form form)
    {
        var (page, next) = form.Page([.. AskedFor(all, form).Where(instance => Passes(form, instance, Matches))]);
        return Ec2Xml.Instances(page, next);
    }

    /// <summary>Of instances that do not run nothing is told unless all are asked for.</summary>
    public static string Statuses(IReadOnlyList<Ec2Instance> all, Ec2Form form)
    {
        if (form.DryRun)
        {
            throw new Ec2Exception("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }

        var isAnyState = string.Equals(form["IncludeAllInstances"], "true", StringComparison.OrdinalIgnoreCase);
        var (page, next) = form.Page([.. AskedFor(all, form)
            .Where(instance => isAnyState || instance.State == Ec2State.Running)
            .Where(instance => Passes(form, instance, StatusMatches))]);
        return Ec2StatusXml.Statuses(page, next);
    }

    public static string Types(IReadOnlyDictionary<string, InstanceType> known, Ec2Form form)
    {
        var asked = form.List("InstanceType");
        var unknown = asked.Where(type => !known.ContainsKey(type)).ToList();
        if (unknown.Count > 0)
        {
            throw new Ec2Exception("InvalidInstanceType", $"The following supplied instance types do not exist: [{string.Join(", ", unknown)}]");
        }

        return Ec2TypeXml.Types(Like(known.Keys, form).Where(type => asked.Count == 0 || asked.Contains(type)).Select(type => known[type]));
    }

    public static string Offerings(IEnumerable<string> offered, Ec2Form form)
    {
        var locationType = form["LocationType"] ?? "region";
        var location = locationType == "region" ? Ec2.Zone[..^1] : Ec2.Zone;
        var isThere = form.Filters().Where(filter => filter.Name == "location").All(filter => filter.Values.Contains(location));
        return Ec2TypeXml.Offerings(isThere ? Like(offered, form) : [], locationType, location);
    }

    public static string Tags(IReadOnlyList<Ec2Instance> all, Ec2Form form)
    {
        var tags = all.SelectMany(instance => instance.Tags.Append(new("Name", instance.Node)).Select(tag => (instance.Id, tag.Key, tag.Value)));
        return Ec2Xml.Tags(tags.Where(tag => form.Filters().All(filter => filter.Values.Any(value => filter.Name switch
        {
            "resource-id" => Like(value, tag.Id),
            "key" => Like(value, tag.Key),
            "value" => Like(value, tag.Value),
            "resource-type" => value == "instance",
            _ => throw new Ec2Exception("InvalidParameterValue", $"The filter '{filter.Name}' is invalid"),
        }))));
    }

    private static IEnumerable<string> Like(IEnumerable<string> types, Ec2Form form) => form.Filters()
        .Where(filter => filter.Name == "instance-type")
        .Aggregate(types, (chosen, filter) => chosen.Where(type => filter.Values.Any(value => Like(value, type))));

    private static IEnumerable<Ec2Instance> AskedFor(IReadOnlyList<Ec2Instance> all, Ec2Form form)
    {
        var ids = form.List("InstanceId");
        return ids.FirstOrDefault(id => all.All(instance => instance.Id != id)) is { } unknown
            ? throw new Ec2Exception("InvalidInstanceID.NotFound", $"The instance ID '{unknown}' does not exist")
            : all.Where(instance => ids.Count == 0 || ids.Contains(instance.Id));
    }

    private static bool Passes(Ec2Form form, Ec2Instance instance, Func<Ec2Instance, string, string, bool> matches) =>
        form.Filters().All(filter => filter.Values.Any(value => matches(instance, filter.Name, value)));

    private static bool StatusMatches(Ec2Instance instance, string filter, string value) => filter switch
    {
        "instance-state-name" => Like(value, Ec2Xml.NameOf(instance.State)),
        "availability-zone" => Like(value, Ec2.Zone),
        "event.code" => instance.Events.Any(scheduled => Like(value, scheduled.Code)),
        _ => throw new Ec2Exception("InvalidParameterValue", $"The filter '{filter}' is invalid"),
    };

    private static bool Matches(Ec2Instance instance, string filter, string value) => filter switch
    {
        "instance-id" => Like(value, instance.Id),
        "instance-state-name" => Like(value, Ec2Xml.NameOf(instance.State)),
        "instance-type" => Like(value, instance.Type),
        "private-ip-address" or "network-interface.addresses.private-ip-address" => Like(value, instance.PrivateAddress),
        "private-dns-name" => Like(value, instance.PrivateDnsName),
        "tag:Name" => Like(value, instance.Node),
        "tag-key" => instance.Tags.Keys.Append("Name").Any(key => Like(value, key)),
        _ when filter.StartsWith("tag:", StringComparison.Ordinal) =>
            instance.Tags.TryGetValue(filter[4..], out var tag) && Like(value, tag),
        _ => throw new Ec2Exception("InvalidParameterValue", $"The filter '{filter}' is invalid"),
    };

    private static bool Like(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
