using System.Net;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Makes every check before the first act, and changes nothing. What one finds keeps no other from being made.</summary>
/// <param name="nodes">The nodes' HTTP interface.</param>
/// <param name="instances">EC2.</param>
/// <param name="strategy">Which change is rolled.</param>
/// <param name="resolve">Resolves a host name; an empty answer when it cannot.</param>
/// <param name="settings">What the roll is told besides its state.</param>
/// <param name="time">The clock.</param>
/// <param name="facts">Who is asked for what only the checks need.</param>
public sealed class Preflight(
    IClusterNodes nodes,
    IInstances instances,
    IUpdateStrategy strategy,
    Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>> resolve,
    RollSettings settings,
    TimeProvider time,
    CheckFacts facts)
{
    private readonly FirstLooker looker = new(nodes, facts.Nodes, settings, time);
    private readonly NodeMatching matching = new(instances, resolve, settings, time);
    private readonly InstancePreflight ofInstances = new(instances, strategy, facts.Instances, settings);
    private readonly ServerPreflight ofServers = new(facts.Nodes);
    private readonly RoleWatch roles = new(settings, time);
    private readonly RestorableNodes restorable = new(new NodeMatching(instances, resolve, settings, time), resolve, settings);

    /// <summary>How many nodes the cluster has, also where the checks refuse it; null when no node answered.</summary>
    public int? NodeCount { get; private set; }

    /// <summary>Makes the checks and gives the state its nodes.</summary>
    /// <param name="state">The state to begin with.</param>
    /// <param name="cluster">Who looks at the cluster.</param>
    /// <param name="isPlan">Whether everything is checked though the update was begun before.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <returns>The state with every node of the cluster, and what was checked.</returns>
    /// <exception cref="RollingUpdateException">The cluster does not answer, or the state is another cluster's; nothing was changed.</exception>
    /// <exception cref="InstanceException">EC2 does not answer, or the AWS credentials have expired or there are none; nothing was changed.</exception>
    public async Task<PreflightReport> CheckAsync(ClusterUpdate state, ClusterObserver cluster, bool isPlan, CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var report = await CheckOnceAsync(state, cluster, isPlan, RoleWatch.Patience, cancellationToken);

        // What EC2 showed at first is as old as the patience was long: it may have been older than a stop that was just heard.
        return report.IsRefused && time.GetUtcNow() - begun >= Timings.ReadConsistency
            ? await CheckOnceAsync(state, cluster, isPlan, TimeSpan.Zero, cancellationToken)
            : report;
    }

    private async Task<PreflightReport> CheckOnceAsync(
        ClusterUpdate state, ClusterObserver cluster, bool isPlan, TimeSpan patience, CancellationToken cancellationToken)
    {
        var first = await looker.LookAsync(cluster, hasBegun: state.StartedAt is not null, cancellationToken);
        NodeCount = cluster.Members.Count + Math.Max(0, first.ClusterSize - first.Voters.Count);
        var matches = await matching.MatchAsync(cluster, first, cancellationToken);
        var (planned, doesNotFit) = matches.AreComplete ? Planned(state, first, matches) : (state, null);
        NodeCount = matches.AreComplete && doesNotFit is null ? planned.EventStoreNodeUpdates.Count : NodeCount;
        foreach (var node in planned.EventStoreNodeUpdates.Where(_ => matches.AreComplete))
        {
            cluster.Remember(node.Endpoint);
        }

        var interrupted = Interrupted(planned, matches);
        var checks = new List<Check>
        {
            ClusterChecks.MayAdminister(first.Denied),
            CanSpareAVoter(first),
            ClusterChecks.EachNodeIsTrusted(first.Look),
        };
        checks.AddRange(matches.Checks);
        checks.AddRange(OfState(state, planned, doesNotFit));

        // What was begun was checked before; a mark alone does not say so.
        if (isPlan || interrupted is null || state.StartedAt is null)
        {
            checks.AddRange(await ofServers.CheckAsync(first, cancellationToken));
            var instances = await ofInstances.CheckAsync(planned, matches, cancellationToken);
            checks.AddRange(instances.Checks);
            planned = instances.State;
        }

        patience = checks.Exists(check => check.Outcome is CheckOutcome.Refused) ? TimeSpan.Zero : patience;
        var checkedNodes = new CheckedRoles(Voters(planned, first, matches, interrupted), Replicas(planned, first, matches));
        var ofRoles = await roles.CheckAsync(cluster, first, checkedNodes, patience, cancellationToken);
        return new PreflightReport(planned, first.ClusterSize, [.. ofRoles, .. checks]) { LeftOff = LeftOff(planned, first, matches) };
    }

    /// <summary>Whether an instance is at an address of the connection string.</summary>
    internal async Task<bool> IsAnyInstanceAtSeedsAsync(CancellationToken cancellationToken) =>
        (await matching.InstancesBySeedAsync(cancellationToken)).Count > 0;

    /// <inheritdoc cref="RestorableNodes.WithThemAsync"/>
    internal Task<ClusterUpdate> WithRestorableNodesAsync(ClusterUpdate state, ClusterObserver cluster, CancellationToken cancellationToken) =>
        restorable.WithThemAsync(state, cluster, cancellationToken);

    /// <inheritdoc cref="RestorableNodes.WithoutStrangersAsync"/>
    internal Task<ClusterUpdate> WithoutStrangersAsync(
        ClusterUpdate state, IReadOnlyList<Instance> instances, CancellationToken cancellationToken) =>
        restorable.WithoutStrangersAsync(state, instances, cancellationToken);

    private static IEnumerable<Check> OfState(ClusterUpdate state, ClusterUpdate planned, string? doesNotFit) =>
        (doesNotFit, StateDrift.Of(state, planned)) switch
        {
            ({ } why, _) => [Check.Refused("StateFitsTheCluster", why)],
            (_, { Count: > 0 } drift) =>
                [Check.Note("StateFitsTheCluster", string.Join("; ", drift), "The state follows what is observed")],
            _ => [],
        };

    /// <summary>The plan; or the state as it is and why it does not fit, where a node would be left off by refusing it.</summary>
    private (ClusterUpdate State, string? DoesNotFit) Planned(ClusterUpdate state, FirstLook first, NodeMatches matches)
    {
        try
        {
            return (new NodePlan(state, first.Look, first.Options, matches.Found, strategy, time.GetUtcNow()).Make(matches.Matches), null);
        }
        catch (RollingUpdateException exception) when (LeftOff(state, first, matches) is not null)
        {
            return (state, exception.Message);
        }
    }

    /// <summary>
    /// A node that an update stopped, by its mark or by a state that was begun. One that is marked and silent may have been stopped
    /// a moment ago, though a read that is older shows it running.
    /// </summary>
    private static string? LeftOff(ClusterUpdate planned, FirstLook first, NodeMatches matches) => planned.EventStoreNodeUpdates.FirstOrDefault(node =>
        matches.InstanceOf(node) switch
        {
            { State: InstanceState.Stopping or InstanceState.Stopped } instance => instance.RestorePoint is not null || planned.StartedAt is not null,
            { State: InstanceState.Running, RestorePoint: not null } => first.Look.Own(node.Endpoint) is null,
            _ => false,
        })?.NodeName;

    private Check CanSpareAVoter(FirstLook first) => first.Options.Count > 0
        ? ClusterChecks.ClusterCanSpareAVoter(first.ClusterSize, settings.AllowDowntime)
        : Check.NotChecked(nameof(ClusterChecks.ClusterCanSpareAVoter), "no node shows how many voters are configured");

    private IReadOnlyList<CheckedVoter> Voters(ClusterUpdate planned, FirstLook first, NodeMatches matches, string? interrupted) => matches.AreComplete
        ? [.. planned.EventStoreNodeUpdates
            .Where(node => node.NodeType != NodeType.ReadOnlyReplica)
            .Select(node => new CheckedVoter(node.Endpoint, node.NodeName, Excuse(planned, node, matches.InstanceOf(node)) ?? interrupted))]
        : [.. first.Voters
            .Except(matches.Ghosts.Select(ghost => ghost.Endpoint))
            .Select(voter => new CheckedVoter(voter, voter.ToString(), Begun(planned) ?? interrupted))];

    private static IReadOnlyList<CheckedReplica> Replicas(ClusterUpdate planned, FirstLook first, NodeMatches matches) =>
        matches.AreComplete
        ? [.. planned.EventStoreNodeUpdates
            .Where(node => node.NodeType == NodeType.ReadOnlyReplica)
            .Select(node => new CheckedReplica(node.Endpoint, node.NodeName))]
        : [.. first.Replicas.Select(replica => new CheckedReplica(replica, replica.ToString()))];

    /// <summary>Why a voter that is down or behind is the update's own business: it brings the node back, or waits for it.</summary>
    private string? Excuse(ClusterUpdate planned, NodeUpdate node, Instance? instance) => instance switch
    {
        null => Begun(planned),
        { State: not InstanceState.Running } => $"its instance is {instance.State}: the update brings it back",
        { RestorePoint: not null } => "a restore point is on its instance: an update was interrupted at it",
        _ when (strategy.TargetOf(node) ?? instance.Type) == strategy.VersionOf(instance) => "its instance is as wanted already: the update waits for it",
        _ when planned.TakesBack => "the update that is taken back left it so: it is put back first",
        _ => Begun(planned),
    };

    /// <summary>
    /// Why an update that was interrupted at a node is not refused, or null: whatever is wrong with the others, to leave that node
    /// as it is makes it worse. Nothing else is begun before all is well.
    /// </summary>
    private static string? Interrupted(ClusterUpdate planned, NodeMatches matches)
    {
        var off = planned.EventStoreNodeUpdates.FirstOrDefault(node => matches.InstanceOf(node) is { State: not InstanceState.Running } or { RestorePoint: not null });
        return off is null ? null : $"{off.NodeName} is brought back first, then the update waits by itself";
    }

    private static string? Begun(ClusterUpdate state) => state.StartedAt is null ? null : "the update was begun before: it waits by itself";
}
