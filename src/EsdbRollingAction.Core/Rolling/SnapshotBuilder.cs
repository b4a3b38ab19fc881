using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Makes one picture of the state and what was read. Pure; the only place where reads and the state meet.</summary>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="settings">What the run is told.</param>
public sealed class SnapshotBuilder(IUpdateStrategy strategy, RollSettings settings)
{
    /// <summary>Which change is rolled.</summary>
    public IUpdateStrategy Strategy { get; } = strategy;

    /// <summary>The snapshot of a state and what was just read.</summary>
    public ClusterSnapshot Build(ClusterUpdate state, Observation seen)
    {
        seen = seen with { Held = PendingWrites.Apply(seen.Held, state, seen.At) };
        state = Refresh(state, seen);
        var planned = state.EventStoreNodeUpdates.Where(node => node.NodeType is not NodeType.ReadOnlyReplica);
        var voters = VotersUp.In(seen.Cluster, planned.Select(node => node.Endpoint), seen.At);
        var lost = Lost(voters, state);
        state = state with { QuorumLostSince = lost?.Since };
        var hasFailed = state.EventStoreNodeUpdates.Any(node => node.NodeUpdateStatus is UpdateStatus.Failed);
        var isEnding = hasFailed || seen.Lease.LostTo is not null || settings.OnlyRecovers;
        List<NodeView> nodes = [.. state.EventStoreNodeUpdates.Select(node => ViewOf(node, GoalOf(node, isEnding), state, seen))];
        var cluster = new ClusterSnapshot
        {
            State = state,
            Seen = seen,
            Nodes = nodes,
            Strategy = Strategy,
            Settings = settings,
            At = seen.At,
            ClusterSize = seen.Cluster.ClusterSize,
            Majority = ClusterView.Majority(seen.Cluster.ClusterSize),
            Voters = voters,
            LostQuorum = lost,
            IsEnding = isEnding,
        };
        nodes = [.. nodes.Select(node => node with { Phase = NodeMachine.PhaseOf(node, cluster) })];
        var failed = nodes.Find(node => node.Entry.NodeUpdateStatus is UpdateStatus.Failed);
        return cluster with
        {
            Nodes = nodes,
            Leader = nodes.Find(node => node.Leads),
            Failed = failed,
            GivesUpAt = settings.OnlyRecovers ? settings.Deadline : LeavesNodesAt(failed, seen),
        };
    }

    /// <summary>Who ends has no iterations that are counted: what does not come up in this time is left to a person.</summary>
    private static DateTimeOffset? LeavesNodesAt(NodeView? failed, Observation seen) =>
        (failed?.Entry.FinishedAt ?? seen.Lease.LostAt) is { } since ? Timings.After(since, Timings.StoppingLasts) : null;

    private ClusterUpdate Refresh(ClusterUpdate state, Observation seen) => state with
    {
        ClusterUpdateStatus = settings.OnlyRecovers ? state.ClusterUpdateStatus : UpdateStatus.InProgress,
        StartedAt = state.StartedAt ?? StartsAt(seen),
        LastIterationAt = seen.At,
        LongestSecondsWithoutLeader = Math.Max(state.LongestSecondsWithoutLeader ?? 0, seen.LongestWithoutLeader.TotalSeconds),
        EventStoreNodeUpdates = [.. UpdateOrder.Sort(state.EventStoreNodeUpdates.Select(node => Refresh(node, state, seen)), seen.At)],
    };

    /// <summary>
    /// An update whose state is lost goes on, where its commands tell when it began. Until they do, it has not begun; nor does a new
    /// one begin while the run that the lease was taken over from may still send one.
    /// </summary>
    private DateTimeOffset? StartsAt(Observation seen) => settings.OnlyRecovers || seen.Commands.Problem is not null
        || (seen.Commands.IsNew && seen.At < seen.Lease.ActsFrom)
        ? null
        : seen.Commands.Began ?? seen.At;

    /// <summary>Leadership moves, and the order follows.</summary>
    private NodeUpdate Refresh(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        var own = PendingWrites.Apply(seen.Cluster.Own(node.Endpoint), node, seen.At);
        var read = InstanceOf(node, seen);
        var commands = seen.Commands.On(node.Ec2InstanceId);
        node = PendingWrites.WithoutUnmade(node, (read, own), seen.Commands.Problem is null ? commands : null, seen.At);
        var role = RoleOf(node, own, seen.Cluster);
        var refreshed = Baking.Observed(node, state.LastIterationAt, settings, seen.At) with
        {
            NodeType = role,
            OriginalNodeType = node.OriginalNodeType ?? role,
            CurrentNodePriority = own?.NodePriority ?? node.CurrentNodePriority,
            CurrentInstanceType = read is null ? node.CurrentInstanceType : PendingWrites.Type(read.Type, read.State, node, seen.At),
            CurrentInstanceState = read?.State,
            SilentSince = SilentSince(node, state, seen),
            FinishedAt = node.NodeUpdateStatus is UpdateStatus.Failed ? node.FinishedAt ?? seen.At : node.FinishedAt,
        };
        refreshed = refreshed.Having(commands, seen.At);
        refreshed = read is null
            ? refreshed
            : refreshed.WithVersion(Strategy.VersionOf(refreshed, new SeenNode(read, own, seen.At)
            {
                Commands = PendingWrites.Apply(commands, refreshed, seen.At),
            }));
        return refreshed with { OutOfService = ReplicaHealth.Of(refreshed, seen.Cluster, seen.At) };
    }

    /// <summary>Without an agreed leader the roles stay what they were: an election is no reason to reorder.</summary>
    private static NodeType RoleOf(NodeUpdate node, GossipMember? own, ClusterView cluster) => (own, cluster.Leader) switch
    {
        ({ IsReadOnlyReplica: true }, _) => NodeType.ReadOnlyReplica,
        (null, _) when node.NodeType is NodeType.ReadOnlyReplica => NodeType.ReadOnlyReplica,
        (_, { } leader) => leader.Endpoint == node.Endpoint ? NodeType.Leader : NodeType.Follower,
        _ => node.NodeType,
    };

    private static NodeGoal GoalOf(NodeUpdate node, bool isEnding) => node switch
    {
        { NodeUpdateStatus: UpdateStatus.Success } => NodeGoal.Target,
        _ when isEnding => NodeGoal.AsIs,
        { IsRollingBack: true } => NodeGoal.Original,
        _ => NodeGoal.Target,
    };

    private NodeView ViewOf(NodeUpdate node, NodeGoal goal, ClusterUpdate state, Observation seen)
    {
        var cluster = seen.Cluster;
        var endpoint = node.Endpoint;
        var read = cluster.Own(endpoint);
        var own = PendingWrites.Apply(read, node, seen.At);
        var instance = PendingWrites.Apply(InstanceOf(node, seen), node, seen.At);
        var wanted = WantedBy(goal, node);
        return new NodeView(node, own, instance, goal)
        {
            At = seen.At,
            Commands = PendingWrites.Apply(seen.Commands.On(node.Ec2InstanceId), node, seen.At),
            Wanted = wanted,
            IsAsWanted = wanted is null || wanted == node.Version,
            Level = cluster.Level(endpoint),
            Leads = cluster.Leader?.Endpoint == endpoint,
            IsSeen = cluster.IsSeenByAnybody(endpoint),
            Answers = cluster.Now.Nodes.GetValueOrDefault(endpoint)?.Answer is not null,
            IsSeenByLeader = cluster.IsSeenByLeader(endpoint),
            BytesBehind = cluster.BytesBehind(endpoint),
            IsUnconfirmed = cluster.IsLevelUnconfirmed(endpoint),
            IsNotLevelTwice = cluster.IsNotLevelTwice(endpoint),
            IsPriorityPending = PendingWrites.IsPending(read, node, seen.At),
            IsStartPending = PendingWrites.MayHide(node.StartRequestedAt, seen.At),
            SinceChange = seen.At - node.LastChangeAt,
            MayBeGoingDown = seen.GoingDownSince.TryGetValue(endpoint, out var down) && PendingWrites.MayHide(down, seen.At),
            SilentFor = seen.At - node.SilentSince,
            IsHanging = goal is not NodeGoal.AsIs && ReplicaHealth.Hangs(node, seen.At) && MayRepeat,
            IsOutForEverybody = IsOutForEverybody(node, state, seen),
            IsRescuedByRollback = node.IsRollingBack || (state.TakesBack && own is not { IsInRole: true }),
        };
    }

    /// <summary>A command that has run on a node is not run again because the node hangs.</summary>
    private bool MayRepeat => Strategy.Calls.StopsInstances;

    private string? WantedBy(NodeGoal goal, NodeUpdate node) => goal switch
    {
        NodeGoal.Target => Strategy.TargetOf(node),
        NodeGoal.Original => node.VersionBefore,
        _ => null,
    };

    /// <summary>
    /// Stopping what has long been silent, and is seen by no node that answers, takes nothing from the cluster. There must be too few
    /// of them to be what is left of a majority on another side of the network: the only voter of a cluster that may
    /// be down is no such side.
    /// </summary>
    private static bool IsOutForEverybody(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        var size = seen.Cluster.ClusterSize;
        return seen.At - node.SilentSince >= Timings.RestartsByItself
            && !seen.Cluster.IsSeenByAnybody(node.Endpoint)
            && (size == 1 || size - AccountedFor(state, seen) < ClusterView.Majority(size));
    }

    /// <summary>How many voters answer, or are stopped.</summary>
    private static int AccountedFor(ClusterUpdate state, Observation seen) => state.EventStoreNodeUpdates.Count(voter =>
        voter.NodeType is not NodeType.ReadOnlyReplica
        && (seen.Cluster.Own(voter.Endpoint) is not null || InstanceOf(voter, seen) is { State: InstanceState.Stopped }));

    /// <summary>What a process before this one saw counts while no more than a minute has passed since: steps are processes.</summary>
    private static DateTimeOffset? SilentSince(NodeUpdate node, ClusterUpdate state, Observation seen)
    {
        if (!seen.SilentSince.TryGetValue(node.Endpoint, out var since))
        {
            return null;
        }

        var goesOn = Timings.IsRecent(state.LastIterationAt, Timings.RestartsByItself, seen.At);
        return goesOn && node.SilentSince < since ? node.SilentSince : since;
    }

    private static Instance? InstanceOf(NodeUpdate node, Observation seen) =>
        node.Ec2InstanceId is { } id ? seen.Instances.GetValueOrDefault(id) : null;

    private static LostQuorum? Lost(VotersUp voters, ClusterUpdate state) => voters.Up.Count < ClusterView.Majority(voters.Of)
        ? new LostQuorum(voters.Up.Count, voters.Of, state.QuorumLostSince ?? voters.At)
        : null;
}
