using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Resuming;

/// <summary>A node as a sandbox left it.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="InstanceType">Type of its instance.</param>
public sealed record LeftNode(string Address, int Port, string InstanceType)
{
    /// <summary>Its instance is stopped.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Its database does not run: its machine is off or hangs, or it does not start, or it was stopped alone.</summary>
    public bool IsDown { get; init; }

    /// <summary>When its instance was started last.</summary>
    public DateTimeOffset? LaunchTime { get; init; }

    /// <summary>What EC2 will do to its instance.</summary>
    public IReadOnlyList<ScheduledEvent> Events { get; init; } = [];

    /// <summary>The process that runs; null when none does, or its machine was about to go down.</summary>
    public Guid? Process { get; init; }

    /// <summary>The process that ran when the restart began.</summary>
    public Guid? FirstProcess { get; init; }

    /// <summary>How often its instance was started since the restart began.</summary>
    public int Starts { get; init; }

    /// <summary>How often its instance was rebooted since the restart began.</summary>
    public int Reboots { get; init; }

    /// <summary>Its machine has not come back from a reboot, and does not before it is stopped and started.</summary>
    public bool IsHung { get; init; }

    /// <summary>The database was stopped and its machine runs.</summary>
    public bool IsServiceStopped { get; init; }

    /// <summary>The database does not start any more.</summary>
    public bool IsBroken { get; init; }

    /// <summary>The version of the database that is installed; null where nobody has installed another one.</summary>
    public string? InstalledVersion { get; init; }

    /// <summary>The version that its process is, or was.</summary>
    public string? RunningVersion { get; init; }

    /// <summary>Its priority in elections, which may not be the configured one.</summary>
    public int Priority { get; init; }

    /// <summary>Tags of its instance other than <c>Name</c>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
