using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;

namespace EsdbRollingAction.Core.State;

/// <summary>What a node is to become.</summary>
public enum NodeGoal
{
    /// <summary>What the update wants.</summary>
    Target,

    /// <summary>What it was before the update: the node rolls back.</summary>
    Original,

    /// <summary>On, whatever it is: the update failed or ends, and no node is left off.</summary>
    AsIs,
}

/// <summary>All that is known of one node now. Every field is a value that the observer worked out, with our own writes applied.</summary>
/// <param name="Entry">Its entry in the state.</param>
/// <param name="Own">Its own entry in its own gossip, or null when it says nothing that counts.</param>
/// <param name="Instance">Its instance, or null when EC2 did not show it.</param>
/// <param name="Goal">What it is to become.</param>
public sealed record NodeView(NodeUpdate Entry, GossipMember? Own, Instance? Instance, NodeGoal Goal)
{
    /// <summary>What people call it.</summary>
    public string Name { get; } = Entry.NodeName;

    /// <summary>Its instance's id.</summary>
    public string? InstanceId { get; } = Entry.Ec2InstanceId;

    /// <summary>Its instance's type.</summary>
    public string? Type { get; } = Entry.CurrentInstanceType;

    /// <summary>Whether it takes part in elections.</summary>
    public bool IsVoter { get; } = Entry.NodeType != NodeType.ReadOnlyReplica;

    /// <summary>Its version as its strategy reads it, such as <c>t2.large</c>; null when that is not known.</summary>
    public string? Version { get; } = Entry.Version;

    /// <summary>The version that its goal wants; null when any will do.</summary>
    public string? Wanted { get; init; }

    /// <summary>Whether it has that version.</summary>
    public bool IsAsWanted { get; init; }

    /// <summary>Where it is in the state machine.</summary>
    public NodePhase Phase { get; init; }

    /// <summary>When all this was read.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The commands of the update that were sent to it, oldest first.</summary>
    public IReadOnlyList<NodeCommand> Commands { get; init; } = [];

    /// <summary>Whether a command of the change still runs on it, as far as is known.</summary>
    public bool RunsACommand => Commands.Any(one => one.IsOfTheChange && !one.Outcome.HasEnded);

    /// <summary>Whether it is level with the leader, and why.</summary>
    public required Verdict Level { get; init; }

    /// <summary>Whether it is the leader that the others agree on.</summary>
    public bool Leads { get; init; }

    /// <summary>Whether it answers, or anybody who answers sees it alive.</summary>
    public bool IsSeen { get; init; }

    /// <summary>Whether it answers at all: its word may not count, but somebody is there.</summary>
    public bool Answers { get; init; }

    /// <summary>Whether the leader sees it.</summary>
    public bool IsSeenByLeader { get; init; }

    /// <summary>How far it is behind the leader, in bytes; null when that is not known.</summary>
    public long? BytesBehind { get; init; }

    /// <summary>Whether it is level on one look, and the next one is to confirm that.</summary>
    public bool IsUnconfirmed { get; init; }

    /// <summary>Whether it is not level on two looks in a row: one alone may have met a lost answer.</summary>
    public bool IsNotLevelTwice { get; init; }

    /// <summary>Whether the process that answers is the one that was asked to stop.</summary>
    public bool IsOldProcess { get; } = Own is not null && Own.InstanceId == Entry.EventStoreInstanceIdBeforeStop;

    /// <summary>Whether it does not answer, or only that it shuts down.</summary>
    public bool IsDown { get; } = Own is null or { IsShuttingDown: true };

    /// <summary>Whether it says that it leads, follows or replicates.</summary>
    public bool IsInRole { get; } = Own is { IsInRole: true };

    /// <summary>Whether its priority is still the one that a hand-over lowered. A replica's priority does nothing.</summary>
    public bool IsLowered { get; } = Own is { IsReadOnlyReplica: false } own && own.NodePriority < Entry.OriginalNodePriority;

    /// <summary>Whether a new priority was accepted and its gossip does not show it yet.</summary>
    public bool IsPriorityPending { get; init; }

    /// <summary>Whether a start was accepted so recently that reads may still show the instance off.</summary>
    public bool IsStartPending { get; init; }

    /// <summary>How long ago EC2 accepted the last change or reboot, of an attempt before this one too; or null.</summary>
    public TimeSpan? SinceChange { get; init; }

    /// <summary>Whether it went down so recently that it may have been stopped, though EC2 still shows it running.</summary>
    public bool MayBeGoingDown { get; init; }

    /// <summary>How long it has not answered, or null.</summary>
    public TimeSpan? SilentFor { get; init; }

    /// <summary>Whether it is a read-only replica that serves nobody, and only a restart helps.</summary>
    public bool IsHanging { get; init; }

    /// <summary>Whether no node sees it, for so long that stopping it takes nothing from the cluster.</summary>
    public bool IsOutForEverybody { get; init; }

    /// <summary>Whether what it was before is written on its instance.</summary>
    public bool HasRestorePoint { get; } = Entry.RestorePointAt is not null || Instance is { RestorePoint: not null };

    /// <summary>Whether an update has begun with its instance, by its state or by the restore point.</summary>
    public bool WasBegun { get; } = Entry.WasTouched || Entry.IsOnItsWay || Instance is { RestorePoint: not null };

    /// <summary>Whether it does not serve as it is, and rolls back: then it comes first, since no other voter may be stopped.</summary>
    public bool IsRescuedByRollback { get; init; }

    /// <summary>Two views of one node are the same node.</summary>
    public bool Equals(NodeView? other) => other is not null && Entry.Endpoint == other.Entry.Endpoint;

    /// <inheritdoc/>
    public override int GetHashCode() => Entry.Endpoint.GetHashCode();
}
