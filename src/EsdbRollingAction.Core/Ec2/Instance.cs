namespace EsdbRollingAction.Core.Ec2;

/// <summary>State of an EC2 instance, as <c>DescribeInstances</c> names it.</summary>
public enum InstanceState
{
    /// <summary>Is starting.</summary>
    Pending,

    /// <summary>Runs.</summary>
    Running,

    /// <summary>Is being terminated.</summary>
    ShuttingDown,

    /// <summary>Is gone for good.</summary>
    Terminated,

    /// <summary>Is stopping.</summary>
    Stopping,

    /// <summary>Is stopped.</summary>
    Stopped,
}

/// <summary>One EC2 instance as it was read; a read may show the world as it was some seconds ago.</summary>
/// <param name="Id">Instance id.</param>
/// <param name="State">State.</param>
/// <param name="Type">Instance type, such as <c>t2.large</c>.</param>
/// <param name="NameTag">Value of the tag <c>Name</c>, or null.</param>
/// <param name="PrivateAddresses">All private IP addresses of its network interfaces, IPv6 included.</param>
/// <param name="PublicAddress">Public IPv4 address, or null.</param>
/// <param name="DnsNames">Private and public DNS names.</param>
public sealed record Instance(
    string Id,
    InstanceState State,
    string Type,
    string? NameTag,
    IReadOnlyList<string> PrivateAddresses,
    string? PublicAddress,
    IReadOnlyList<string> DnsNames)
{
    /// <summary>Key of the tag that says which run may take nodes of the cluster down. Held capacity carries it too.</summary>
    public const string LeaseTag = "esdb-rolling-update";

    /// <summary>Key of the tag that says what an instance in work was before.</summary>
    public const string RestoreTag = "esdb-rolling-update-restore";

    /// <summary>Value of the lease's tag, or null.</summary>
    public string? Lease { get; init; }

    /// <summary>Value of the restore point's tag, or null. Version 1.0.0 wrote it into the other tag, on the instance in work.</summary>
    public string? RestorePoint { get => field ?? (IsLegacy(Lease) ? Lease : null); init; }

    /// <summary>Whether it is being terminated, or gone: it never comes back.</summary>
    public bool IsGoing => State is InstanceState.ShuttingDown or InstanceState.Terminated;

    /// <summary>Why it is in its state, or null.</summary>
    public StateReason? StateReason { get; init; }

    /// <summary>EC2's words for its state, to follow a mention of it; empty when there are none.</summary>
    public string ReasonClause => StateReason is { } reason ? $", EC2 says {reason.Words}" : "";

    /// <summary>What the checks before the first act and capacity reservations need to know of it.</summary>
    public InstanceDetails Details { get; init; } = new();

    private static bool IsLegacy(string? lease) => lease?.StartsWith("run=", StringComparison.Ordinal) == true;
}
