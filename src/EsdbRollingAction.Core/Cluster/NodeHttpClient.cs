using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
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
    private readonly UserCertificate? userCertificate;
    private readonly SocketsHttpHandler handler;
    private readonly HttpClient client;
    private readonly string scheme;
    private readonly string? user;
    private readonly AuthenticationHeaderValue? authorization;

    public NodeHttpClient(ConnectionString connection)
    {
        authorities = NodeTls.Authorities(connection);
        userCertificate = UserCertificate.Of(connection);
        scheme = connection.Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        user = connection.Credentials?.User;
        authorization = connection.Credentials is null ? null : Basic(connection.Credentials);
        handler = Handler(NodeTls.Options(connection, authorities, userCertificate));
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
            throw new NodeUnreachableException(request.Node, NoAnswer.Describe(e), e) { IsForGood = NoAnswer.IsUntrusted(e) };
        }
    }

    public RollingUpdateException Denied(NodeRequest request, HttpStatusCode status)
    {
        var who = (user, userCertificate) switch
        {
            ({ } name, _) => $"The connection string's user is `{name}`: check its password, and that the user is enabled.",
            (null, { } own) => $"The connection string's user certificate is of {Excerpt.OfName(own.Subject)}: "
                + "check that the nodes accept it and know its user.",
            _ => "The connection string holds no credentials: put the name and password of a user before the hosts, as `user:password@`.",
        };
        var number = ((int)status).ToString(CultureInfo.InvariantCulture);
        return new RollingUpdateException(
            FailureReason.AdministrationDenied,
            $"{request.Node} refused to {request.Refused} (HTTP {number}). {who} The user must be in the group `$admins` or `$ops`.");
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
        userCertificate?.Dispose();
        foreach (var authority in authorities)
        {
            authority.Dispose();
        }
    }

    private static SocketsHttpHandler Handler(SslClientAuthenticationOptions tls) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = NodeConnection.ConnectAsync,

        // A node that comes back may have another address under its name.
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        SslOptions = tls,
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
