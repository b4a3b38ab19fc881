using Sdk = Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>From the SDK's instance to ours. The SDK leaves what EC2 did not send null.</summary>
internal static class InstanceMapping
{
    public static Instance Map(Sdk.Instance instance, string? account) => new(
        instance.InstanceId,
        StateOf(instance),
        instance.InstanceType?.Value ?? string.Empty,
        Tag(instance, "Name"),
        PrivateAddressesOf(instance),
        NonEmpty(instance.PublicIpAddress),
        [.. Present(instance.PrivateDnsName, instance.PublicDnsName)])
    {
        Lease = Tag(instance, Instance.LeaseTag),
        RestorePoint = Tag(instance, Instance.RestoreTag),
        StateReason = StateReason.From(instance.StateReason?.Code, instance.StateReason?.Message, instance.StateTransitionReason),
        Details = Details(instance) with { Account = NonEmpty(account) },
    };

    private static InstanceDetails Details(Sdk.Instance instance)
    {
        var interfaces = instance.NetworkInterfaces ?? [];
        var reservations = instance.CapacityReservationSpecification;
        var bound = reservations?.CapacityReservationTarget;
        return new InstanceDetails
        {
            Zone = NonEmpty(instance.Placement?.AvailabilityZone),
            LaunchedAt = instance.LaunchTime is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null,
            Platform = NonEmpty(instance.PlatformDetails),
            Tenancy = NonEmpty(instance.Placement?.Tenancy?.Value),
            PlacementGroup = NonEmpty(instance.Placement?.GroupName),
            ReservationPreference = NonEmpty(reservations?.CapacityReservationPreference?.Value),
            ReservationTarget = NonEmpty(bound?.CapacityReservationId) ?? NonEmpty(bound?.CapacityReservationResourceGroupArn),
            EbsVolumes = instance.BlockDeviceMappings?.Count(mapping => mapping.Ebs is not null) ?? 0,
            Cpu = CpuLayout.From(instance.CpuOptions?.CoreCount, instance.CpuOptions?.ThreadsPerCore),
            IsEbsOptimized = instance.EbsOptimized,
            AutoScalingGroup = Tag(instance, "aws:autoscaling:groupName"),
            Architecture = NonEmpty(instance.Architecture?.Value),
            VirtualizationType = NonEmpty(instance.VirtualizationType?.Value),
            BootMode = NonEmpty(instance.BootMode?.Value) ?? NonEmpty(instance.CurrentInstanceBootMode?.Value),
            EnaSupport = instance.EnaSupport,
            RootDeviceType = NonEmpty(instance.RootDeviceType?.Value),
            Lifecycle = NonEmpty(instance.InstanceLifecycle?.Value),
            IsHibernationConfigured = instance.HibernationOptions?.Configured,
            PublicDnsName = NonEmpty(instance.PublicDnsName),
            LosesPublicAddress = LosesPublicAddress(NonEmpty(instance.PublicIpAddress), interfaces),
            NetworkInterfaces = interfaces.Count,
            MostIpv4Addresses = interfaces.Select(one => one.PrivateIpAddresses?.Count).Max() ?? 0,
            MostIpv6Addresses = interfaces.Select(one => one.Ipv6Addresses?.Count).Max() ?? 0,
        };
    }

    private static string? Tag(Sdk.Instance instance, string key) => NonEmpty(instance.Tags?.Find(tag => tag.Key == key)?.Value);

    private static InstanceState StateOf(Sdk.Instance instance) => instance.State?.Name?.Value switch
    {
        "pending" => InstanceState.Pending,
        "running" => InstanceState.Running,
        "shutting-down" => InstanceState.ShuttingDown,
        "terminated" => InstanceState.Terminated,
        "stopping" => InstanceState.Stopping,
        "stopped" => InstanceState.Stopped,
        var other => throw new InstanceException(
            InstanceErrorKind.Terminal,
            "UnknownInstanceState",
            $"{instance.InstanceId} is in the state \"{other}\", which this program does not know; it will not guess what that means."),
    };

    /// <summary>An address that EC2 assigned belongs to Amazon, an Elastic IP to an account.</summary>
    private static bool? LosesPublicAddress(string? address, List<Sdk.InstanceNetworkInterface> interfaces)
    {
        if (address is null)
        {
            return false;
        }

        var association = interfaces.Select(one => one.Association).FirstOrDefault(association => association?.PublicIp == address);
        return NonEmpty(association?.IpOwnerId) is { } owner ? owner == "amazon" : null;
    }

    private static string[] PrivateAddressesOf(Sdk.Instance instance)
    {
        var addresses = new List<string?> { instance.PrivateIpAddress, instance.Ipv6Address };
        foreach (var networkInterface in instance.NetworkInterfaces ?? [])
        {
            addresses.Add(networkInterface.PrivateIpAddress);
            addresses.AddRange((networkInterface.PrivateIpAddresses ?? []).Select(address => address.PrivateIpAddress));
            addresses.AddRange((networkInterface.Ipv6Addresses ?? []).Select(address => address.Ipv6Address));
        }

        return [.. Present([.. addresses])];
    }

    private static IEnumerable<string> Present(params string?[] texts) =>
        texts.Select(NonEmpty).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase);

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
