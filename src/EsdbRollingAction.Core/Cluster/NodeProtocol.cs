using System.Diagnostics.CodeAnalysis;
using System.Net.Security;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Finds out whether a node that cannot be talked to as the connection string says can be the other way. No secret is sent.
/// </summary>
internal static class NodeProtocol
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>What to change in the connection string, or null.</returns>
    public static async Task<string?> AdviceAsync(NodeEndpoint node, bool tls, CancellationToken cancellationToken)
    {
        var other = tls ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        var request = new NodeRequest(node, "/health/live");
        return (await AnswersAsync(request.UriWith(other), cancellationToken), tls) switch
        {
            (false, _) => null,
            (true, true) => "made no TLS connection: the node speaks plain HTTP: add `tls=false` to the connection string",
            (true, false) => "made no plain connection: the node speaks TLS: take `tls=false` out of the connection string",
        };
    }

    [SuppressMessage("Security", "CA5359", Justification = "Nothing is sent or believed: only whether TLS is spoken is asked.")]
    private static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        };
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            // Neither the one nor the other: what was first seen is told.
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
