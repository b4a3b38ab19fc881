namespace EsdbRollingAction.Core.Ec2;

/// <summary>What kind of refusal an EC2 error is, and so what a careful operator does next.</summary>
public enum InstanceErrorKind
{
    /// <summary>Throttled, 5xx, or no answer: wait and ask again; never a reason to fail.</summary>
    Transient,

    /// <summary>The instance is not in the state the request needs, or is not known yet: look at it again.</summary>
    LookAgain,

    /// <summary>No capacity now; there may be some in a while.</summary>
    Capacity,

    /// <summary>Will not work however often it is tried: unfit type, quota, protection.</summary>
    Terminal,

    /// <summary>IAM does not allow the call.</summary>
    AccessDenied,

    /// <summary>The session's credentials have expired.</summary>
    CredentialsExpired,

    /// <summary>There are no credentials, or no region.</summary>
    CredentialsMissing,
}

/// <summary>EC2 did not do what was asked.</summary>
/// <param name="kind">What to do about it.</param>
/// <param name="code">EC2's error code, such as <c>InsufficientInstanceCapacity</c>.</param>
/// <param name="message">What was asked and what EC2 said, without secrets.</param>
/// <param name="innerException">The SDK's exception.</param>
public sealed class InstanceException(InstanceErrorKind kind, string code, string message, Exception? innerException = null)
    : Exception(Sentence.Ended(message), innerException)
{
    /// <summary>What to do about it.</summary>
    public InstanceErrorKind Kind { get; } = kind;

    /// <summary>Whether nothing more can be asked of EC2 with these credentials.</summary>
    public bool IsAboutCredentials => Kind is InstanceErrorKind.CredentialsExpired or InstanceErrorKind.CredentialsMissing;

    /// <summary>Whether only the answer may have been lost, and what was asked for be under way.</summary>
    public bool MayHaveBeenDone => Kind is InstanceErrorKind.Transient && !AwsErrorCodes.IsThrottling(Code);

    /// <summary>Whether the same may be accepted a moment later.</summary>
    public bool IsPassing => Kind is InstanceErrorKind.Transient or InstanceErrorKind.LookAgain;

    /// <summary>EC2's error code, such as <c>InsufficientInstanceCapacity</c>.</summary>
    public string Code { get; } = code;
}
