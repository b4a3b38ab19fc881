using EsdbRollingAction.Core.Cluster;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Measures the longest time in which no node said of itself that it leads. Peers' views are seconds old, so agreement would
/// be measured too long.
/// </summary>
internal sealed class LeaderWatch
{
    private DateTimeOffset? since;

    /// <summary>The longest time so far.</summary>
    public TimeSpan Longest { get; private set; }

    public void Saw(ClusterLook look, DateTimeOffset at)
    {
        var leads = look.Nodes.Values.Any(node => node.Own is { State: NodeState.Leader });
        if (since is { } from && at - from > Longest)
        {
            Longest = at - from;
        }

        since = leads ? null : since ?? at;
    }
}
