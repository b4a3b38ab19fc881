using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>A node whose role is checked.</summary>
/// <param name="Endpoint">Where it answers.</param>
/// <param name="Name">What people call it.</param>
/// <param name="RecoversBecause">Why it refuses nothing when it is down or behind: the update sees to it.</param>
internal sealed record CheckedMember(NodeEndpoint Endpoint, string Name, string? RecoversBecause = null);

/// <summary>The nodes whose roles are checked.</summary>
internal sealed record CheckedMembers(IReadOnlyList<CheckedMember> Voters, IReadOnlyList<CheckedMember> Replicas);

/// <summary>
/// The cluster as it is found, with the plan for it. Bringing nodes back is the loop's: what an update left down or behind
/// is no reason to refuse.
/// </summary>
/// <param name="State">The plan; the state as it was given when the instances or the state do not fit.</param>
/// <param name="First">What the cluster said.</param>
/// <param name="Matches">The instance of every node.</param>
internal sealed record PlannedCluster(ClusterUpdate State, FirstLook First, NodeMatches Matches)
{
    /// <summary>Why the state does not fit the cluster, or null.</summary>
    public string? Misfit { get; init; }

    /// <summary>The node that an update was interrupted at: its instance is off, or carries a restore point.</summary>
    public NodeUpdate? Interrupted => State.EventStoreNodeUpdates.FirstOrDefault(node =>
        Matches.InstanceOf(node) is { State: not InstanceState.Running } or { RestorePoint: not null });

    /// <summary>
    /// The name of the node that an update stopped, by its restore point or by a state that was begun. One that has a restore point
    /// and is silent may have been stopped a moment ago, though a read that is older shows it running.
    /// </summary>
    public string? LeftOff => State.EventStoreNodeUpdates.FirstOrDefault(node => Matches.InstanceOf(node) switch
    {
        { State: InstanceState.Stopping or InstanceState.Stopped, RestorePoint: null } => State.StartedAt is not null,
        { State: InstanceState.Stopping or InstanceState.Stopped } => true,
        { State: InstanceState.Running, RestorePoint: not null } => First.Look.Own(node.Endpoint) is null,
        _ => false,
    })?.NodeName;

    /// <summary>Where the instances are not certain, the nodes are those that gossip names.</summary>
    public CheckedMembers MembersFor(IUpdateStrategy strategy)
    {
        var recovers = WhyAllRecover;
        if (!Matches.AreComplete)
        {
            var ghosts = Matches.Ghosts.Select(ghost => ghost.Endpoint);
            return new CheckedMembers(
                [.. First.Voters.Except(ghosts).Select(voter => new CheckedMember(voter, $"{voter}", recovers))],
                [.. First.Replicas.Select(replica => new CheckedMember(replica, $"{replica}"))]);
        }

        var members = State.EventStoreNodeUpdates.ToLookup(
            node => node.NodeType is NodeType.ReadOnlyReplica,
            node => new CheckedMember(node.Endpoint, node.NodeName, recovers ?? WhyItRecovers(node, strategy)));
        return new CheckedMembers([.. members[false]], [.. members[true]]);
    }

    private string? WhyAllRecover => (Interrupted, State) switch
    {
        ({ } node, _) => $"{node.NodeName} is brought back first, then the update waits by itself",
        (_, { StartedAt: not null }) => "the update was begun before: it waits by itself",
        (_, { TakesBack: true }) => "the update that is rolled back left it so: it is put back first",
        _ => null,
    };

    private string? WhyItRecovers(NodeUpdate node, IUpdateStrategy strategy) => node switch
    {
        _ when Matches.InstanceOf(node) is null => null,
        _ when strategy.IsAsWanted(node) => "its instance is as wanted already: the update waits for it",
        _ when strategy.KeepsOldLeader && First.Look.Own(node.Endpoint) is not null && IsTheLastOldVoter(node, strategy) =>
            "it is the last of an old version: where it cannot follow the new one it is upgraded as it is",
        _ => null,
    };

    private bool IsTheLastOldVoter(NodeUpdate node, IUpdateStrategy strategy)
    {
        var others = State.EventStoreNodeUpdates.Where(other => other.NodeType is not NodeType.ReadOnlyReplica && other != node).ToList();
        return others.Count > 0 && others.TrueForAll(strategy.IsAsWanted);
    }
}
