using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Updating;

/// <summary>Remembers since when each node has not answered.</summary>
internal sealed class SilenceWatch
{
    /// <summary>The nodes that do not answer now.</summary>
    public IReadOnlyDictionary<NodeEndpoint, DateTimeOffset> Since { get; private set; } = new Dictionary<NodeEndpoint, DateTimeOffset>();

    public void Saw(ClusterLook look, DateTimeOffset at)
    {
        if (Since.Count > 0 || look.Nodes.Values.Any(node => node.Own is null))
        {
            Since = look.Nodes.Where(node => node.Value.Own is null).ToDictionary(node => node.Key, node => Since.GetValueOrDefault(node.Key, at));
        }
    }
}
