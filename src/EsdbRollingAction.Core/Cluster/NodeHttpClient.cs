using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Polly;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>Sends requests to nodes, and makes one exception of every way to get no answer.</summary>
internal sealed class NodeHttpClient : IDisposable
{
    private const int LongestAnswer = 1024 * 1024;
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    private readonly X509Certificate2Collection authorities;
    private readonly SocketsHttpHandler handler;
    private readonly HttpClient client;
    private readonly string scheme;
    private readonly string? user;
    private readonly AuthenticationHeaderValue? authorization;

    public NodeHttpClient(ConnectionString connection)
    {
        authorities = NodeTls.Authorities(connection);
        scheme = connection.Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        user = connection.Credentials?.User;
        authorization = connection.Credentials is null ? null : Basic(connection.Credentials);
        handler = Handler(connection, authorities);
        client = new HttpClient(handler, disposeHandler: false)
        {
            MaxResponseContentBufferSize = LongestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <exception cref="NodeUnreachableException">No answer in time, or none that is HTTP.</exception>
    public async Task<NodeAnswer> SendAsync(ResiliencePipeline<NodeAnswer> pipeline, NodeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                static (state, token) => state.Self.SendOnceAsync(state.Request, token), (Self: this, Request: request), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (NodeResilience.MeansNoAnswer(e))
        {
            throw new NodeUnreachableException(request.Node, NoAnswer.Describe(e), e);
        }
    }

    public RollingUpdateException Denied(NodeRequest request, HttpStatusCode status)
    {
        var who = user is null
            ? "The connection string holds no credentials: put the name and password of a user before the hosts, as `user:password@`."
            : $"The connection string's user is `{user}`: check its password, and that the user is enabled.";
        var number = ((int)status).ToString(CultureInfo.InvariantCulture);
        return new RollingUpdateException(
            FailureReason.AdministrationDenied,
            $"{request.Node} refused to {request.Refused} (HTTP {number}). {who} The user must be in the group `$admins` or `$ops`.");
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
        foreach (var authority in authorities)
        {
            authority.Dispose();
        }
    }

    private static SocketsHttpHandler Handler(ConnectionString connection, X509Certificate2Collection authorities) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = NodeConnection.ConnectAsync,

        // A node that comes back may have another address under its name.
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        SslOptions = NodeTls.Options(connection, authorities),
    };

    private static AuthenticationHeaderValue Basic(Credentials credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.User}:{credentials.Password}")));

    private async ValueTask<NodeAnswer> SendOnceAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.UriWith(scheme));
        message.Headers.Accept.Add(Json);
        if (request.IsAdministrative)
        {
            message.Headers.Authorization = authorization;
        }

        if (request.Method == HttpMethod.Post)
        {
            // With a body, even an empty one, the handler never sends a request a second time by itself
            // when a kept-alive connection closes before the answer.
            message.Content = new ByteArrayContent([]);
        }

        using var answer = await client.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return new NodeAnswer(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
