namespace EsdbRollingAction.Core.Cluster;

/// <summary>A node that comes back.</summary>
/// <param name="Node">Where it answers.</param>
/// <param name="LeaderCheckpoint">The leader's own checkpoint when last seen: it only moves on.</param>
public sealed record AwaitedNode(NodeEndpoint Node, long LeaderCheckpoint);

/// <summary>Asks the nodes for themselves, all at once, and keeps what is needed to ask again.</summary>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="maxLag">How many bytes behind the leader still count as level.</param>
public sealed class ClusterObserver(IClusterNodes nodes, long maxLag)
{
    private readonly HashSet<NodeEndpoint> members = [];
    private readonly HashSet<NodeEndpoint> named = [];

    /// <summary>Every node that is known to belong to the cluster.</summary>
    public IReadOnlyCollection<NodeEndpoint> Members => members;

    /// <summary>Whether the connection string or the cluster's own gossip names the node: credentials go nowhere else.</summary>
    public bool IsNamed(NodeEndpoint node) => named.Contains(node);

    /// <summary>Counts a node as a member though no gossip names it now: gossip forgets the dead after 30 minutes.</summary>
    public void Remember(NodeEndpoint node) => members.Add(node);

    /// <summary>Asks the seeds who belongs to the cluster, then every member for itself.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.ClusterUnreachable"/>: no seed answers.</exception>
    public async Task<ClusterLook> DiscoverAsync(IReadOnlyCollection<NodeEndpoint> seeds, CancellationToken cancellationToken)
    {
        named.UnionWith(seeds);
        var answers = await AskAsync(seeds, cancellationToken);
        Learn(answers);
        if (members.Count == 0)
        {
            var problems = answers.Select(answer => $"{answer.Key}: {answer.Value.Problem ?? "knows no member"}");
            throw new RollingUpdateException(
                FailureReason.ClusterUnreachable,
                $"No node of the cluster answers. {string.Join("; ", problems)}. Nothing was changed. "
                + "Name several nodes in the connection string, so that one that is down does not hide the others.");
        }

        return await LookAsync(cancellationToken);
    }

    /// <summary>Asks every member for itself.</summary>
    public Task<ClusterLook> LookAsync(CancellationToken cancellationToken) => LookAsync(members, null, cancellationToken);

    /// <summary>Asks only these members for themselves.</summary>
    /// <param name="some">The members.</param>
    /// <param name="awaited">The node that everything waits for: while it is not in a role and level, nobody's health matters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ClusterLook> LookAsync(
        IReadOnlyCollection<NodeEndpoint> some, AwaitedNode? awaited, CancellationToken cancellationToken)
    {
        var answers = await AskAsync(some, cancellationToken);
        Learn(answers);
        var furthest = Math.Max(awaited?.LeaderCheckpoint ?? 0, answers.Values.Max(look => look.Own?.WriterCheckpoint) ?? 0);
        if (awaited is not null && !MayBeLevel(answers.GetValueOrDefault(awaited.Node), furthest))
        {
            return new ClusterLook(answers);
        }

        NodeEndpoint[] asked = [.. answers.Where(answer => MayBeLevel(answer.Value, furthest)).Select(answer => answer.Key)];
        var live = await Task.WhenAll(asked.Select(node => nodes.IsLiveAsync(node, cancellationToken)));
        foreach (var (node, isLive) in asked.Zip(live))
        {
            answers[node] = answers[node] with { IsLive = isLive };
        }

        return new ClusterLook(answers);
    }

    /// <summary>Health is worth a request only of a node that everything else calls level.</summary>
    private bool MayBeLevel(NodeLook? look, long furthest) =>
        look?.Own is { State: NodeState.Leader or NodeState.Follower or NodeState.ReadOnlyReplica } own
        && furthest - own.WriterCheckpoint <= maxLag;

    private async Task<Dictionary<NodeEndpoint, NodeLook>> AskAsync(
        IReadOnlyCollection<NodeEndpoint> endpoints, CancellationToken cancellationToken) =>
        new(await Task.WhenAll(endpoints.Select(node => AskAsync(node, cancellationToken))));

    private async Task<KeyValuePair<NodeEndpoint, NodeLook>> AskAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var (answer, problem) = await nodes.GossipAsync(node, cancellationToken);
        var own = answer?.Members.FirstOrDefault(member => member.Endpoint == node);
        return KeyValuePair.Create(node, new NodeLook(answer, own, IsLive: false, problem ?? (own is null ? "does not name itself in its gossip" : null)));
    }

    /// <summary>
    /// A node that has just started shows the others as Manager: placeholders, not members. Who is no named member yet names nobody.
    /// </summary>
    private void Learn(Dictionary<NodeEndpoint, NodeLook> answers)
    {
        var news = new List<NodeEndpoint>();
        foreach (var (node, look) in answers)
        {
            if (look.Answer is { } answer && named.Contains(node))
            {
                news.AddRange(answer.Members.Where(IsNews).Select(member => member.Endpoint));
            }
        }

        members.UnionWith(news);
        named.UnionWith(news);
    }

    private bool IsNews(GossipMember member) =>
        member.State != NodeState.Manager && !(named.Contains(member.Endpoint) && members.Contains(member.Endpoint));
}
