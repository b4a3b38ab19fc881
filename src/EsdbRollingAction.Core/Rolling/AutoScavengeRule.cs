using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Verdict;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Auto-scavenge resigns the leader by itself when every other node is scavenged, and scavenges nodes that are about to be stopped: it
/// is paused while nodes are taken down. That is a nicety: where it cannot be paused, or does not in time, the roll goes on.
/// </summary>
internal static class AutoScavengeRule
{
    /// <summary>How long the scavenge of a node may take to stop.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    /// <summary>Whether it is paused, or need not be, or cannot.</summary>
    public static Verdict AutoScavengeIsPaused(NodeView node, ClusterSnapshot cluster) =>
        cluster.State.AutoScavengeWaived is { } waived
            ? Yes($"the roll goes on without pausing auto-scavenge: {waived}")
            : IsPaused(cluster.Seen.AutoScavenge.Read);

    /// <summary>What is done while it is not.</summary>
    public static Decision HoldBack(NodeView node, ClusterSnapshot cluster, BrokenRule broken) => cluster.Seen.AutoScavenge switch
    {
        { Read: { State: AutoScavengeState.Denied, Problem: { } denied } } => GoOn(node, cluster, denied, mayBeOurs: false),
        { MayTellYet: false, Read: { State: AutoScavengeState.Unknown, Problem: { } silent } } =>
            GoOn(node, cluster, silent, mayBeOurs: true),
        { PausingSince: { } since, Read.Problem: var problem } when cluster.At - since >= Patience =>
            GoOn(node, cluster, problem ?? $"it has not come to rest within {Patience.TotalSeconds:0} s", mayBeOurs: true),
        { Read.State: AutoScavengeState.Running, AskedAt: var asked } when !Timings.IsRecent(asked, AskAgain, cluster.At) =>
            PauseIt(node, cluster),
        _ => Decision.Wait(node, cluster, NodePhase.Waiting, new(Awaited.Cluster, broken.Reason, broken.Rule)) with
        {
            CountsNoIteration = true,
        },
    };

    private static Verdict IsPaused(AutoScavenge seen) => seen.State switch
    {
        AutoScavengeState.Absent => Yes($"auto-scavenge is not there: {seen.Problem ?? "nobody has been asked"}"),
        AutoScavengeState.NotConfigured => Yes("auto-scavenge has no schedule"),
        AutoScavengeState.Paused => Yes("auto-scavenge is paused"),
        AutoScavengeState.Pausing => No("auto-scavenge is pausing: the scavenge of a node is still to stop"),
        _ => No(seen.Problem ?? "auto-scavenge is not paused yet"),
    };

    /// <summary>That it is this update that pauses it is remembered first: whoever comes after a kill resumes it.</summary>
    private static Decision PauseIt(NodeView node, ClusterSnapshot cluster)
    {
        var asks = cluster with { State = cluster.State with { AutoScavengePausedAt = cluster.At } };
        var act = new Act.PauseAutoScavenge((cluster.Leader ?? node).Entry.Endpoint);
        const string Why = "pausing auto-scavenge, which moves leadership by itself; it is resumed when this run ends";
        return Decision.Do(node, asks, NodePhase.Waiting, new(act, Why)) with { CountsNoIteration = true };
    }

    /// <summary>What was asked for and may still come is resumed in the end all the same.</summary>
    private static Decision GoOn(NodeView node, ClusterSnapshot cluster, string why, bool mayBeOurs)
    {
        var state = cluster.State with
        {
            AutoScavengeWaived = why,
            AutoScavengePausedAt = mayBeOurs ? cluster.State.AutoScavengePausedAt : null,
        };
        var goesOn = cluster with { State = state };
        return Decision.Do(node, goesOn, NodePhase.Waiting, new(new Act.LeaveAutoScavenge(why), $"auto-scavenge is not paused: {why}")) with
        {
            CountsNoIteration = true,
        };
    }
}
