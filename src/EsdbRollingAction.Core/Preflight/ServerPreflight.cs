using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What the servers tell that is worth knowing before they are restarted.</summary>
internal sealed class ServerPreflight(INodeFacts facts)
{
    public async Task<IReadOnlyList<Check>> CheckAsync(FirstLook first, CancellationToken cancellationToken)
    {
        var answering = first.Look.Nodes.Where(node => node.Value.Own is not null).Select(node => node.Key).ToList();
        var infos = await Task.WhenAll(answering.Select(node => facts.InfoAsync(node, cancellationToken)));
        var scavenges = first.Denied is null
            ? await Task.WhenAll(answering.Select(node => facts.IsScavengingAsync(node, cancellationToken)))
            : new bool?[answering.Count];
        var licences = first.Denied is null
            ? await Task.WhenAll(answering.Select(node => facts.IsLicensedAsync(node, cancellationToken)))
            : new bool?[answering.Count];
        return
        [
            ServerChecks.ServersAreSupported([.. answering.Zip(infos).Select(server => (server.First.ToString(), server.Second))]),
            ClusterChecks.ServerVersionsAreEqual([.. infos.Select(info => info?.Version).OfType<string>()]),
            ClusterChecks.NoScavengeRuns(Those(scavenges, true), Those(scavenges, null)),
            ClusterChecks.NoLicenceToActivate(Those(licences, true), Those(licences, null)),
        ];

        IReadOnlyCollection<string> Those(bool?[] answers, bool? wanted) =>
            [.. answering.Zip(answers).Where(node => node.Second == wanted).Select(node => node.First.ToString())];
    }
}
