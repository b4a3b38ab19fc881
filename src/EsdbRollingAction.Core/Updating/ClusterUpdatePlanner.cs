using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Makes every check and the plan of an update, and changes nothing.</summary>
/// <param name="preflight">The checks.</param>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="control">EC2.</param>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="file">Where the plan is kept: it is the state that the update begins with.</param>
/// <param name="settings">What the roll is told besides its state.</param>
/// <param name="reporter">Who is told what was found.</param>
/// <param name="time">The clock.</param>
public sealed class ClusterUpdatePlanner(
    Preflight preflight,
    IClusterNodes nodes,
    InstanceControl control,
    IUpdateStrategy strategy,
    IStateStore file,
    RollSettings settings,
    IUpdateReporter reporter,
    TimeProvider time)
{
    /// <summary>Plans the update and remembers the plan.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="cancellationToken">Ends the planning.</param>
    /// <exception cref="RollingUpdateException">The update would be refused, and why.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked.</exception>
    public async Task<ClusterUpdate> PlanAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        var cluster = new ClusterObserver(nodes, settings.MaxReplicationLagBytes, time);
        start = Approval.LookAgain(start, settings.ExpectedPlanDigest);
        var report = await CheckAsync(start, cluster, cancellationToken);
        await new RunLock(control, settings, reporter, time).EnterAsync(report.State, settings.TakeOver, cancellationToken);
        var (planned, seen) = await LookAsync(report, cluster, cancellationToken);
        if (seen.Unplanned.Count > 0)
        {
            // Named between the checks and this look: who restarts hears of the others late.
            report = await CheckAsync(start, cluster, cancellationToken);
            (planned, seen) = await LookAsync(report, cluster, cancellationToken);
        }

        var first = new Decider(strategy, settings with { Run = null, ReserveCapacity = CapacityPolicy.Off }).Decide(planned, seen);
        var plan = first.State.ClusterUpdateStatus == UpdateStatus.Success ? first.State : WithoutBeginning(planned, first.State);
        reporter.Checked([.. report.Checks, .. Outlook(plan, seen, first).ExceptBy(report.Checks.Select(check => check.Name), check => check.Name)]);
        reporter.Planned(plan);
        file.Write(plan);
        return plan;
    }

    private async Task<PreflightReport> CheckAsync(ClusterUpdate start, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var report = await preflight.CheckAsync(start, cluster, isPlan: true, cancellationToken);
        if (report.IsRefused)
        {
            reporter.Checked(report.Checks);
            report.RefuseUnlessAllHold();
        }

        return report;
    }

    private async Task<(ClusterUpdate Planned, Observation Seen)> LookAsync(PreflightReport report, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var planned = report.State with { PlanDigest = PlanDigest.Of(report.State, report.ClusterSize) };
        var world = new WorldObserver(cluster, control.Instances, new KnownCapacity(control.Capacity, time), settings, time) { ClusterSize = report.ClusterSize };
        return (planned, await world.ObserveAsync(planned, cancellationToken));
    }

    /// <summary>Nodes that are as wanted need nothing; everything else is as it was.</summary>
    private static ClusterUpdate WithoutBeginning(ClusterUpdate planned, ClusterUpdate decided) => planned with
    {
        LastIterationAt = decided.LastIterationAt,
        EventStoreNodeUpdates = [.. decided.EventStoreNodeUpdates.Select(node =>
            node.NodeUpdateStatus == UpdateStatus.Success ? node : planned.Current(node) with { NodeType = node.NodeType })],
    };

    /// <summary>What the first stop would have to wait for now. It is no reason to refuse: the update waits by itself.</summary>
    private List<Check> Outlook(ClusterUpdate plan, Observation seen, Decision first)
    {
        var node = first.Node is null ? null : plan.Current(first.Node);
        return node is null || node.Phase > NodePhase.Waiting
            ? []
            : [.. SafetyRules.BeforeHandOver(node, plan, seen, strategy, settings.AllowDowntime)
                .Select(rule => rule.Holds ? Check.Passed(rule.Rule, rule.Reason) : Check.Note(rule.Rule, $"the update would wait: {rule.Reason}"))];
    }
}
