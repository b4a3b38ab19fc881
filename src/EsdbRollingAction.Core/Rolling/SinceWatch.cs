using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Remembers since when a node has been down, or whatever else is asked of each look at it.</summary>
/// <param name="isSo">What is asked of a look.</param>
internal sealed class SinceWatch(Func<NodeLook, bool> isSo)
{
    /// <summary>The nodes of which it is so now.</summary>
    public IReadOnlyDictionary<NodeEndpoint, DateTimeOffset> Since { get; private set; } = new Dictionary<NodeEndpoint, DateTimeOffset>();

    public void Saw(ClusterLook look, DateTimeOffset at)
    {
        if (Since.Count > 0 || look.Nodes.Values.Any(isSo))
        {
            var now = look.Nodes.Where(node => isSo(node.Value)).Select(node => node.Key);
            Since = now.ToDictionary(node => node, node => Since.GetValueOrDefault(node, at));
        }
    }
}
