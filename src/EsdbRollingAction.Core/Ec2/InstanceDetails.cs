namespace EsdbRollingAction.Core.Ec2;

/// <summary>What else EC2 tells of an instance. What it did not send is null.</summary>
public sealed record InstanceDetails
{
    /// <summary>Availability zone, such as <c>eu-west-1a</c>.</summary>
    public string? Zone { get; init; }

    /// <summary>The AWS account that it belongs to.</summary>
    public string? Account { get; init; }

    /// <summary>When it was last launched, by EC2's clock: a start sets it anew, a reboot does not.</summary>
    public DateTimeOffset? LaunchedAt { get; init; }

    /// <summary>Platform as capacity reservations name it, such as <c>Linux/UNIX</c>.</summary>
    public string? Platform { get; init; }

    /// <summary><c>default</c>, <c>dedicated</c> or <c>host</c>.</summary>
    public string? Tenancy { get; init; }

    /// <summary>Name of its placement group.</summary>
    public string? PlacementGroup { get; init; }

    /// <summary><c>open</c>, <c>none</c> (it avoids capacity reservations) or <c>capacity-reservations-only</c>.</summary>
    public string? ReservationPreference { get; init; }

    /// <summary>The capacity reservation, or the ARN of the group of them, that it is bound to; null when it is bound to none.</summary>
    public string? ReservationTarget { get; init; }

    /// <summary>How many EBS volumes are attached, the root volume among them.</summary>
    public int EbsVolumes { get; init; }

    /// <summary>Its CPU options.</summary>
    public CpuLayout? Cpu { get; init; }

    /// <summary>Whether it was launched EBS-optimized.</summary>
    public bool? IsEbsOptimized { get; init; }

    /// <summary>Name of its Auto Scaling group, from the tag <c>aws:autoscaling:groupName</c>.</summary>
    public string? AutoScalingGroup { get; init; }

    /// <summary>Such as <c>x86_64</c> or <c>arm64</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary><c>hvm</c> or <c>paravirtual</c>.</summary>
    public string? VirtualizationType { get; init; }

    /// <summary>The boot mode that its image asks for, else the one that it runs with.</summary>
    public string? BootMode { get; init; }

    /// <summary>Whether enhanced networking with ENA is enabled.</summary>
    public bool? EnaSupport { get; init; }

    /// <summary><c>ebs</c> or <c>instance-store</c>.</summary>
    public string? RootDeviceType { get; init; }

    /// <summary><c>spot</c>, <c>scheduled</c>, or null for On-Demand.</summary>
    public string? Lifecycle { get; init; }

    /// <summary>Whether it can hibernate.</summary>
    public bool? IsHibernationConfigured { get; init; }

    /// <summary>Its public DNS name.</summary>
    public string? PublicDnsName { get; init; }

    /// <summary>Whether its public address is lost when it stops; null when EC2 does not tell whose the address is.</summary>
    public bool? LosesPublicAddress { get; init; }

    /// <summary>How many network interfaces it has.</summary>
    public int NetworkInterfaces { get; init; }

    /// <summary>The most private IPv4 addresses that one of its interfaces has.</summary>
    public int MostIpv4Addresses { get; init; }

    /// <summary>The most IPv6 addresses that one of its interfaces has.</summary>
    public int MostIpv6Addresses { get; init; }
}
