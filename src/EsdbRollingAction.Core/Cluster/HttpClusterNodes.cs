using System.Collections.Concurrent;
using System.Net;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Talks HTTP to the nodes. Gossip and health are looked at often, so they are neither authenticated nor repeated: the next look is
/// the repetition. Administrative requests carry the credentials and are repeated where that cannot do harm.
/// </summary>
public sealed class HttpClusterNodes : IClusterNodes, IDisposable
{
    private readonly ConcurrentDictionary<Guid, string> versions = [];
    private readonly NodeHttpClient http;
    private readonly bool tls;
    private readonly TimeSpan gossipTimeout;
    private readonly SlowNodes slow;

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
        http = new NodeHttpClient(connection, time, pauseBeforeRepeating);
        AutoScavenge = new HttpAutoScavenge(http);
        tls = connection.Tls;
        gossipTimeout = connection.GossipTimeout;
        slow = new SlowNodes(time);
    }

    /// <inheritdoc/>
    public IAutoScavenge AutoScavenge { get; }

    /// <inheritdoc/>
    public Task<AskedGossip> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        slow.AskAsync(node, token => AskForGossipAsync(node, token), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> IsLiveAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        await LookAsync(new NodeRequest(node, "/health/live"), cancellationToken) is { Status: HttpStatusCode.NoContent };

    /// <inheritdoc/>
    public async Task<NodeOptions> OptionsAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = Administer(node, "/info/options", "show its options") with { Attempts = 3 };
        return OptionsReader.Read(node, (await AdministerAsync(request, cancellationToken)).Body);
    }

    /// <inheritdoc/>
    public Task SetPriorityAsync(NodeEndpoint node, int priority, CancellationToken cancellationToken)
    {
        var request = Administer(node, $"/admin/node/priority/{priority}", "change its priority");
        return AdministerAsync(request with { Method = HttpMethod.Post, Attempts = 3 }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ResignAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        AdministerAsync(Administer(node, "/admin/node/resign", "resign") with { Method = HttpMethod.Post }, cancellationToken);

    /// <inheritdoc/>
    public async Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var answer = await LookAsync(new NodeRequest(node, "/info"), cancellationToken);
        return answer is { Status: HttpStatusCode.OK } ? NodeFactsReader.Info(answer.Body) : null;
    }

    /// <inheritdoc/>
    public async Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = new NodeRequest(node, "/admin/scavenge/current") { Refused = "tell whether a scavenge runs" };
        var answer = await LookAsync(request, cancellationToken);
        return answer is { Status: HttpStatusCode.OK } ? NodeFactsReader.IsScavenging(answer.Body) : null;
    }

    /// <inheritdoc/>
    public async Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var request = new NodeRequest(node, "/license") { Refused = "tell whether it has a licence" };
        return (await LookAsync(request, cancellationToken))?.Status switch
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

    private async Task<AskedGossip> AskForGossipAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.SendAsync(new NodeRequest(node, "/gossip") { Timeout = gossipTimeout }, cancellationToken);
            var read = answer.Status is HttpStatusCode.OK ? GossipReader.Read(node, answer.Body) : throw Unexpected(node, answer.Status);
            return new AskedGossip(await WithOwnVersionAsync(node, read, cancellationToken));
        }
        catch (NodeUnreachableException e)
        {
            var mayBeTheProtocol = NoAnswer.MayBeTheProtocol(e.InnerException, tls);
            var advice = mayBeTheProtocol ? await NodeProtocol.AdviceAsync(node, tls, cancellationToken) : null;
            return new AskedGossip(null, advice ?? e.What, e.IsForGood || advice is not null) { IsLate = e.IsLate };
        }
    }

    /// <summary>Servers before 23.10 do not tell their version in gossip. A process has one for as long as it lives.</summary>
    private async Task<GossipAnswer> WithOwnVersionAsync(NodeEndpoint node, GossipAnswer read, CancellationToken cancellationToken)
    {
        if (read.EntryOf(node) is not { IsAlive: true, Version: null } own)
        {
            return read;
        }

        if (!versions.TryGetValue(own.InstanceId, out var version))
        {
            version = ServerVersion.Read((await InfoAsync(node, cancellationToken))?.Version);
            if (version is not null)
            {
                versions[own.InstanceId] = version;
            }
        }

        return read with { Members = [.. read.Members.Select(member => member == own ? own with { Version = version } : member)] };
    }

    /// <returns>The answer, or null when there is none.</returns>
    private async Task<NodeAnswer?> LookAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (NodeUnreachableException)
        {
            return null;
        }
    }

    private static NodeRequest Administer(NodeEndpoint node, string path, string refused) =>
        new(node, path) { Refused = refused, Timeout = TimeSpan.FromSeconds(3) };

    private async Task<NodeAnswer> AdministerAsync(NodeRequest request, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(request, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK => answer,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw http.Denied(request, answer.Status),
            _ => throw Unexpected(request.Node, answer.Status),
        };
    }

    private static NodeUnreachableException Unexpected(NodeEndpoint node, HttpStatusCode status) =>
        new(node, Enum.IsDefined(status) ? $"answered HTTP {status:D} ({status})" : $"answered HTTP {status:D}");
}
