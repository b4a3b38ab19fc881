using System.Globalization;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>Requests about capacity reservations.</summary>
internal static class Ec2CapacityActions
{
    public static string Create(Ec2 ec2, Ec2Form form)
    {
        if (form["InstanceMatchCriteria"] is "targeted" || form["InstancePlatform"] is null)
        {
            throw new Ec2Exception("InvalidParameterValue", "Only open reservations with a platform are made here.");
        }

        return Ec2CapacityXml.Made(ec2.Reserve(
            new CapacityRequest(
                form["InstanceType"] ?? "",
                int.Parse(form["InstanceCount"] ?? "1", CultureInfo.InvariantCulture),
                form["AvailabilityZone"] ?? "",
                form["ClientToken"] ?? $"{Guid.NewGuid()}",
                form["EndDate"] is { } end ? DateTimeOffset.Parse(end, CultureInfo.InvariantCulture) : null,
                form.Tags("TagSpecifications.1.Tag").ToDictionary(tag => tag.Key, tag => tag.Value ?? "", StringComparer.Ordinal)),
            form.DryRun));
    }

    public static string Find(Ec2 ec2, Ec2Form form)
    {
        if (form.DryRun)
        {
            throw new Ec2Exception("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }

        var ids = form.List("CapacityReservationId");
        var chosen = ec2.Reservations
            .Where(reservation => ids.Count == 0 || ids.Contains(reservation.Id))
            .Where(reservation => form.Filters().All(filter => filter.Values.Any(value => Matches(reservation, filter.Name, value))));
        var (page, next) = form.Page([.. chosen]);
        return Ec2CapacityXml.Found(page, next);
    }

    public static string Cancel(Ec2 ec2, Ec2Form form)
    {
        ec2.Release(form["CapacityReservationId"] ?? "", form.DryRun);
        return Ec2Xml.Done("CancelCapacityReservation");
    }

    private static bool Matches(CapacityReservation reservation, string filter, string value) => filter switch
    {
        "state" => reservation.State == value,
        "instance-type" => reservation.Request.Type == value,
        _ when filter.StartsWith("tag:", StringComparison.Ordinal) => reservation.Request.Tags.TryGetValue(filter[4..], out var tag) && tag == value,
        _ => throw new Ec2Exception("InvalidParameterValue", $"The filter '{filter}' is invalid"),
    };
}
