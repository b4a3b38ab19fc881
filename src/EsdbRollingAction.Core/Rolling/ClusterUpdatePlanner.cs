using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Makes every check and the plan of an update, and changes nothing.</summary>
/// <param name="preflight">The checks.</param>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="edges">What it asks; the plan is kept in the store: it is the state that the update begins with.</param>
/// <param name="settings">What the run is told.</param>
public sealed class ClusterUpdatePlanner(Preflight.Preflight preflight, IUpdateStrategy strategy, RollEdges edges, RollSettings settings)
{
    /// <summary>Plans the update and remembers the plan.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="cancellationToken">Ends the planning.</param>
    /// <exception cref="RollingUpdateException">The update would be refused, and why.</exception>
    /// <exception cref="InstanceException">EC2 could not be asked.</exception>
    public async Task<ClusterUpdate> PlanAsync(ClusterUpdate start, CancellationToken cancellationToken)
    {
        // A plan holds no capacity, and reads no alarm: the checks have.
        var bare = settings with { ReserveCapacity = CapacityPolicy.Off, AlarmNames = [] };
        var keepers = RollKeepers.Of(strategy, edges, bare);
        start = Approval.LookAgain(start, settings.ExpectedPlanDigest);
        var report = await CheckAsync(start, keepers.Cluster, cancellationToken);
        var instances = await edges.DescribeAsync(report.State, cancellationToken);
        await keepers.Lease.RefuseOtherOwnerAsync(instances, cancellationToken);
        var snapshot = await ObserveAsync(report, keepers, cancellationToken);
        if (snapshot.Seen.Unplanned.Count > 0)
        {
            // Named between the checks and this look: who restarts hears of the others late.
            report = await CheckAsync(start, keepers.Cluster, cancellationToken);
            snapshot = await ObserveAsync(report, keepers, cancellationToken);
        }

        IDecider decider = new Decider();
        return Remember(report, decider.Settle(snapshot, state => keepers.Snapshots.Build(state, snapshot.Seen)));
    }

    private ClusterUpdate Remember(PreflightReport report, (ClusterSnapshot Snapshot, Decision First) settled)
    {
        var decided = settled.First.State;
        var plan = decided.ClusterUpdateStatus is UpdateStatus.Success ? decided : WithoutBeginning(report, decided);
        var outlook = Outlook(settled).ExceptBy(report.Checks.Select(check => check.Name), check => check.Name);
        edges.Reporter.Checked(report with { Checks = [.. report.Checks, .. outlook] });
        edges.Reporter.Planned(plan);
        edges.Store.Write(plan);
        return plan;
    }

    private async Task<PreflightReport> CheckAsync(ClusterUpdate start, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var report = await preflight.CheckAsync(start, cluster, isPlan: true, cancellationToken);
        if (report.IsRefused)
        {
            edges.Reporter.Checked(report);
            report.RefuseUnlessAllHold();
        }

        return report with { State = report.State with { PlanDigest = PlanDigest.Of(report.State, report.ClusterSize) } };
    }

    private Task<ClusterSnapshot> ObserveAsync(PreflightReport report, RollKeepers keepers, CancellationToken cancellationToken)
    {
        var world = new WorldObserver(keepers, edges, settings);
        world.Planned(new Begun(report.State, report.ClusterSize, Refusal: null));
        return world.ObserveAsync(report.State, cancellationToken);
    }

    /// <summary>Nodes that are as wanted need nothing; everything else is as it was.</summary>
    private static ClusterUpdate WithoutBeginning(PreflightReport report, ClusterUpdate decided) => report.State with
    {
        LastIterationAt = decided.LastIterationAt,
        EventStoreNodeUpdates = [.. decided.EventStoreNodeUpdates.Select(node => node.NodeUpdateStatus is UpdateStatus.Success
            ? node
            : report.State.Current(node) with { NodeType = node.NodeType })],
    };

    /// <summary>What the first stop would have to wait for now. It is no reason to refuse: the update waits by itself.</summary>
    private static IEnumerable<Check> Outlook((ClusterSnapshot Snapshot, Decision First) settled)
    {
        var next = settled.Snapshot.Nodes.FirstOrDefault(node => node.Entry.Endpoint == settled.First.Node?.Endpoint);
        var isOfANode = settled.First.Act is Act.Wait or Act.ChangeInstance or Act.SetPriority or Act.Resign;
        return next is not { Phase: NodePhase.Waiting } || !isOfANode
            ? []
            : SafetyRules.OfTheCluster.Select(rule => rule.Judge(next, settled.Snapshot) switch
            {
                { Holds: true, Reason: var why } => Check.Passed(rule.Name, why),
                { Reason: var why } => Check.Note(rule.Name, $"the update would wait: {why}"),
            });
    }
}
