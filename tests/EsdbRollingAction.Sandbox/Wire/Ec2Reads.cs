using System.Globalization;
using System.IO.Enumeration;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Reads of EC2: filters and pages.</summary>
internal static class Ec2Reads
{
    public static string Instances(IReadOnlyList<Ec2Instance> all, Ec2Form form)
    {
        var ids = form.List("InstanceId");
        if (ids.FirstOrDefault(id => all.All(instance => instance.Id != id)) is { } unknown)
        {
            throw new Ec2Exception("InvalidInstanceID.NotFound", $"The instance ID '{unknown}' does not exist");
        }

        var chosen = all
            .Where(instance => ids.Count == 0 || ids.Contains(instance.Id))
            .Where(instance => form.Filters().All(filter => filter.Values.Any(value => Matches(instance, filter.Name, value))))
            .ToList();
        var from = int.Parse(form["NextToken"] ?? "0", CultureInfo.InvariantCulture);
        var size = int.Parse(form["MaxResults"] ?? "1000", CultureInfo.InvariantCulture);
        var next = from + size < chosen.Count ? $"{from + size}" : null;
        return Ec2Xml.Instances(chosen.Skip(from).Take(size), next);
    }

    public static string Types(IReadOnlySet<string> known, Ec2Form form)
    {
        var asked = form.List("InstanceType");
        var unknown = asked.Where(type => !known.Contains(type)).ToList();
        if (unknown.Count > 0)
        {
            throw new Ec2Exception("InvalidInstanceType", $"The following supplied instance types do not exist: [{string.Join(", ", unknown)}]");
        }

        var filtered = form.Filters()
            .Where(filter => filter.Name == "instance-type")
            .Aggregate(known.AsEnumerable(), (types, filter) => types.Where(type => filter.Values.Any(value => Like(value, type))));
        return Ec2Xml.Types(filtered.Where(type => asked.Count == 0 || asked.Contains(type)));
    }

    private static bool Matches(Ec2Instance instance, string filter, string value) => filter switch
    {
        "instance-id" => Like(value, instance.Id),
        "instance-state-name" => Like(value, Ec2Xml.NameOf(instance.State)),
        "instance-type" => Like(value, instance.Type),
        "private-ip-address" or "network-interface.addresses.private-ip-address" => Like(value, instance.PrivateAddress),
        "private-dns-name" => Like(value, instance.PrivateDnsName),
        "tag:Name" => Like(value, instance.Node),
        "tag-key" => Like(value, "Name"),
        _ when filter.StartsWith("tag:", StringComparison.Ordinal) => false,
        _ => throw new Ec2Exception("InvalidParameterValue", $"The filter '{filter}' is invalid"),
    };

    private static bool Like(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
