using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>The nodes whose roles are checked.</summary>
/// <param name="Voters">The voters.</param>
/// <param name="Replicas">The read-only replicas.</param>
internal sealed record CheckedRoles(IReadOnlyList<CheckedVoter> Voters, IReadOnlyList<CheckedReplica> Replicas);

/// <summary>Looks at the voters until all is well or patience ends: an election passes by itself.</summary>
internal sealed class RoleWatch(RollSettings settings, TimeProvider time)
{
    /// <summary>Longer than any election.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<Check>> CheckAsync(
        ClusterObserver cluster, FirstLook first, CheckedRoles nodes, TimeSpan patience, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() + patience;
        for (var look = first.Look; ; look = await cluster.LookAsync(cancellationToken))
        {
            var view = new ClusterView(look, look, first.ClusterSize, settings.MaxReplicationLagBytes);
            IReadOnlyList<Check> checks = [.. ClusterChecks.OfRoles(view, nodes.Voters, nodes.Replicas)];
            if (time.GetUtcNow() >= end || checks.All(check => check.Outcome is not CheckOutcome.Refused))
            {
                return checks;
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }
}
