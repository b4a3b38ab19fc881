namespace EsdbRollingAction.Sandbox.Model;

/// <summary>What is to be run, and where.</summary>
/// <param name="DocumentName">The document.</param>
/// <param name="InstanceIds">Where, at most 50.</param>
/// <param name="Parameters">What the document takes.</param>
public sealed record SsmCommandRequest(
    string DocumentName, IReadOnlyList<string> InstanceIds, IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters)
{
    /// <summary>A number, <c>$DEFAULT</c>, <c>$LATEST</c> or null.</summary>
    public string? DocumentVersion { get; init; }

    /// <summary>At most 100 characters.</summary>
    public string Comment { get; init; } = "";

    /// <summary>How long it may take until it begins; not how long it may run.</summary>
    public int TimeoutSeconds { get; init; } = 3600;
}

/// <summary>What became of a command on one instance, at one instant.</summary>
/// <param name="Status">
/// <c>Pending</c>, <c>InProgress</c>, <c>Delayed</c>, <c>Success</c>, <c>Failed</c>, <c>TimedOut</c>, <c>Cancelling</c> or <c>Cancelled</c>.
/// </param>
/// <param name="Details">
/// The same, or more: <c>DeliveryTimedOut</c>, <c>ExecutionTimedOut</c>, <c>Undeliverable</c>, <c>Terminated</c>.
/// </param>
public sealed record SsmState(string Status, string Details)
{
    /// <summary>Exit code; -1 until it has ended by itself.</summary>
    public int ResponseCode { get; init; } = -1;

    /// <summary>Empty until it has ended.</summary>
    public string Output { get; init; } = "";

    /// <summary>Empty until it has ended.</summary>
    public string Error { get; init; } = "";

    /// <summary>When the instance began with it; null when it has not, as far as anybody knows.</summary>
    public DateTimeOffset? BeganAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Nothing more will come of it.</summary>
    public bool HasEnded => Status is "Success" or "Failed" or "TimedOut" or "Cancelled";

    internal bool IsWaiting => Status is "Pending" or "Delayed";
}

/// <summary>A command as a read shows it.</summary>
/// <param name="Id">A GUID.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="DocumentVersion">The version that runs.</param>
/// <param name="RequestedAt">When it was accepted.</param>
/// <param name="State">What became of it on all its instances; without output.</param>
public sealed record SsmCommand(string Id, SsmCommandRequest Request, int DocumentVersion, DateTimeOffset RequestedAt, SsmState State);

/// <summary>A command on one instance as a read shows it.</summary>
/// <param name="Command">The command, with what became of it here.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="Node">The node that lives on it.</param>
public sealed record SsmInvocation(SsmCommand Command, string InstanceId, string Node)
{
    /// <summary>What became of it.</summary>
    public SsmState State => Command.State;
}

/// <summary>Which commands.</summary>
public sealed record SsmFilter
{
    /// <summary>This one; null for any.</summary>
    public string? CommandId { get; init; }

    /// <summary>Sent to this instance; null for any.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Accepted at this instant or later; null for any.</summary>
    public DateTimeOffset? InvokedAfter { get; init; }
}

/// <summary>The agent of a machine as a read shows it.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Node">The node that lives on it.</param>
/// <param name="IsOnline"><c>Online</c>, else <c>ConnectionLost</c>.</param>
/// <param name="LastPing">When it was last heard of.</param>
public sealed record SsmAgent(string InstanceId, string Node, bool IsOnline, DateTimeOffset LastPing);

/// <summary>What may become of a command, other than that it runs.</summary>
public enum SsmMishap
{
    /// <summary>It is never delivered, and times out.</summary>
    NeverDelivered,

    /// <summary>It cannot be delivered, and that is said soon.</summary>
    Undeliverable,

    /// <summary>Systems Manager gives it up before it begins.</summary>
    Terminated,

    /// <summary>It is delivered late, and shown as delayed until then.</summary>
    Delayed,

    /// <summary>It is accepted, and nobody hears of it.</summary>
    AnswerLost,
}

/// <summary>Systems Manager refuses.</summary>
/// <param name="code">Its error code.</param>
/// <param name="message">Its sentence.</param>
public sealed class SsmException(string code, string message) : Exception(message)
{
    /// <summary>Its error code, such as <c>InvalidInstanceId</c>.</summary>
    public string Code { get; } = code;
}
