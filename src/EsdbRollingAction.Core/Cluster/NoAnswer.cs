using System.Net.Sockets;
using System.Security.Authentication;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Says in a few words why there was no answer: what the node did or did not, beginning with a verb.</summary>
internal static class NoAnswer
{
    public static string Describe(Exception e) => e switch
    {
        OperationCanceledException => "accepted no connection",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "has a name that does not resolve",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "answered more than 1 MiB",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } =>
            "closed the connection before its answer was complete",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "answered something that is not HTTP",
        _ when Inner<AuthenticationException>(e) is { } tls => $"made no TLS connection: {Words(tls)}",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"made no TLS connection: {Excerpt.Of(e)}",
        _ when Inner<TimeoutException>(e) is { } timeout => timeout.Message,
        _ => Inner<SocketException>(e)?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "refused the connection",
            SocketError.ConnectionReset => "reset the connection",
            { } error => $"could not be reached: {error}",
            null => $"could not be reached: {Excerpt.Of(e)}",
        },
    };

    /// <summary>Whether the node's certificate is not trusted, which no wait changes.</summary>
    public static bool IsUntrusted(Exception e) => Inner<UntrustedCertificateException>(e) is not null;

    /// <summary>Whether it may be that the node does not speak TLS, or speaks nothing else.</summary>
    public static bool MayBeTheProtocol(Exception? e, bool tls) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => tls && !IsUntrusted(e),
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse } => !tls,
        HttpRequestException => !tls && Inner<SocketException>(e) is { SocketErrorCode: SocketError.ConnectionReset },
        _ => false,
    };

    private static string Words(AuthenticationException tls) => tls is UntrustedCertificateException ? tls.Message : Excerpt.Of(tls);

    private static T? Inner<T>(Exception e)
        where T : Exception
    {
        var cause = e.InnerException;
        while (cause is not (null or T))
        {
            cause = cause.InnerException;
        }

        return cause as T;
    }
}
