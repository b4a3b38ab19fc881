using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>All that is known now: the state, and every node as one view. What decides asks nothing else.</summary>
public sealed record ClusterSnapshot
{
    /// <summary>The state, with what was observed of every node.</summary>
    public required ClusterUpdate State { get; init; }

    /// <summary>What was read.</summary>
    public required Observation Seen { get; init; }

    /// <summary>The nodes in update order.</summary>
    public required IReadOnlyList<NodeView> Nodes { get; init; }

    /// <summary>Which change is rolled.</summary>
    public required IUpdateStrategy Strategy { get; init; }

    /// <summary>What the run is told.</summary>
    public required RollSettings Settings { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The configured number of voters.</summary>
    public int ClusterSize { get; init; }

    /// <summary>How many voters make a majority.</summary>
    public int Majority { get; init; }

    /// <summary>The node that leads, by its word and a majority's; null when nobody does.</summary>
    public NodeView? Leader { get; init; }

    /// <summary>Which voters are up.</summary>
    public required VotersUp Voters { get; init; }

    /// <summary>Whether fewer voters than a majority are alive, or null.</summary>
    public LostQuorum? LostQuorum { get; init; }

    /// <summary>The node that has failed, or null.</summary>
    public NodeView? Failed { get; init; }

    /// <summary>Whether nothing is begun any more: a node failed, the lease is lost, or the run only recovers.</summary>
    public bool IsEnding { get; init; }

    /// <summary>When nodes that are brought up as they are, because nothing is begun any more, are left to a person.</summary>
    public DateTimeOffset? GivesUpAt { get; init; }
}

/// <summary>Fewer voters are alive than a majority: nothing can be written to the cluster.</summary>
/// <param name="Alive">How many voters answer, or are seen by a node that does.</param>
/// <param name="ClusterSize">How many are configured.</param>
/// <param name="Since">Since when it has been seen to be so.</param>
public sealed record LostQuorum(int Alive, int ClusterSize, DateTimeOffset Since);
