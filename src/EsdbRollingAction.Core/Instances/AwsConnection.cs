using System.Security.Authentication;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Says why AWS could not be reached, or did not answer as AWS does.</summary>
internal static class AwsConnection
{
    private const string SeeInner = "see inner exception";

    /// <summary>The first reason that is one: the runtime's own sentences point to what is inside of them.</summary>
    public static string Describe(Exception exception)
    {
        var inner = exception;
        while (inner.Message.Contains(SeeInner, StringComparison.OrdinalIgnoreCase) && inner.InnerException is { } deeper)
        {
            inner = deeper;
        }

        return IsAboutTls(exception) ? $"no TLS connection: {Sentence.Ended(inner.Message)}{Hint(inner.Message)}" : inner.Message;
    }

    private static bool IsAboutTls(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException
        || exception.InnerException is AuthenticationException;

    private static string Hint(string message) => message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
        ? " Where a proxy inspects TLS, name a file with its authority's certificate in AWS_CA_BUNDLE."
        : "";
}
