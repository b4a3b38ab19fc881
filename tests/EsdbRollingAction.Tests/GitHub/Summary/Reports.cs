using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.GitHub.Summary;

/// <summary>Reports of runs: real ones from the fixtures, and made ones.</summary>
internal static class Reports
{
    public static readonly DateTimeOffset Begin = new(2026, 11, 23, 3, 30, 0, TimeSpan.Zero);

    public static readonly WorkflowRun Run = new(
        4711, "https://github.com/acme/orders/actions/runs/4711", "esdb-rolling-update-state-orders-4711-1")
    {
        Repository = "acme/orders",
        Workflow = "roll.yml",
        Manual = "https://github.com/org/esdb-rolling-update/blob/v1/README.md#what-to-do-when",
    };

    public static RunReport Updated() => Of(Roll("updated"), new RunEnd(ExitCode.Done, null, ""));

    public static RunReport RolledBack()
    {
        var state = Roll("rolled-back");
        return Of(state, new RunEnd(ExitCode.UpdateFailed, FailureReason.InsufficientCapacity, state.EventStoreNodeUpdates[0].FailureMessage!));
    }

    /// <summary>The leader is catching up, the others are done.</summary>
    public static RunReport CatchingUp()
    {
        var state = Roll("updated");
        var last = state.EventStoreNodeUpdates[^1];
        var now = last.Phases[^1].Since.AddSeconds(65);
        return Of(
            state.With(last with
            {
                NodeUpdateStatus = UpdateStatus.InProgress,
                NodeUpdateStatusDetail = nameof(NodePhase.CatchingUp),
                FinishedAt = null,
                PhaseSince = last.Phases[^1].Since,
                WaitingFor = "test-node2 says CatchingUp, 3.0 MiB behind",
                Phases = [.. last.Phases.SkipLast(1), last.Phases[^1] with { Until = null }],
            }) with
            { ClusterUpdateStatus = UpdateStatus.InProgress, FinishedAt = null },
            end: null) with
        { At = now, BytesBehind = 3 * 1024 * 1024 };
    }

    public static RunReport Ended(this RunReport report, int exitCode, FailureReason reason, string message = "It ended.") =>
        report with { End = new RunEnd(exitCode, reason, message) };

    public static RunReport Planned()
    {
        var state = Roll("updated");
        return Of(
            new ClusterUpdate
            {
                UpdateStrategy = state.UpdateStrategy,
                TargetInstanceType = state.TargetInstanceType,
                PlanDigest = "sha256:9f86d081884c7d65",
                EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select((node, index) => index == 0
                    ? node.Fresh() with { NodeUpdateStatus = UpdateStatus.Success, NodeUpdateStatusDetail = nameof(NodePhase.Success), Phases = [] }
                    : node.Fresh() with { Phases = [], NodeType = node.OriginalNodeType!.Value, CurrentInstanceType = "t2.large" })],
            },
            new RunEnd(ExitCode.Done, null, "")) with
        {
            Mode = Mode.Plan,
            Checks = [Check.Passed("ClusterAnswers", "4 of 4 nodes answer"), Check.Passed("StopIsPermitted", "EC2 would stop i-04d277e342129fe6c")],
        };
    }

    public static RunReport Unknown(int exitCode, FailureReason reason, string message) => Of(null, new RunEnd(exitCode, reason, message));

    /// <summary>A roll of many nodes, the last of which failed.</summary>
    /// <param name="nodes">How many.</param>
    /// <param name="text">Every text from outside.</param>
    /// <param name="phases">How many phases each node had.</param>
    public static RunReport Large(int nodes, string? text = null, int phases = 5)
    {
        var updates = Enumerable.Range(0, nodes).Select(index => Node(index, text ?? $"node-{index}", phases, failed: index == nodes - 1, text)).ToList();
        return Of(
            new ClusterUpdate
            {
                UpdateStrategy = text ?? "Ec2InstanceTypeUpdate",
                TargetInstanceType = text ?? "t2.xlarge",
                ClusterUpdateStatus = UpdateStatus.Failed,
                StartedAt = Begin,
                EventStoreNodeUpdates = updates,
                LongestSecondsWithoutLeader = 1.2,
            },
            new RunEnd(ExitCode.UpdateFailed, FailureReason.IterationLimitExceeded, text ?? "The last node took too long.")) with
        {
            ClusterName = text ?? "orders",
            Checks = [Check.Refused(text ?? "Rule", text ?? "reason")],
        };
    }

    public static NodeUpdate Node(int index, string name, int phases = 5, bool failed = false, string? text = null)
    {
        NodePhase[] order = [NodePhase.Waiting, NodePhase.Stopping, NodePhase.Changing, NodePhase.Starting, NodePhase.CatchingUp];
        var begin = Begin.AddMinutes(index * phases);
        return new NodeUpdate
        {
            NodeName = name,
            NodeAddress = text ?? $"10.0.{index / 250}.{index % 250}",
            NodePort = 2113,
            Ec2InstanceId = text ?? $"i-{index:00000}",
            NodeType = NodeType.Follower,
            OriginalNodeType = NodeType.Follower,
            OriginalInstanceType = text ?? "t2.large",
            CurrentInstanceType = text ?? "t2.xlarge",
            NodeUpdateStatus = failed ? UpdateStatus.Failed : UpdateStatus.Success,
            NodeUpdateStatusDetail = failed ? nameof(NodePhase.Failed) : nameof(NodePhase.Success),
            FailureReason = failed ? FailureReason.IterationLimitExceeded : null,
            FailureMessage = failed ? text ?? "It took too long." : null,
            UpdateIterations = 12,
            ChangeRequestedAt = begin,
            FinishedAt = begin.AddMinutes(phases),
            Phases = [.. Enumerable.Range(0, phases).Select(phase => new PhaseSpan
            {
                Phase = order[phase % order.Length].ToString(),
                Since = begin.AddMinutes(phase),
                Until = begin.AddMinutes(phase + 1),
                WaitingFor = text ?? "something",
                Rule = order[phase % order.Length] == NodePhase.Waiting ? "OtherVotersAreLevel" : null,
            })],
        };
    }

    public static RunReport Of(ClusterUpdate? state, RunEnd? end) => new()
    {
        Mode = Mode.Apply,
        ClusterName = "orders",
        At = state?.FinishedAt ?? Begin.AddHours(1),
        State = state,
        End = end,
        StateFile = "esdb-rolling-update-state.json",
        WorkflowRun = Run,
    };

    private static ClusterUpdate Roll(string name) =>
        new StateFile(Path.Combine(AppContext.BaseDirectory, "Fixtures", "rolls", $"{name}.json")).Read()!;
}
