using System.Security.Cryptography;
using System.Text;
using Amazon.EC2;
using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>The reservation that an instance, started as another type, is placed in without naming it.</summary>
internal static class CapacityRequest
{
    // EC2 knows some platforms by one name where it describes an instance and by another where it reserves for one
    // (EC2 User Guide, "AMI billing information fields"; API Reference, CreateCapacityReservation).
    private static readonly Dictionary<string, string> PlatformNames = new(StringComparer.Ordinal)
    {
        ["Red Hat BYOL Linux"] = "Linux/UNIX",
        ["Red Hat Enterprise Linux with HA"] = "RHEL with HA",
        ["Windows BYOL"] = "Windows",
    };

    /// <summary>Why an open reservation would not be used by this instance, or null.</summary>
    public static string? WhyNot(Instance instance) => instance.Details switch
    {
        { Zone: null } => "EC2 does not tell its availability zone",
        { Tenancy: "host" } => "it runs on a dedicated host",
        { PlacementGroup: { } group } => $"it is in the placement group {group}",
        { ReservationTarget: { } bound } => $"it is bound to {bound}",
        { ReservationPreference: "none" } => "it avoids capacity reservations (its preference is none)",
        _ => null,
    };

    public static CreateCapacityReservationRequest For(Instance instance, string instanceType, DateTimeOffset until) => new()
    {
        ClientToken = Token(instance.Id, instanceType, until),
        InstanceType = instanceType,
        InstanceCount = 1,
        InstanceMatchCriteria = InstanceMatchCriteria.Open,
        InstancePlatform = PlatformOf(instance.Details),
        AvailabilityZone = instance.Details.Zone,
        Tenancy = instance.Details.Tenancy,
        EbsOptimized = instance.Details.IsEbsOptimized,
        EndDateType = EndDateType.Limited,
        EndDate = until.UtcDateTime,
        TagSpecifications =
        [
            new TagSpecification
            {
                ResourceType = ResourceType.CapacityReservation,
                Tags = [new Tag(Instance.LeaseTag, instance.Id)],
            },
        ],
    };

    /// <summary>The same, of which only whether it is allowed matters.</summary>
    public static CreateCapacityReservationRequest DryRun(Instance instance, string instanceType)
    {
        var request = For(instance, instanceType, DateTimeOffset.UnixEpoch);
        request.EndDateType = EndDateType.Unlimited;
        request.EndDate = null;
        request.DryRun = true;
        return request;
    }

    /// <summary>A request that is sent again, because its answer was lost, makes no second reservation.</summary>
    private static string Token(string instanceId, string instanceType, DateTimeOffset until)
    {
        var text = $"{instanceId} {instanceType} {until.UtcTicks}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string PlatformOf(InstanceDetails details)
    {
        var platform = details.Platform ?? "Linux/UNIX";
        return PlatformNames.GetValueOrDefault(platform, platform);
    }
}
