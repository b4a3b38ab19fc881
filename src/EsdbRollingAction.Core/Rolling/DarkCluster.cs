using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>A cluster of which no node answers: what carries a restore point is started, then it is asked who belongs to it.</summary>
internal static class DarkCluster
{
    /// <summary>Whether the cluster can be asked again, or will not answer before somebody changes something.</summary>
    /// <exception cref="RollingUpdateException">What was started does not answer.</exception>
    public static bool IsOver(ClusterSnapshot snapshot)
    {
        var isDark = snapshot.Seen.DarkSince is not null;
        var started = snapshot.Nodes.Where(node => node.Entry.StartRequestedAt is not null).ToList();
        var since = started.Select(node => node.Entry.StartRequestedAt).Append(snapshot.Seen.DarkSince).Max();
        if (isDark && snapshot.At - since >= Timings.SilentClusterLasts)
        {
            var after = started.Count > 0 ? $"after {string.Join(" and ", started.Select(node => node.InstanceId))} was started" : "long";
            var asked = snapshot.Seen.Cluster.Now.Nodes.Keys.ToList();
            throw new RollingUpdateException(
                FailureReason.ClusterUnreachable,
                $"No node answers, {Timings.SilentClusterLasts.TotalMinutes:0} min {after}. "
                + $"Asked {(asked.Count == 1 ? "was" : "were")} {string.Join(", ", asked)}. "
                + "Look at the database there, and at the connection string, and run again when it answers.");
        }

        var isAnyOff = snapshot.Nodes.Any(node => node.Instance is { State: not InstanceState.Running });
        var isRefusedForGood = snapshot.Seen.Cluster.Now.Nodes.Values.Any(node => node.IsForGood);
        return !isDark || (isRefusedForGood && !isAnyOff);
    }
}
