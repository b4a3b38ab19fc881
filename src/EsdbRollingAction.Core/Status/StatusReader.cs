using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Status;

/// <summary>Who is asked how a cluster stands.</summary>
/// <param name="Checked">Nodes and instances.</param>
/// <param name="Capacity">Knows what is held.</param>
/// <param name="Runs">Knows which runs have completed.</param>
/// <param name="Notices">Is told what takes long.</param>
public sealed record StatusEdges(PreflightEdges Checked, ICapacity Capacity, IOtherRuns Runs, INotices Notices);

/// <summary>
/// Looks at the cluster, its instances and what updates left, and changes nothing. What one does not show keeps no other from being shown.
/// </summary>
/// <param name="edges">Who is asked.</param>
/// <param name="settings">Where, and what counts as level.</param>
/// <param name="time">The clock.</param>
public sealed class StatusReader(StatusEdges edges, RollSettings settings, TimeProvider time)
{
    /// <summary>Longer than any election.</summary>
    private static readonly TimeSpan ElectionPatience = TimeSpan.FromSeconds(30);

    /// <summary>For a node that had just something else to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly ClusterObserver cluster = new(edges.Checked.Nodes, settings.MaxReplicationLagBytes, time);
    private readonly NodeMatching matching = new(edges.Checked.Instances, edges.Checked.Resolve, settings, time);

    /// <param name="found">The state of an update that was found.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<ClusterStatus> ReadAsync(FoundUpdate found, CancellationToken cancellationToken)
    {
        var facts = await FirstAsync(new StatusFacts(found), cancellationToken);
        facts = await InstancesAsync(facts, cancellationToken);
        var begun = time.GetUtcNow();
        for (facts = await LookAsync(facts, cancellationToken); ; facts = await LookAsync(facts, cancellationToken))
        {
            var status = new StatusJudgement(facts).Judge();
            var patience = facts.Cluster is { Leader: null } ? ElectionPatience : Patience;
            if (facts.Cluster is null || !StatusJudgement.MayPass(status) || time.GetUtcNow() - begun >= patience)
            {
                return status;
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    private async Task<StatusFacts> FirstAsync(StatusFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            var first = await new FirstLooker(edges.Checked, settings, time).LookAsync(cluster, hasBegun: false, cancellationToken);
            return facts with { First = first };
        }
        catch (RollingUpdateException exception) when (exception.Reason is FailureReason.ClusterUnreachable && cluster.Members.Count > 0)
        {
            // Nodes that gossip are seen, though none tells its options.
            var look = await cluster.LookAsync(cancellationToken);
            return facts with { First = new FirstLook(look, new Dictionary<NodeEndpoint, NodeOptions>(), exception.Message) };
        }
        catch (RollingUpdateException exception)
        {
            return facts with { Unreachable = exception };
        }
    }

    private async Task<StatusFacts> LookAsync(StatusFacts facts, CancellationToken cancellationToken)
    {
        if (facts.First is not { } first)
        {
            return facts;
        }

        var look = await cluster.LookAsync(cancellationToken);
        return facts with { Cluster = new ClusterView(look, look, first.ClusterSize, settings.MaxReplicationLagBytes) };
    }

    private async Task<StatusFacts> InstancesAsync(StatusFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            facts = await LeasesAsync(facts with { Matches = await MatchAsync(facts, cancellationToken) }, cancellationToken);
            var ids = IdsOf(facts.Matches!);
            return facts with
            {
                Held = await HeldAsync(ids, cancellationToken),
                Events = ids.Count == 0 ? facts.Events : await edges.Checked.InstanceFacts.EventsAsync(ids, cancellationToken),
            };
        }
        catch (InstanceException exception)
        {
            return facts with { InstancesProblem = exception };
        }
    }

    /// <summary>A lease is watched for up to a minute: after that the instances are read again.</summary>
    private async Task<StatusFacts> LeasesAsync(StatusFacts facts, CancellationToken cancellationToken)
    {
        var watch = new LeaseWatch(new LeaseReads(edges.Checked.Instances, edges.Runs, edges.Notices), settings, time);
        var leases = watch.OthersIn(facts.Matches!.Matches.Values);
        if (leases.Count == 0)
        {
            return facts;
        }

        var (living, isReleased) = await watch.FindLivingOwnerAsync(IdsOf(facts.Matches), leases, cancellationToken);
        var again = await MatchAsync(facts, cancellationToken);
        leases = isReleased ? [] : watch.OthersIn(again.Matches.Values);
        return facts with
        {
            Matches = again,
            Living = leases.Find(lease => lease.Id == living?.Id),
            LeftLeases = leases.FindAll(lease => lease.Id != living?.Id),
        };
    }

    private async Task<NodeMatches> MatchAsync(StatusFacts facts, CancellationToken cancellationToken)
    {
        if (facts.First is { } first)
        {
            return await matching.MatchAsync(cluster, first, cancellationToken);
        }

        var silence = new ClusterLook(new Dictionary<NodeEndpoint, NodeLook>());
        var nobody = new FirstLook(silence, new Dictionary<NodeEndpoint, NodeOptions>(), Denied: null);
        var seeds = await matching.InstancesBySeedAsync(cancellationToken);
        var byRestorePoint = await matching.MatchAsync(cluster, nobody, cancellationToken);
        return byRestorePoint with
        {
            Matches = byRestorePoint.Matches
                .Concat(seeds.Select(seed => KeyValuePair.Create(seed.Seed, seed.Instance)))
                .DistinctBy(match => match.Value.Id)
                .DistinctBy(match => match.Key)
                .ToDictionary(),
        };
    }

    private Task<AwsAnswer<IReadOnlyList<CapacityReservation>>> HeldAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        AwsAnswer.OfAsync(() => Patiently.AskAsync(() => edges.Capacity.FindAsync(ids, cancellationToken), time, cancellationToken));

    private static IReadOnlyList<string> IdsOf(NodeMatches matches) => [.. matches.Matches.Values.Select(instance => instance.Id)];
}
