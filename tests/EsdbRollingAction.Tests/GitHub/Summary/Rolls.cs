using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.GitHub.Summary;

/// <summary>Reports of rolls as EC2's times make them, at every stage, of any number of nodes.</summary>
internal static class Rolls
{
    private const string Refusal =
        "Could not start i-0000000000000001d. EC2 answered InsufficientInstanceCapacity: there is no t2.xlarge in eu-central-1a now.";

    private static readonly (NodePhase Phase, double Seconds)[] Course =
    [
        (NodePhase.Waiting, 1.0), (NodePhase.Stopping, 31), (NodePhase.Changing, 0.04), (NodePhase.Starting, 27), (NodePhase.CatchingUp, 24),
    ];

    public static RunReport Planned(int nodes)
    {
        // Where an update goes on, some are done already.
        var done = nodes > 8 ? 5 : 1;
        return Of([.. Enumerable.Range(0, nodes).Select(index => index < done ? AsWanted(index) : Pending(index, nodes))], new RunEnd(ExitCode.Done, null, "Planned.")) with
        {
            Mode = Mode.Plan,
            Checks =
            [
                Check.Passed("ClusterAnswers", $"{nodes} of {nodes} nodes answer"), Check.Passed("StopIsPermitted", "EC2 would stop i-00000000000000000"),
                Check.NotChecked("CancelCapacityReservation", "it can be tried only on a reservation, and there is none yet"),
            ],
        };
    }

    /// <summary>All are done.</summary>
    public static RunReport Done(int nodes) =>
        Seen(Of([.. Enumerable.Range(0, nodes).Select(index => Led(Done(index, nodes), index, nodes))], new RunEnd(ExitCode.Done, null, "Done.")));

    /// <summary>One catches up, and one or two have not been begun.</summary>
    public static RunReport UnderWay(int nodes)
    {
        var current = nodes - (nodes > 8 ? 3 : 2);
        var node = Done(current, nodes);
        var catchingUp = node with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            NodeUpdateStatusDetail = nameof(NodePhase.CatchingUp),
            PhaseSince = node.Phases[^1].Since,
            FinishedAt = null,
            WaitingFor = $"{node.NodeName} says CatchingUp, 3.0 MiB behind",
            Phases = [.. node.Phases.SkipLast(1), node.Phases[^1] with { Until = null }],
        };
        return Until(current, catchingUp, nodes, end: null) with { BytesBehind = 3 * 1024 * 1024 };
    }

    /// <summary>One could not be started with its new type and was put back.</summary>
    public static RunReport Failed(int nodes)
    {
        var current = nodes - (nodes > 8 ? 3 : 2);
        var node = Done(current, nodes);
        var failed = node with
        {
            NodeUpdateStatus = UpdateStatus.Failed,
            NodeUpdateStatusDetail = nameof(NodePhase.RolledBack),
            CurrentInstanceType = "t2.large",
            FailureReason = FailureReason.InsufficientCapacity,
            FailureMessage = Refusal,
            RollBackReason = Refusal,
            Phases = [.. node.Phases.SkipLast(1), .. node.Phases.Skip(2).Select(span => Later(span, 51.04))],
        };
        return Until(current, failed, nodes, new RunEnd(ExitCode.UpdateFailed, FailureReason.InsufficientCapacity, Refusal)) with
        {
            Checks = [Check.Passed("ClusterAnswers", "yes"), Check.NotChecked("CancelCapacityReservation", "it can be tried only on a reservation, and there is none yet")],
        };
    }

    private static RunReport Until(int current, NodeUpdate node, int nodes, RunEnd? end)
    {
        var all = Enumerable.Range(0, nodes).Select(index => index < current ? Done(index, nodes) : index == current ? node : Pending(index, nodes));
        var at = node.FinishedAt ?? node.Phases[^1].Since.AddSeconds(14);
        var report = Of([.. all], end);
        return Seen(report with { At = at, State = report.State! with { ClusterUpdateStatus = UpdateStatus.InProgress, FinishedAt = null } });
    }

    private static RunReport Of(IReadOnlyList<NodeUpdate> nodes, RunEnd? end) => Reports.Of(
        new ClusterUpdate
        {
            UpdateStrategy = "Ec2InstanceTypeUpdate",
            TargetInstanceType = "t2.xlarge",
            PlanDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ClusterUpdateStatus = UpdateStatus.Success,
            StartedAt = nodes.Any(node => node.Phases.Count > 0) ? Reports.Begin : null,
            FinishedAt = nodes[^1].FinishedAt,
            EventStoreNodeUpdates = nodes,
            LongestSecondsWithoutLeader = 1.2,
        },
        end);

    private static RunReport Seen(RunReport report) => report with { Now = [.. report.Nodes.Select(Now)] };

    private static NodeView Now(NodeUpdate node) => node.Phase is NodePhase.CatchingUp
        ? Summary.Seen.As(node, InstanceState.Running, NodeState.CatchingUp, 3 * 1024 * 1024)
        : Summary.Seen.As(node, InstanceState.Running, Role(node));

    private static NodeState Role(NodeUpdate node) => node.NodeType switch
    {
        NodeType.Leader => NodeState.Leader,
        NodeType.Follower => NodeState.Follower,
        _ => NodeState.ReadOnlyReplica,
    };

    private static NodeUpdate Done(int index, int nodes)
    {
        var since = Reports.Begin.AddSeconds(index * Course.Sum(one => one.Seconds));
        var spans = new List<PhaseSpan>();
        foreach (var (phase, seconds) in Course)
        {
            spans.Add(new PhaseSpan { Phase = phase.ToString(), Since = since, Until = since = since.AddSeconds(seconds) });
        }

        return Pending(index, nodes) with
        {
            NodeUpdateStatus = UpdateStatus.Success,
            NodeUpdateStatusDetail = nameof(NodePhase.Success),
            CurrentInstanceType = "t2.xlarge",
            StartedAt = spans[0].Since,
            FinishedAt = since,
            Phases = spans,
        };
    }

    /// <summary>The last node has handed over to the one before it.</summary>
    private static NodeUpdate Led(NodeUpdate node, int index, int nodes) => (nodes - index) switch
    {
        2 => node with { NodeType = NodeType.Leader },
        1 => node with { NodeType = NodeType.Follower, ResignRequestedAt = node.StartedAt },
        _ => node,
    };

    private static NodeUpdate AsWanted(int index) => Pending(index, int.MaxValue) with
    {
        NodeUpdateStatus = UpdateStatus.Success,
        CurrentInstanceType = "t2.xlarge",
        OriginalInstanceType = "t2.xlarge",
    };

    private static NodeUpdate Pending(int index, int nodes)
    {
        var role = index == nodes - 1 ? NodeType.Leader : index * 10 < nodes ? NodeType.ReadOnlyReplica : NodeType.Follower;
        return new NodeUpdate
        {
            NodeName = $"prod-esdb-node{index + 1}",
            NodeAddress = $"10.0.0.{index + 1}",
            NodePort = 2113,
            NodeType = role,
            OriginalNodeType = role,
            Ec2InstanceId = $"i-{index:x17}",
            OriginalInstanceType = "t2.large",
            CurrentInstanceType = "t2.large",
            CurrentInstanceState = InstanceState.Running,
        };
    }

    private static PhaseSpan Later(PhaseSpan span, double seconds) =>
        span with { Since = span.Since.AddSeconds(seconds), Until = span.Until?.AddSeconds(seconds) };
}
