using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Makes every check before the first act, and changes nothing. What one finds keeps no other from being made.</summary>
/// <param name="edges">Who is asked.</param>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="settings">The settings of the run.</param>
/// <param name="time">The clock.</param>
public sealed class Preflight(PreflightEdges edges, IUpdateStrategy strategy, RollSettings settings, TimeProvider time)
{
    /// <summary>Longer than any election: voters that are not well are observed again until then.</summary>
    private static readonly TimeSpan ElectionPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly FirstLooker looker = new(edges, settings, time);
    private readonly NodeMatching matching = new(edges.Instances, edges.Resolve, settings, time);
    private readonly InstancePreflight ofInstances = new(edges, strategy, settings);

    /// <summary>How many nodes the cluster has, also where the checks refuse it; null when no node answered.</summary>
    public int? NodeCount { get; private set; }

    /// <summary>Makes the checks and gives the state its nodes.</summary>
    /// <param name="state">The state to begin with.</param>
    /// <param name="cluster">Who looks at the cluster.</param>
    /// <param name="isPlan">Whether everything is checked though the update was begun before.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <returns>The state with every node of the cluster, and what was checked.</returns>
    /// <exception cref="RollingUpdateException">The cluster does not answer, or the state is another cluster's.</exception>
    /// <exception cref="InstanceException">EC2 does not answer, or the AWS credentials have expired or there are none.</exception>
    public async Task<PreflightReport> CheckAsync(
        ClusterUpdate state, ClusterObserver cluster, bool isPlan, CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var report = await CheckOnceAsync(ElectionPatience);

        // What EC2 showed at first is as old as the patience was long: it may have been older than a stop that was just heard.
        return report.IsRefused && time.GetUtcNow() - begun >= Timings.ReadConsistency ? await CheckOnceAsync(TimeSpan.Zero) : report;

        async Task<PreflightReport> CheckOnceAsync(TimeSpan patience)
        {
            var plan = await PlanAsync(state, cluster, cancellationToken);
            List<Check> checks = [.. OfCluster(plan), .. StateFitsTheCluster(state, plan)];

            // What was begun was checked before; a restore point alone does not say so.
            if (isPlan || plan.Interrupted is null || state.StartedAt is null)
            {
                checks.AddRange(await ServerChecks.OfAsync(plan.First, edges.Nodes, cancellationToken));
                checks.AddRange(await OfAlarmsAsync(state, cancellationToken));
                checks.Add(await AutoScavengeCheck.OfAsync(state, plan.First, edges.Nodes.AutoScavenge, cancellationToken));
                var (planned, instances) = await ofInstances.CheckAsync(plan, cancellationToken);
                checks.AddRange(instances);
                plan = plan with { State = planned };
            }

            var until = time.GetUtcNow() + (PreflightReport.Refuses(checks) ? TimeSpan.Zero : patience);
            var (roles, voters) = await CheckRolesAsync(plan, cluster, until, cancellationToken);
            return new PreflightReport(plan.State, plan.First.ClusterSize, [.. roles, .. checks])
            {
                LeftOff = plan.LeftOff,
                Voters = voters,
            };
        }
    }

    /// <summary>Whether an instance is at an address of the connection string.</summary>
    internal async Task<bool> IsAnyInstanceAtSeedsAsync(CancellationToken cancellationToken) =>
        (await matching.InstancesBySeedAsync(cancellationToken)).Count > 0;

    /// <summary>Nodes that are known without the cluster.</summary>
    internal RestorableNodes Restorable => new(matching, settings);

    private async Task<PlannedCluster> PlanAsync(ClusterUpdate state, ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var first = await looker.LookAsync(cluster, hasBegun: state.StartedAt is not null, cancellationToken);
        NodeCount = cluster.Members.Count + Math.Max(0, first.ClusterSize - first.Voters.Count);
        var plan = Planned(new PlannedCluster(state, first, await matching.MatchAsync(cluster, first, cancellationToken)));
        if (plan.Matches.AreComplete)
        {
            var nodes = plan.State.EventStoreNodeUpdates;
            NodeCount = plan.Misfit is null ? nodes.Count : NodeCount;
            nodes.ToList().ForEach(node => cluster.Remember(node.Endpoint));
        }

        return plan;
    }

    /// <summary>A state that does not fit is kept where refusing it would leave a node off.</summary>
    private PlannedCluster Planned(PlannedCluster found)
    {
        try
        {
            return found.Matches.AreComplete
                ? found with { State = new NodePlan(found.State, found.First, found.Matches, strategy).Make(time.GetUtcNow()) }
                : found;
        }
        catch (RollingUpdateException exception) when (found.LeftOff is not null)
        {
            return found with { Misfit = exception.Message };
        }
    }

    /// <summary>A rollback waits for none.</summary>
    private Task<IReadOnlyList<Check>> OfAlarmsAsync(ClusterUpdate state, CancellationToken cancellationToken) =>
        AlarmChecks.OfAsync(state.TakesBack ? [] : settings.AlarmNames, edges.Alarms, time, cancellationToken);

    private IEnumerable<Check> OfCluster(PlannedCluster plan) =>
    [
        ClusterChecks.MayAdminister(plan.First.Denied),
        plan.First.Options.Count > 0
            ? ClusterChecks.ClusterCanSpareAVoter(plan.First.ClusterSize, settings.AllowDowntime)
            : Check.NotChecked(nameof(ClusterChecks.ClusterCanSpareAVoter), "no node shows how many voters are configured"),
        ClusterChecks.EachNodeIsTrusted(plan.First.Look),
        .. plan.Matches.Checks,
    ];

    private static IReadOnlyList<Check> StateFitsTheCluster(ClusterUpdate state, PlannedCluster plan)
    {
        if (plan.Misfit is { } why)
        {
            return [Row.Refused(why)];
        }

        var drift = string.Join("; ", StateDrift.Of(state, plan.State));
        return drift.Length > 0 ? [Row.Note(drift, "The state follows what is observed")] : [];
    }

    private async Task<(IReadOnlyList<Check> Checks, VotersUp? Voters)> CheckRolesAsync(
        PlannedCluster plan, ClusterObserver cluster, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var members = plan.MembersFor(strategy);
        for (var look = plan.First.Look; ; look = await cluster.LookAsync(cancellationToken))
        {
            var view = new ClusterView(look, look, plan.First.ClusterSize, settings.MaxReplicationLagBytes);
            List<Check> checks = [.. ClusterChecks.OfRoles(view, members)];
            if (time.GetUtcNow() >= until || !PreflightReport.Refuses(checks))
            {
                return (checks, plan.First.Options.Count > 0 ? VotersUp.In(view, plan.First.Voters, time.GetUtcNow()) : null);
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }
}
