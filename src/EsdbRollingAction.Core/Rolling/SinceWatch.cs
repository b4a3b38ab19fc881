using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Remembers since when a node has been down, or whatever else is asked of each look at it. One that is not looked at is forgotten.</summary>
/// <param name="isSo">What is asked of a look.</param>
internal sealed class SinceWatch(Func<NodeLook, bool> isSo)
{
    /// <summary>The nodes of which it is so now.</summary>
    public IReadOnlyDictionary<NodeEndpoint, DateTimeOffset> Since { get; private set; } = new Dictionary<NodeEndpoint, DateTimeOffset>();

    public void Saw(ClusterLook look, DateTimeOffset at)
    {
        if (Since.Count > 0 || look.Nodes.Values.Any(isSo))
        {
            Since = look.Nodes.Where(node => isSo(node.Value)).ToDictionary(node => node.Key, node => Since.GetValueOrDefault(node.Key, at));
        }
    }
}
