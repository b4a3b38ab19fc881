using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Polly.Timeout;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Says in a few words why there was no answer: what the node did or did not, beginning with a verb.</summary>
internal static class NoAnswer
{
    public static string Describe(Exception e) => e switch
    {
        TimeoutRejectedException late => $"gave no answer within {Seconds(late.Timeout)} s",
        OperationCanceledException => "accepted no connection",
        HttpRequestException http => Describe(http),
        _ => $"could not be reached: {Excerpt.Of(e)}",
    };

    /// <summary>Whether the node's certificate is not trusted, which no wait changes.</summary>
    public static bool IsUntrusted(Exception e) => Inner<UntrustedCertificateException>(e) is not null;

    /// <summary>Whether it may be that the node does not speak TLS, or speaks nothing else.</summary>
    public static bool MayBeTheProtocol(Exception? e, bool tls) => e is HttpRequestException http && !IsUntrusted(http) && (tls
        ? http.HttpRequestError is HttpRequestError.SecureConnectionError
        : http.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse
            || Inner<SocketException>(http) is { SocketErrorCode: SocketError.ConnectionReset });

    private static string Describe(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "has a name that does not resolve",
        HttpRequestError.ConfigurationLimitExceeded => "answered more than 1 MiB",
        HttpRequestError.ResponseEnded => "closed the connection before its answer was complete",
        HttpRequestError.InvalidResponse => "answered something that is not HTTP",
        _ when Inner<UntrustedCertificateException>(e) is { } untrusted => $"made no TLS connection: {untrusted.Message}",
        HttpRequestError.SecureConnectionError =>
            $"made no TLS connection: {Excerpt.Of(Inner<AuthenticationException>(e) ?? (Exception)e)}",
        _ when Inner<TimeoutException>(e) is { } timeout => timeout.Message,
        _ => Inner<SocketException>(e) is { } socket ? Describe(socket.SocketErrorCode) : $"could not be reached: {Excerpt.Of(e)}",
    };

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "refused the connection",
        SocketError.ConnectionReset => "reset the connection",
        _ => $"could not be reached: {error}",
    };

    private static T? Inner<T>(Exception e)
        where T : Exception
    {
        for (var cause = e.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
