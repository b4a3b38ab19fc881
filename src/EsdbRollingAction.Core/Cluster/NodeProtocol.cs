using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Finds out whether a node that cannot be talked to as the connection string says can be the other way. No secret is sent.
/// </summary>
internal static class NodeProtocol
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="node">The node.</param>
    /// <param name="tls">How it was talked to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What to change in the connection string, or null.</returns>
    public static async Task<string?> AdviceAsync(NodeEndpoint node, bool tls, CancellationToken cancellationToken) => tls
        ? await TriesAsync(node, SpeaksPlainHttpAsync, cancellationToken)
            ? "made no TLS connection: the node speaks plain HTTP: add `tls=false` to the connection string" : null
        : await TriesAsync(node, SpeaksTlsAsync, cancellationToken)
            ? "made no plain connection: the node speaks TLS: take `tls=false` out of the connection string" : null;

    private static async Task<bool> TriesAsync(
        NodeEndpoint node, Func<Stream, CancellationToken, Task<bool>> tries, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new DnsEndPoint(node.Host, node.Port), patience.Token);
            await using var stream = new NetworkStream(socket);
            return await tries(stream, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            // Neither the one nor the other: what was first seen is told.
            return false;
        }
    }

    private static async Task<bool> SpeaksPlainHttpAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("GET /health/live HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
        var begin = new byte[5];
        return await stream.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, cancellationToken) == begin.Length
            && begin.AsSpan().SequenceEqual("HTTP/"u8);
    }

    [SuppressMessage("Security", "CA5359", Justification = "Nothing is sent or believed: only whether TLS is spoken is asked.")]
    private static async Task<bool> SpeaksTlsAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "node",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        };
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        return true;
    }
}
