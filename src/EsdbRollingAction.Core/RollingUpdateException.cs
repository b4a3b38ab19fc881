namespace EsdbRollingAction.Core;

/// <summary>The rolling update ends here, for a reason that users and workflows can tell apart.</summary>
/// <param name="reason">The reason, which decides the exit code.</param>
/// <param name="message">One or two sentences for the person who reads the log: what happened, to which node, what to do.</param>
/// <param name="innerException">What caused it, if anything did.</param>
public sealed class RollingUpdateException(FailureReason reason, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The reason, which decides the exit code.</summary>
    public FailureReason Reason { get; } = reason;

    /// <summary>Whether it is the state that is refused: another one, or none, would be accepted.</summary>
    public bool IsAboutState { get; init; }
}
