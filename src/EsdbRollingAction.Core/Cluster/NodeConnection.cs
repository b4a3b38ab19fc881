using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Connects to a node, or gives up soon: a stopped machine answers nothing at all, and must not hold an iteration.</summary>
internal static class NodeConnection
{
    /// <summary>Longest wait for the machine's network, not for the database: a busy database is connected to by its system.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(750);

    /// <exception cref="TimeoutException">Nobody was there in time.</exception>
    /// <exception cref="SocketException">The connection was refused, or there is no way to the machine.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await OpenAsync(context.DnsEndPoint, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"accepted no connection within {Patience.TotalSeconds:0.##} s");
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns the socket; without one the socket is disposed.")]
    private static async Task<Stream> OpenAsync(DnsEndPoint node, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(node, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
