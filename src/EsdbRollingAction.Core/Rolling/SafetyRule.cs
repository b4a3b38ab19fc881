using System.Runtime.CompilerServices;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What must hold of a node before it is taken down, and what is done while it does not.</summary>
/// <param name="Judge">Whether it holds now, and why.</param>
/// <param name="predicate">The predicate, as the list of rules writes it.</param>
public sealed record SafetyRule(
    Func<NodeView, ClusterSnapshot, Verdict> Judge, [CallerArgumentExpression(nameof(Judge))] string predicate = "")
{
    /// <summary>Its name in the log, the summary and the state: that of the predicate.</summary>
    public string Name { get; } = predicate[(predicate.LastIndexOf('.') + 1)..];

    /// <summary>
    /// Whether it is asked too before a rollback of a node that nobody sees, which takes nothing from the cluster, whatever else is
    /// wrong with it.
    /// </summary>
    public bool IsForRescues { get; init; }

    /// <summary>What is done while it does not hold: most rules are waited for, until the cluster is ready.</summary>
    internal Func<NodeView, ClusterSnapshot, BrokenRule, Decision> HoldBack { get; init; } = HoldBacks.UntilTheClusterIsReady;
}

/// <summary>A rule that does not hold.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Reason">Why: a clause.</param>
internal sealed record BrokenRule(string Rule, string Reason);

/// <summary>The waits for a rule.</summary>
internal static class HoldBacks
{
    public static Decision UntilTheClusterIsReady(NodeView node, ClusterSnapshot cluster, BrokenRule broken) =>
        Wait(node, cluster, new(Awaited.Cluster, broken.Reason, broken.Rule));

    public static Decision UntilTheInstanceRuns(NodeView node, ClusterSnapshot cluster, BrokenRule broken) =>
        Wait(node, cluster, new(Awaited.Instance, broken.Reason, broken.Rule));

    private static Decision Wait(NodeView node, ClusterSnapshot cluster, Awaiting broken)
    {
        var isElecting = cluster.Leader is null && node.Entry.ResignRequestedAt is not null;
        return isElecting
            ? Decision.Wait(
                node, cluster, NodePhase.Resigning, broken with { Why = $"another node is about to lead ({broken.Why})" })
            : Decision.Wait(node, cluster, NodePhase.Waiting, broken);
    }
}
