using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Cluster;

/// <summary>A node whose answers are raw bytes, for what no well-behaved HTTP server sends. One answer function for every request.</summary>
internal sealed class RawNode : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<string> requests = Channel.CreateUnbounded<string>();
    private readonly Func<string, Stream, CancellationToken, Task<bool>> answer;
    private readonly X509Certificate2? certificate;
    private readonly Task accepting;

    /// <param name="answer">Given a request's head, writes the answer; false closes the connection.</param>
    /// <param name="certificate">With it the node speaks TLS.</param>
    public RawNode(Func<string, Stream, CancellationToken, Task<bool>> answer, X509Certificate2? certificate = null)
    {
        this.answer = answer;
        this.certificate = certificate;
        listener.Start();
        Endpoint = new NodeEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        accepting = AcceptAsync();
    }

    public NodeEndpoint Endpoint { get; }

    /// <summary>Whose certificate the last client presented, or null.</summary>
    public string? Presented { get; private set; }

    public int RequestsNotTaken => requests.Reader.Count;

    public static RawNode Answering(string text, X509Certificate2? certificate = null) => new(
        async (_, stream, token) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), token);
            return false;
        },
        certificate);

    /// <summary>A node that reads requests and says nothing.</summary>
    public static RawNode Silent() => new(async (_, _, token) =>
    {
        await Task.Delay(Timeout.Infinite, token);
        return false;
    });

    public static string Http(string status, string body) =>
        $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>The head of the next request that has arrived.</summary>
    public async Task<string> TakeRequestAsync() => await requests.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using var _ = connection;
        try
        {
            await using var stream = await SecuredAsync(connection.GetStream());
            while (await ReadHeadAsync(stream) is { } head)
            {
                await requests.Writer.WriteAsync(head, stop.Token);
                if (!await answer(head, stream, stop.Token))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client has hung up, does not trust the certificate, or the test is over: each is what a test looks at from the other side.
        }
    }

    private async Task<Stream> SecuredAsync(NetworkStream stream)
    {
        if (certificate is null)
        {
            return stream;
        }

        var secured = new SslStream(stream);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = true,
#pragma warning disable CA5359 // Whatever the program presents is looked at by the test.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        };
        await secured.AuthenticateAsServerAsync(options, stop.Token);
        Presented = secured.RemoteCertificate?.Subject;
        return secured;
    }

    private async Task<string?> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                return head.ToString();
            }
        }

        return null;
    }
}
