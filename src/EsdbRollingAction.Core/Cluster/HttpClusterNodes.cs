using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Polly;
using Polly.Timeout;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Talks HTTP to the nodes. Gossip and health are looked at often, so they are neither authenticated nor repeated: the next look is
/// the repetition. Administrative requests carry the credentials and are repeated where that cannot do harm.
/// </summary>
public sealed class HttpClusterNodes : IClusterNodes, INodeFacts, IDisposable
{
    private readonly NodeHttpClient http;
    private readonly bool tls;
    private readonly SlowNodes slow;
    private readonly ConcurrentDictionary<NodeEndpoint, bool> known = new();
    private readonly ResiliencePipeline<NodeAnswer> gossip;
    private readonly ResiliencePipeline<NodeAnswer> look;
    private readonly ResiliencePipeline<NodeAnswer> repeat;
    private readonly ResiliencePipeline<NodeAnswer> once;

    /// <summary>Prepares the connection; nothing is sent yet.</summary>
    /// <param name="connection">Scheme, trust and credentials. Its hosts are not used: every call names its node.</param>
    /// <param name="time">What time-outs and pauses between attempts are measured with.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: a file of certificates is of no use.</exception>
    public HttpClusterNodes(ConnectionString connection, TimeProvider time)
        : this(connection, time, pauseBeforeRepeating: TimeSpan.FromMilliseconds(200))
    {
    }

    internal HttpClusterNodes(ConnectionString connection, TimeProvider time, TimeSpan pauseBeforeRepeating)
    {
        http = new NodeHttpClient(connection);
        tls = connection.Tls;
        slow = new SlowNodes(time);
        gossip = NodeResilience.Once(time, connection.GossipTimeout);
        look = NodeResilience.Once(time, TimeSpan.FromSeconds(2));
        repeat = NodeResilience.Repeated(time, TimeSpan.FromSeconds(3), pauseBeforeRepeating);
        once = NodeResilience.Once(time, TimeSpan.FromSeconds(3));
    }

    /// <inheritdoc/>
    public Task<AskedGossip> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        slow.AskAsync(node, token => AskForGossipAsync(node, token), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> IsLiveAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.SendAsync(look, NodeRequest.Look(node, "/health/live"), cancellationToken);
            return answer.Status == HttpStatusCode.NoContent;
        }
        catch (NodeUnreachableException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<NodeOptions> OptionsAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = NodeRequest.Administer(node, HttpMethod.Get, "/info/options", "show its options");
        var answer = await AdministerAsync(repeat, request, cancellationToken);
        return OptionsReader.Read(node, answer.Body);
    }

    /// <inheritdoc/>
    public async Task SetPriorityAsync(NodeEndpoint node, int priority, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/admin/node/priority/{priority}");
        await AdministerAsync(repeat, NodeRequest.Administer(node, HttpMethod.Post, path, "change its priority"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ResignAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        await AdministerAsync(once, NodeRequest.Administer(node, HttpMethod.Post, "/admin/node/resign", "resign"), cancellationToken);

    /// <inheritdoc/>
    public async Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        await AnswerAsync(NodeRequest.Look(node, "/info"), cancellationToken) is { } answer ? NodeFactsReader.Info(answer.Body) : null;

    /// <inheritdoc/>
    public async Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        await AnswerAsync(NodeRequest.Administer(node, HttpMethod.Get, "/admin/scavenge/current", "tell whether a scavenge runs"), cancellationToken) is { } answer
            ? NodeFactsReader.IsScavenging(answer.Body)
            : null;

    /// <inheritdoc/>
    public async Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = NodeRequest.Administer(node, HttpMethod.Get, "/license", "tell whether it has a licence");
        return (await AskAsync(request, cancellationToken))?.Status switch
        {
            HttpStatusCode.OK => true,

            // So do servers that know no licences.
            HttpStatusCode.NotFound => false,
            _ => null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        slow.Dispose();
        http.Dispose();
    }

    private async Task<TimedGossip> AskForGossipAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.SendAsync(gossip, NodeRequest.Look(node, "/gossip"), cancellationToken);
            var read = answer.Status == HttpStatusCode.OK ? GossipReader.Read(node, answer.Body) : throw Unexpected(node, answer.Status);
            known[node] = true;
            return new TimedGossip(new AskedGossip(read), IsLate: false);
        }
        catch (NodeUnreachableException exception)
        {
            var advice = MayBeTheProtocol(node, exception) ? await NodeProtocol.AdviceAsync(node, tls, cancellationToken) : null;
            var none = new AskedGossip(null, advice ?? exception.What, IsForGood: advice is not null || exception.IsForGood);
            return new TimedGossip(none, IsLate: exception.InnerException is TimeoutRejectedException);
        }
    }

    /// <summary>A node that was once understood has not changed its protocol: it breaks connections because it stops.</summary>
    private bool MayBeTheProtocol(NodeEndpoint node, NodeUnreachableException exception) =>
        !known.ContainsKey(node) && NoAnswer.MayBeTheProtocol(exception.InnerException, tls);

    private async Task<NodeAnswer?> AnswerAsync(NodeRequest request, CancellationToken cancellationToken) =>
        await AskAsync(request, cancellationToken) is { Status: HttpStatusCode.OK } answer ? answer : null;

    private async Task<NodeAnswer?> AskAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(look, request, cancellationToken);
        }
        catch (NodeUnreachableException)
        {
            return null;
        }
    }

    private async Task<NodeAnswer> AdministerAsync(
        ResiliencePipeline<NodeAnswer> pipeline, NodeRequest request, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(pipeline, request, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK => answer,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw http.Denied(request, answer.Status),
            _ => throw Unexpected(request.Node, answer.Status),
        };
    }

    private static NodeUnreachableException Unexpected(NodeEndpoint node, HttpStatusCode status)
    {
        var number = ((int)status).ToString(CultureInfo.InvariantCulture);
        return new NodeUnreachableException(
            node,
            (int)status is >= 300 and < 400
                ? $"answered HTTP {number}, a redirection, which is not followed"
                : $"answered HTTP {number} ({(Enum.IsDefined(status) ? status.ToString() : "unknown status")})");
    }
}
