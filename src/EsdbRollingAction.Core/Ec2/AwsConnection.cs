using System.Security.Authentication;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Says why AWS could not be reached, or did not answer as AWS does.</summary>
internal static class AwsConnection
{
    private const string Hint = " Where a proxy inspects TLS, name a file with its authority's certificate in AWS_CA_BUNDLE.";

    /// <summary>The reason that is one: some of the runtime's own sentences only point to what is inside of them.</summary>
    public static string Describe(Exception exception)
    {
        var pointsInside = exception.Message.Contains("see inner exception", StringComparison.OrdinalIgnoreCase);
        var reason = (pointsInside ? exception.GetBaseException() : exception).Message;
        if (!IsAboutTls(exception))
        {
            return reason;
        }

        var isAboutCertificate = reason.Contains("certificate", StringComparison.OrdinalIgnoreCase);
        return $"no TLS connection: {Sentence.Ended(reason)}{(isAboutCertificate ? Hint : "")}";
    }

    private static bool IsAboutTls(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
        || exception.GetBaseException() is AuthenticationException;
}
