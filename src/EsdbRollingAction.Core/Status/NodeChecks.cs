using System.Runtime.CompilerServices;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Preflight;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Status;

/// <summary>What is to be said of a node that nobody updates. One that a living run has in work may be down and behind.</summary>
/// <param name="facts">What was seen.</param>
internal sealed class NodeChecks(StatusFacts facts)
{
    public IEnumerable<Check> Of(StatusNode node) => node.Instance is { } instance
        ? [NodeIsLevel(node), InstanceRuns(node, instance), .. NothingIsScheduled(instance), NoUpdateHasBegun(node)]
        : [NodeIsLevel(node)];

    /// <summary>By its own word and the leader's.</summary>
    public bool IsUpAndLevel(StatusNode node) => ProblemOf(node) is null;

    public Check NodeIsLevel(StatusNode node) => ProblemOf(node) is { } problem ? RefusedUnlessInWork(node, problem) : Passed("level");

    public Check InstanceRuns(StatusNode node, Instance instance) => instance.State is InstanceState.Running
        ? Passed("running")
        : RefusedUnlessInWork(
            node, $"{instance.Id} is {MatchRefusal.StateName(instance.State)} with type {instance.Type}{instance.ReasonClause}");

    /// <summary>It comes at a known time, and somebody should choose another one. What EC2 does not tell is said once for all.</summary>
    private IReadOnlyList<Check> NothingIsScheduled(Instance instance)
    {
        if (facts.Events.Value is null)
        {
            return [];
        }

        var check = InstanceChecks.NothingIsScheduled(instance, facts.Events);
        return check.Outcome is CheckOutcome.Passed ? [check] : [check with { Outcome = CheckOutcome.Refused }];
    }

    /// <summary>The restore point goes when the node is done: one that is left tells what the node was.</summary>
    public Check NoUpdateHasBegun(StatusNode node) => node.Restore is { } restore
        ? RefusedUnlessInWork(node, $"an update{To(restore)} began with it and has not finished it; before, it was {Before(restore)}")
        : Passed("no restore point");

    private string? ProblemOf(StatusNode node) =>
        facts.Cluster is { } cluster ? cluster.ProblemOf(node.Endpoint) : "does not answer";

    private Check RefusedUnlessInWork(StatusNode node, string problem, [CallerMemberName] string name = "") =>
        facts.Living is not null && node.Restore is not null
            ? Note($"{problem}. The run that holds the lease works on it", advice: null, name)
            : Refused(problem, advice: null, name);

    private static string To(RestorePoint restore) => restore.Target is { } target ? $" to {target}" : "";

    private static string Before(RestorePoint restore)
    {
        var version = restore.Version is { } before ? $"version {before}, " : "";
        var priority = restore.Priority is { } lowered ? $", priority {lowered}" : "";
        return $"{version}type {restore.Type ?? "unknown"}{priority}";
    }
}
