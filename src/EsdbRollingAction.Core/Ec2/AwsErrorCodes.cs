using System.Net;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>What kind of refusal each of EC2's error codes is (Amazon EC2 API Reference, "Error codes for the Amazon EC2 API").</summary>
internal static class AwsErrorCodes
{
    /// <summary>The code decides where what to do depends on it, else the HTTP status.</summary>
    public static InstanceErrorKind KindOf(string code, HttpStatusCode status) => code switch
    {
        _ when IsThrottling(code) => InstanceErrorKind.Transient,
        _ when IsAboutCapacity(code) => InstanceErrorKind.Capacity,
        "IncorrectInstanceState" or "IncorrectState" or "InvalidInstanceID.NotFound" => InstanceErrorKind.LookAgain,
        "UnauthorizedOperation" or "AccessDenied" or "AccessDeniedException" => InstanceErrorKind.AccessDenied,
        "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" => InstanceErrorKind.CredentialsExpired,
        "AuthFailure" or "InvalidClientTokenId" or "UnrecognizedClientException" => InstanceErrorKind.CredentialsMissing,
        "MissingAuthenticationToken" or "SignatureDoesNotMatch" or "IncompleteSignature" => InstanceErrorKind.CredentialsMissing,
        _ => KindOf(status),
    };

    /// <summary>Whether EC2 did not even look at the request.</summary>
    public static bool IsThrottling(string code) =>
        code is "RequestLimitExceeded" or "TooManyRequestsException" or "SlowDown"
        || code.Contains("Throttl", StringComparison.Ordinal);

    /// <summary>A 4xx says that the request is wrong, a 501 that nobody knows it, and both stay so; anything else may pass.</summary>
    public static InstanceErrorKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => InstanceErrorKind.Transient,
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => InstanceErrorKind.Terminal,
        HttpStatusCode.NotImplemented => InstanceErrorKind.Terminal,
        _ => InstanceErrorKind.Transient,
    };

    private static bool IsAboutCapacity(string code) =>
        code is "ReservationCapacityExceeded"
        || (code.StartsWith("Insufficient", StringComparison.Ordinal) && code.Contains("Capacity", StringComparison.Ordinal));
}
