using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Asks the cluster who belongs to it, and every node for its options.</summary>
internal sealed class FirstLooker(PreflightEdges edges, RollSettings settings, TimeProvider time)
{
    private const int Looks = 3;

    /// <summary>A wrong address is said soon; what may be a cluster with a node that an update left stopped is worth a wait.</summary>
    private const int LooksAtKnownCluster = 30;

    /// <exception cref="RollingUpdateException">
    /// <see cref="FailureReason.ClusterUnreachable"/>, or <see cref="FailureReason.PreflightRefused"/>: it will not be reachable as it is.
    /// </exception>
    public async Task<FirstLook> LookAsync(ClusterObserver cluster, bool hasBegun, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                return await LookOnceAsync(cluster, cancellationToken);
            }
            catch (RollingUpdateException exception) when (exception.Reason is FailureReason.ClusterUnreachable)
            {
                var looks = hasBegun || cluster.Members.Count > 0 ? LooksAtKnownCluster : Looks;
                if (look >= looks)
                {
                    throw;
                }
            }

            if (look == 1)
            {
                await RefuseOldServersAsync(cancellationToken);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
    }

    private async Task<FirstLook> LookOnceAsync(ClusterObserver cluster, CancellationToken cancellationToken)
    {
        var look = await cluster.DiscoverAsync(settings.Seeds, cancellationToken);
        var options = new Dictionary<NodeEndpoint, NodeOptions>();
        var problems = new List<string>();
        foreach (var node in look.Nodes.Where(node => node.Value.Own is not null).Select(node => node.Key))
        {
            try
            {
                options[node] = await edges.Nodes.OptionsAsync(node, cancellationToken);
            }
            catch (NodeUnreachableException exception)
            {
                problems.Add(exception.Message);
            }
            catch (RollingUpdateException exception) when (exception.Reason is FailureReason.AdministrationDenied)
            {
                var info = await edges.Nodes.InfoAsync(node, cancellationToken);
                var denied = info is { TakesTokensOnly: true } ? ServerChecks.TokensOnly($"{node}") : exception.Message;
                return new FirstLook(look, options, denied);
            }
        }

        return options.Count > 0
            ? new FirstLook(look, options, Denied: null)
            : throw Unreachable.Because("No node tells its options.", look.Nodes, problems);
    }

    /// <summary>Servers before 20.6 gossip in another form, which is not understood: their version tells why.</summary>
    private async Task RefuseOldServersAsync(CancellationToken cancellationToken)
    {
        var infos = await Task.WhenAll(settings.Seeds.Select(seed => edges.Nodes.InfoAsync(seed, cancellationToken)));
        var tooOld = settings.Seeds.Zip(infos).FirstOrDefault(server => server.Second is { IsTooOld: true });
        if (tooOld.Second is { Version: { } version })
        {
            var why = ServerChecks.TooOld($"{tooOld.First}", version);
            throw new RollingUpdateException(FailureReason.PreflightRefused, $"{why}. Nothing was changed.");
        }
    }
}
