using System.Net;

namespace EsdbRollingAction.Core.Instances;

/// <summary>What kind of refusal each of EC2's error codes is (Amazon EC2 API Reference, "Error codes for the Amazon EC2 API").</summary>
internal static class Ec2ErrorCodes
{
    /// <summary>The code decides; one that is not known here is judged by the HTTP status.</summary>
    public static InstanceErrorKind KindOf(string code, HttpStatusCode status) => code switch
    {
        // Some that speak EC2's protocol call what they do not know an internal failure.
        _ when status is HttpStatusCode.NotImplemented => InstanceErrorKind.Terminal,

        _ when IsThrottling(code) => InstanceErrorKind.Transient,
        "InternalError" or "InternalFailure" or "Internal" or "Unavailable" or "ServiceUnavailable" => InstanceErrorKind.Transient,

        "IncorrectInstanceState" or "IncorrectState" or "InvalidInstanceID.NotFound" => InstanceErrorKind.LookAgain,

        "InsufficientInstanceCapacity" or "InsufficientHostCapacity" or "ReservationCapacityExceeded"
            or "InsufficientReservedInstanceCapacity"
            => InstanceErrorKind.Capacity,
        _ when code.StartsWith("InsufficientCapacity", StringComparison.Ordinal) => InstanceErrorKind.Capacity,

        "UnauthorizedOperation" => InstanceErrorKind.AccessDenied,
        _ when code.StartsWith("AccessDenied", StringComparison.Ordinal) => InstanceErrorKind.AccessDenied,

        "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" => InstanceErrorKind.CredentialsExpired,

        "AuthFailure" or "InvalidClientTokenId" or "UnrecognizedClientException" or "MissingAuthenticationToken"
            or "SignatureDoesNotMatch" or "IncompleteSignature"
            => InstanceErrorKind.CredentialsMissing,

        "VcpuLimitExceeded" or "InstanceLimitExceeded" or "Unsupported" or "UnsupportedOperation" or "OperationNotPermitted" or "InvalidParameterCombination"
            or "InvalidParameterValue" or "InvalidInstanceAttributeValue" or "InvalidInstanceType" or "InvalidAction"
            => InstanceErrorKind.Terminal,
        _ => KindOf(status),
    };

    /// <summary>Whether EC2 did not even look at the request.</summary>
    public static bool IsThrottling(string code) =>
        code is "RequestLimitExceeded" or "RequestThrottled" or "RequestThrottledException" or "EC2ThrottledException" or "TooManyRequestsException" or "SlowDown"
        || code.StartsWith("Throttl", StringComparison.Ordinal);

    /// <summary>Without a code: a 4xx says that the request is wrong, a 501 that nobody knows it, and both stay so; anything else may pass.</summary>
    public static InstanceErrorKind KindOf(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests ? InstanceErrorKind.Transient
        : (int)status is (>= 400 and < 500) or 501 ? InstanceErrorKind.Terminal
        : InstanceErrorKind.Transient;
}
