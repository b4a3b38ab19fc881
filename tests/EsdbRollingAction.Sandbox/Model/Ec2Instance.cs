namespace EsdbRollingAction.Sandbox.Model;

/// <summary>States of an instance that is not terminated.</summary>
public enum Ec2State
{
    Pending,
    Running,
    Stopping,
    Stopped,
}

/// <summary>One instance as a read shows it.</summary>
/// <param name="Id">Instance id.</param>
/// <param name="Node">The node that lives on it; also its tag <c>Name</c>.</param>
/// <param name="State">State.</param>
/// <param name="Type">Instance type.</param>
/// <param name="PrivateAddress">Private IP address: the node's.</param>
/// <param name="PrivateDnsName">Private DNS name.</param>
public sealed record Ec2Instance(string Id, string Node, Ec2State State, string Type, string PrivateAddress, string PrivateDnsName)
{
    /// <summary>Why it is in its state; null for none.</summary>
    public StateReason? Reason { get; init; }

    /// <summary>When it was run, or started from stopped since then. A reboot leaves it as it is.</summary>
    public required DateTimeOffset LaunchTime { get; init; }

    /// <summary>What EC2 will do to it.</summary>
    public IReadOnlyList<ScheduledEvent> Events { get; init; } = [];

    /// <summary>CPU options that somebody has set; null for the default of its type.</summary>
    public CpuOptions? CpuOptions { get; init; }

    /// <summary>Its tags other than <c>Name</c>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>CPU options.</summary>
/// <param name="Cores">CPU cores.</param>
/// <param name="ThreadsPerCore">Threads of each.</param>
public sealed record CpuOptions(int Cores, int ThreadsPerCore);

/// <summary>What EC2 will do to an instance by itself.</summary>
/// <param name="Id">Such as <c>instance-event-0123456789abcdef0</c>.</param>
/// <param name="Code">Such as <c>instance-retirement</c>, <c>instance-stop</c> or <c>system-reboot</c>.</param>
/// <param name="Description">EC2's sentence.</param>
/// <param name="NotBefore">The earliest it will be.</param>
public sealed record ScheduledEvent(string Id, string Code, string Description, DateTimeOffset NotBefore)
{
    /// <summary>The latest it will be; null where EC2 does not say.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Until when a person may put it off; null where nobody may.</summary>
    public DateTimeOffset? NotBeforeDeadline { get; init; }
}

/// <summary>Why an instance is in its state.</summary>
/// <param name="Code">Such as <c>Client.UserInitiatedShutdown</c>.</param>
/// <param name="Message">Such as <c>Client.UserInitiatedShutdown: User initiated shutdown</c>.</param>
/// <param name="Transition">Such as <c>User initiated (2026-01-31 03:00:00 GMT)</c>.</param>
public sealed record StateReason(string Code, string Message, string Transition);

/// <summary>EC2 refuses.</summary>
/// <param name="code">EC2's error code.</param>
/// <param name="message">EC2's sentence.</param>
public sealed class Ec2Exception(string code, string message) : Exception(message)
{
    /// <summary>EC2's error code, such as <c>IncorrectInstanceState</c>.</summary>
    public string Code { get; } = code;
}
