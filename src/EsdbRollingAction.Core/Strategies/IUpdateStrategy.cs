using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// What is rolled over the cluster: which version a node has, and which steps lead to another one. Order, safety rules, hand-over,
/// waiting, recovery and rollback are the engine's and the same for all. A strategy is one file and one line in the catalogue.
/// </summary>
public interface IUpdateStrategy
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    string Name { get; }

    /// <summary>The version that every node shall have, where that is not an instance type that the inputs name.</summary>
    string? TargetVersion { get; }

    /// <summary>The version that a node has, as one comparable word. Pure.</summary>
    /// <param name="node">What is remembered of it, with the instance type that it has after what EC2 accepted.</param>
    /// <param name="seen">What was read of it.</param>
    string? VersionOf(NodeUpdate node, SeenNode seen);

    /// <summary>The version that the update gives the node; null when it stays as it is.</summary>
    string? TargetOf(NodeUpdate node) => TargetVersion;

    /// <summary>Whether the node has the version that the update gives it; one that is to stay as it is always has.</summary>
    bool IsAsWanted(NodeUpdate node) => (TargetOf(node) ?? node.Version) == node.Version;

    /// <summary>
    /// The steps, in order. The first that is not done is the next one; the first that takes the node down begins the change. An
    /// instance that is off after them is started: no strategy need say so.
    /// </summary>
    IReadOnlyList<ChangeStep> Steps { get; }

    /// <summary>Whether nobody leads who has the new version while another voter has not.</summary>
    bool KeepsOldLeader => false;

    /// <summary>Whether it is the old version that the node runs now, however far its change is otherwise.</summary>
    bool RunsOldVersion(NodeView node) => !node.IsAsWanted;

    /// <summary>What is done for a node that has failed and is still on, before it is left as it is.</summary>
    IReadOnlyList<ChangeStep> Rescue => [];

    /// <summary>Whether a node that fails with the change can get back what it was; else it is brought up as it is.</summary>
    bool CanUndo(NodeUpdate node);

    /// <summary>What is asked of EC2 beyond starting and stopping, so that it is tried as a dry run before anything is done.</summary>
    PlannedCalls Calls { get; }

    /// <summary>Whether the change can be made to these nodes, by what can be told before anything is changed.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    Task<CheckedChange> CheckAsync(IReadOnlyList<CheckedNode> nodes, InstanceFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult(new CheckedChange([]));

    /// <summary>The state with what the checks have found out of the change, so that it is approved too.</summary>
    ClusterUpdate Planned(ClusterUpdate state, CheckedChange change) => state;

    /// <summary>Reads what else must be known of the nodes, beyond their own words and their instances.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    Task<CommandsSeen> ReadAsync(ClusterUpdate state, SeenWorld world, CancellationToken cancellationToken) =>
        Task.FromResult(CommandsSeen.None);
}

/// <summary>What the checks have found out of a change.</summary>
/// <param name="Rows">The checks.</param>
public sealed record CheckedChange(IReadOnlyList<Check> Rows)
{
    /// <summary>The version of its document, as a number; null where there is none, or it does not tell.</summary>
    public string? DocumentVersion { get; init; }
}

/// <summary>What was read before a strategy reads more.</summary>
/// <param name="Instances">The instances, by their ids.</param>
/// <param name="At">When.</param>
/// <param name="ActsFrom">From when on no run acts that the lease was taken over from.</param>
public sealed record SeenWorld(IReadOnlyDictionary<string, Instance> Instances, DateTimeOffset At, DateTimeOffset ActsFrom);

/// <summary>What was read of a node, before anything is made of it.</summary>
/// <param name="Instance">Its instance.</param>
/// <param name="Own">Its own word, or null when it says nothing that counts.</param>
/// <param name="At">When that was read.</param>
public sealed record SeenNode(Instance Instance, GossipMember? Own, DateTimeOffset At)
{
    /// <summary>The commands of the update that were sent to it.</summary>
    public IReadOnlyList<NodeCommand> Commands { get; init; } = [];
}

/// <summary>A node that will be worked on, as the checks see it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="TargetType">The instance type that it shall have; null when it keeps its own.</param>
/// <param name="Addresses">Names and addresses by which clients, other nodes or this program reach it.</param>
public sealed record CheckedNode(string Name, Instance Instance, string? TargetType, CheckedAddresses Addresses)
{
    /// <summary>The options that its server shows; null where it shows none.</summary>
    public IReadOnlyList<ServerOption>? Options { get; init; }

    /// <summary>Its version now, in the word of the strategy.</summary>
    public string? Version { get; init; }
}

/// <summary>Names and addresses by which a node is reached.</summary>
/// <param name="Advertised">The host that it advertises: by it clients and this program reach it.</param>
public sealed record CheckedAddresses(string Advertised)
{
    /// <summary>The IP addresses that this name resolves to.</summary>
    public IReadOnlyList<string> Resolved { get; init; } = [];

    /// <summary>What else it is known by, and what the connection string names.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];
}
