using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Resuming;

/// <summary>A command as a sandbox left it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="RequestedAt">When it was accepted.</param>
public sealed record LeftCommand(string Id, SsmCommandRequest Request, DateTimeOffset RequestedAt)
{
    /// <summary>What became of it on each instance.</summary>
    public IReadOnlyList<LeftInvocation> Invocations { get; init; } = [];
}

/// <summary>A command on one instance as a sandbox left it.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="State">What became of it.</param>
public sealed record LeftInvocation(string InstanceId, SsmState State)
{
    /// <summary>The lines of its script that are still to be run; null where nothing runs.</summary>
    public IReadOnlyList<string>? Remaining { get; init; }

    /// <summary>It is never delivered.</summary>
    public bool IsLost { get; init; }

    /// <summary>How often its machine had been brought up anew when it ended.</summary>
    public int RestartsAtEnd { get; init; }

    /// <summary>What it wrote so far.</summary>
    public string Output { get; init; } = "";

    /// <summary>What it wrote of errors so far.</summary>
    public string Error { get; init; } = "";
}
