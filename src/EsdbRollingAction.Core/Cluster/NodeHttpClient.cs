using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Sends requests to nodes, and makes one exception of every way to get no answer.</summary>
internal sealed class NodeHttpClient : IDisposable
{
    private const int LongestAnswer = 1024 * 1024;

    /// <summary>Longest wait for the machine's network, not for the database: a busy database is connected to by its system.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(750);

    private readonly TimeProvider time;
    private readonly TimeSpan pause;
    private readonly Credentials? credentials;
    private readonly SslClientAuthenticationOptions tls;
    private readonly string scheme;
    private readonly HttpClient client;

    [SuppressMessage("Reliability", "CA2000", Justification = "The client disposes of its handler.")]
    public NodeHttpClient(ConnectionString connection, TimeProvider time, TimeSpan pauseBeforeRepeating)
    {
        this.time = time;
        pause = pauseBeforeRepeating;
        credentials = connection.Credentials;
        tls = NodeTls.Options(connection);
        scheme = connection.Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        client = new HttpClient(Handler(tls))
        {
            MaxResponseContentBufferSize = LongestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <exception cref="NodeUnreachableException">No answer in time, or none that is HTTP.</exception>
    public async Task<NodeAnswer> SendAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isLast = attempt >= request.Attempts;
            try
            {
                var answer = await SendOnceAsync(request, cancellationToken);
                if (isLast || answer.Status is not (HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError))
                {
                    return answer;
                }
            }
            catch (NodeUnreachableException) when (!isLast)
            {
                // What the last attempt says is told.
            }

            await Task.Delay(attempt * pause, time, cancellationToken);
        }
    }

    public RollingUpdateException Denied(NodeRequest request, HttpStatusCode status)
    {
        var who = (credentials, tls.ClientCertificateContext) switch
        {
            ({ } user, _) => $"The connection string's user is `{user.User}`: check its password, and that the user is enabled.",
            (null, { } own) => $"The connection string's user certificate is of {Excerpt.OfName(own.TargetCertificate.Subject)}: "
                + "check that the nodes accept it and know its user.",
            _ => "The connection string holds no credentials: put the name and password of a user before the hosts, as `user:password@`.",
        };
        return new RollingUpdateException(
            FailureReason.AdministrationDenied,
            $"{request.Node} refused to {request.Refused} (HTTP {(int)status}). {who} The user must be in the group `$admins` or `$ops`.");
    }

    public void Dispose() => client.Dispose();

    private static SocketsHttpHandler Handler(SslClientAuthenticationOptions tls) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = ConnectAsync,

        // A node that comes back may have another address under its name.
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        SslOptions = tls,
    };

    /// <summary>Connects, or gives up soon: a stopped machine answers nothing at all, and must not hold an iteration.</summary>
    /// <exception cref="TimeoutException">Nobody was there in time.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns the socket; without one the socket is disposed.")]
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).AsTask().WaitAsync(ConnectTimeout, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (TimeoutException)
        {
            socket.Dispose();
            throw new TimeoutException($"accepted no connection within {ConnectTimeout.TotalSeconds:0.##} s");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<NodeAnswer> SendOnceAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(request.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var message = Message(request);
        try
        {
            using var answer = await client.SendAsync(message, HttpCompletionOption.ResponseContentRead, either.Token);
            return new NodeAnswer(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (timeout.IsCancellationRequested)
        {
            throw new NodeUnreachableException(request.Node, $"gave no answer within {request.Timeout.TotalSeconds:0.###} s", e)
            {
                IsLate = true,
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new NodeUnreachableException(request.Node, NoAnswer.Describe(e), e) { IsForGood = NoAnswer.IsUntrusted(e) };
        }
    }

    private HttpRequestMessage Message(NodeRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.UriWith(scheme));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (request.Refused is not null && credentials is not null)
        {
            var basic = Encoding.UTF8.GetBytes($"{credentials.User}:{credentials.Password}");
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(basic));
        }

        if (request.Method == HttpMethod.Post)
        {
            // With a body, even an empty one, the handler never sends a request a second time by itself
            // when a kept-alive connection closes before the answer.
            message.Content = new ByteArrayContent([]);
        }

        return message;
    }
}
