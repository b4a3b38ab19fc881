using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>The nodes of a <see cref="Picture"/> behind their HTTP interface.</summary>
internal sealed class FakeCluster(Picture picture) : IClusterNodes, IAutoScavenge
{
    public bool Denies { get; set; }

    public List<string> Asked { get; } = [];

    public Func<NodeEndpoint, Task>? BeforeAct { get; set; }

    public Action? AfterGossip { get; set; }

    /// <summary>Who answers without belonging to the cluster, and what it says of itself.</summary>
    public Dictionary<NodeEndpoint, GossipMember> Strangers { get; } = [];

    public Task<AskedGossip> GossipAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        if (Strangers.TryGetValue(node, out var stranger))
        {
            return Task.FromResult(new AskedGossip(new GossipAnswer([.. picture.ViewOf(picture["leader"].Endpoint)!.Answer!.Members, stranger])));
        }

        var view = picture.ViewOf(node);
        AfterGossip?.Invoke();
        return Task.FromResult(view?.Answer switch
        {
            not null when Untrusted.Contains(node) => new AskedGossip(null, WhyUntrusted, IsForGood: true),
            { } answer => new AskedGossip(AsAdvertised(answer)),
            null => new AskedGossip(null, "refused the connection"),
        });
    }

    public const string WhyUntrusted = "made no TLS connection: the node's certificate is not trusted";

    /// <summary>Nodes whose certificates are not trusted.</summary>
    public HashSet<NodeEndpoint> Untrusted { get; } = [];

    /// <summary>What every node calls its own endpoint, if not that.</summary>
    public NodeEndpoint? Advertise { get; set; }

    private GossipAnswer AsAdvertised(GossipAnswer answer) => Advertise is { } all
        ? answer with { Members = [.. answer.Members.Select(member => member with { Endpoint = all })] }
        : answer;

    public Task<bool> IsLiveAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        Task.FromResult(Strangers.ContainsKey(node) || (picture.ViewOf(node)?.IsLive ?? false));

    /// <summary>How often nodes do not tell their options.</summary>
    public int OptionsUnanswered { get; set; }

    /// <summary>Nodes that never tell their options.</summary>
    public HashSet<NodeEndpoint> WithoutOptions { get; } = [];

    public Task<NodeOptions> OptionsAsync(NodeEndpoint node, CancellationToken cancellationToken) => OptionsUnanswered-- > 0 || WithoutOptions.Contains(node) ? throw new NodeUnreachableException(node, "answered HTTP 503") : Denies
        ? throw new RollingUpdateException(FailureReason.AdministrationDenied, "The user must be in the group $admins or $ops.")
        : Task.FromResult(new NodeOptions(picture.ClusterSize, picture.ConfiguredPriority) { All = ServerOptions });

    /// <summary>Versions by node; one that is missing is not told.</summary>
    public Dictionary<NodeEndpoint, string> Versions { get; } = [];

    /// <summary>Nodes on which a scavenge runs.</summary>
    public HashSet<NodeEndpoint> Scavenging { get; } = [];

    /// <summary>How the servers authenticate users.</summary>
    public string Authentication { get; set; } = "internal";

    public Task<NodeInfo?> InfoAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        Task.FromResult<NodeInfo?>(new NodeInfo(Versions.GetValueOrDefault(node), Authentication));

    /// <summary>The options that nodes show.</summary>
    public IReadOnlyList<ServerOption> ServerOptions { get; set; } = [];

    public Task<bool?> IsScavengingAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult<bool?>(Scavenging.Contains(node));

    /// <summary>Nodes that have a licence.</summary>
    public HashSet<NodeEndpoint> Licensed { get; } = [];

    public Task<bool?> IsLicensedAsync(NodeEndpoint node, CancellationToken cancellationToken) => Task.FromResult<bool?>(Licensed.Contains(node));

    /// <summary>What auto-scavenge was asked, and whom.</summary>
    public List<string> AskedOfAutoScavenge { get; } = [];

    public IAutoScavenge AutoScavenge => this;

    /// <summary>How it stands with auto-scavenge.</summary>
    public AutoScavengeState AutoScavengeIs { get; set; } = AutoScavengeState.Absent;

    /// <summary>How often a question about auto-scavenge gets no answer, by what is asked.</summary>
    public Dictionary<string, int> Unanswered { get; } = [];

    /// <summary>How often auto-scavenge, once it was asked to pause, is asked how it stands before it rests.</summary>
    public int LooksUntilPaused { get; set; }

    public Task<AutoScavenge> AutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        if (AutoScavengeIs is AutoScavengeState.Pausing && --LooksUntilPaused <= 0)
        {
            AutoScavengeIs = AutoScavengeState.Paused;
        }

        return AskAutoScavenge("status", node, AutoScavengeIs);
    }

    public Task<AutoScavenge> PauseAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        AskAutoScavenge("pause", node, LooksUntilPaused > 0 ? AutoScavengeState.Pausing : AutoScavengeState.Paused);

    public Task<AutoScavenge> ResumeAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken) =>
        AskAutoScavenge("resume", node, AutoScavengeState.Running);

    private Task<AutoScavenge> AskAutoScavenge(string what, NodeEndpoint node, AutoScavengeState then)
    {
        AskedOfAutoScavenge.Add($"{what} {node.Host}");
        var left = Unanswered.GetValueOrDefault(what);
        Unanswered[what] = left - 1;
        if (left > 0)
        {
            return Task.FromResult(new AutoScavenge(AutoScavengeState.Unknown, $"{node} answered HTTP 500"));
        }

        AutoScavengeIs = then;
        return Task.FromResult(new AutoScavenge(then, then is AutoScavengeState.Denied ? "the user may not" : null));
    }

    /// <summary>What a leader says of itself once it has resigned.</summary>
    public NodeState FormerLeaderIs { get; set; } = NodeState.Follower;

    public async Task SetPriorityAsync(NodeEndpoint node, int priority, CancellationToken cancellationToken)
    {
        await (BeforeAct?.Invoke(node) ?? Task.CompletedTask);
        Asked.Add($"priority {priority} {node.Host}");
        picture.Nodes.Single(other => other.Endpoint == node).Priority = priority;
    }

    public async Task ResignAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        await (BeforeAct?.Invoke(node) ?? Task.CompletedTask);
        Asked.Add($"resign {node.Host}");
        var successor = picture.Nodes.First(other => !other.IsReplica && other.Endpoint != node);
        picture.Nodes.Single(other => other.Endpoint == node).State = FormerLeaderIs;
        successor.State = NodeState.Leader;
    }
}
