namespace EsdbRollingAction.Core.Cluster;

/// <summary>A node that comes back.</summary>
/// <param name="Node">Where it answers.</param>
/// <param name="LeaderCheckpoint">The leader's own checkpoint when last seen: it only moves on.</param>
public sealed record AwaitedNode(NodeEndpoint Node, long LeaderCheckpoint);

/// <summary>Asks the nodes for themselves, all at once, and keeps what is needed to ask again.</summary>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="maxLag">How many bytes behind the leader still count as level.</param>
/// <param name="time">Tells how old an answer is.</param>
public sealed class ClusterObserver(IClusterNodes nodes, long maxLag, TimeProvider time)
{
    /// <summary>What may be stopped is decided by answers of about the same instant, however long the slowest node takes.</summary>
    private static readonly TimeSpan SameInstant = TimeSpan.FromSeconds(1);

    private readonly HashSet<NodeEndpoint> members = [];
    private readonly HashSet<NodeEndpoint> named = [];
    private readonly HashSet<NodeEndpoint> ghosts = [];

    /// <summary>Every node that is known to belong to the cluster.</summary>
    public IReadOnlyCollection<NodeEndpoint> Members => members;

    /// <summary>Whether the connection string or the cluster's own gossip names the node: credentials go nowhere else.</summary>
    public bool IsNamed(NodeEndpoint node) => named.Contains(node);

    /// <summary>Counts a node as a member though no gossip names it now: gossip forgets the dead after 30 minutes.</summary>
    public void Remember(NodeEndpoint node) => members.Add(node);

    /// <summary>Counts a node as no member until somebody sees it alive: gossip names a node that was replaced for 30 minutes.</summary>
    public void Forget(NodeEndpoint ghost)
    {
        members.Remove(ghost);
        ghosts.Add(ghost);
    }

    /// <summary>Asks the seeds who belongs to the cluster, then every member for itself.</summary>
    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.ClusterUnreachable"/>: no seed answers. <see cref="FailureReason.PreflightRefused"/>: none will before
    /// somebody changes something, or the nodes cannot be told apart.
    /// </exception>
    public async Task<ClusterLook> DiscoverAsync(IReadOnlyCollection<NodeEndpoint> seeds, CancellationToken cancellationToken)
    {
        named.UnionWith(seeds);
        var answers = await AskAsync(seeds, cancellationToken);
        Learn(answers);
        if (SharedEndpoint(answers) is { } shared)
        {
            throw shared;
        }

        return members.Count > 0
            ? await LookAsync(cancellationToken)
            : throw Unreachable.Because("No node of the cluster answers.", answers);
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

    /// <summary>Whether all nodes advertise one endpoint, such as a load balancer's or each its own loopback address.</summary>
    /// <returns>The refusal, or null: in no answer do all living members share an endpoint.</returns>
    private static RollingUpdateException? SharedEndpoint(Dictionary<NodeEndpoint, NodeLook> answers) => answers.Values
        .Select(look => look.Answer is { } answer ? SharedEndpoint(answer) : null)
        .FirstOrDefault(refusal => refusal is not null);

    private static RollingUpdateException? SharedEndpoint(GossipAnswer answer)
    {
        var living = answer.Members.Where(member => member is { IsAlive: true, State: not NodeState.Manager }).ToList();
        return living.Count > 1 && living.TrueForAll(member => member.Endpoint == living[0].Endpoint)
            ? new RollingUpdateException(
                FailureReason.PreflightRefused,
                $"All {living.Count} nodes advertise one endpoint, {living[0].Endpoint}: they cannot be told apart. "
                + "Let each node advertise an address of its own that this machine reaches (the server's `NodeHostAdvertiseAs` and "
                + "`AdvertiseHostToClientAs`, before 23.10 `ExtHostAdvertiseAs`). Nothing was changed.")
            : null;
    }

    /// <summary>Health is worth a request only of a node that everything else calls level.</summary>
    private bool MayBeLevel(NodeLook? look, long furthest) =>
        look?.Own is { IsInRole: true } own && furthest - own.WriterCheckpoint <= maxLag;

    private async Task<Dictionary<NodeEndpoint, NodeLook>> AskAsync(
        IReadOnlyCollection<NodeEndpoint> endpoints, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(endpoints.Select(node => AskAsync(node, cancellationToken)));
        var looks = answers.ToDictionary(answer => answer.Node, answer => answer.Look);
        var outdated = Array.FindAll(answers, answer => answer.Look.Answer is not null && time.GetElapsedTime(answer.At) > SameInstant);
        foreach (var answer in await Task.WhenAll(outdated.Select(answer => AskAsync(answer.Node, cancellationToken))))
        {
            looks[answer.Node] = answer.Look;
        }

        return looks;
    }

    private async Task<TimedLook> AskAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var asked = await nodes.GossipAsync(node, cancellationToken);
        var (own, problem) = asked.Answer is { } answer ? OwnWord.Of(node, answer) : (null, asked.Problem);
        var look = new NodeLook(asked.Answer, own, IsLive: false, problem) { IsForGood = asked.IsForGood };
        return new TimedLook(node, look, time.GetTimestamp());
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
                news.AddRange(answer.Unreadable.Select(member => member.Endpoint).OfType<NodeEndpoint>().Except(ghosts));
            }
        }

        members.UnionWith(news);
        named.UnionWith(news);
        ghosts.ExceptWith(news);
    }

    private bool IsNews(GossipMember member) =>
        member.State != NodeState.Manager
        && (member.IsAlive || !ghosts.Contains(member.Endpoint))
        && !(named.Contains(member.Endpoint) && members.Contains(member.Endpoint));

    private sealed record TimedLook(NodeEndpoint Node, NodeLook Look, long At);
}
