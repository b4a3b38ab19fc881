using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What is rolled is what was approved.</summary>
internal static class Approval
{
    /// <summary>
    /// The state to check: of a plan that has not begun nothing is believed, the nodes are looked up again, since an instance
    /// may have been replaced. What an update is taken back to is known from its state alone.
    /// </summary>
    public static ClusterUpdate LookAgain(ClusterUpdate start, string? expectedDigest) =>
        start is { StartedAt: null, TakesBack: false } && (start.PlanDigest ?? expectedDigest) is not null
            ? start with { EventStoreNodeUpdates = [], DoneBefore = start.EventStoreNodeUpdates }
            : start;

    /// <summary>The state with the digest that it was approved with. Where every node is as wanted nothing needs to be approved.</summary>
    /// <param name="planned">The state of the plan, for what is to be said of the difference.</param>
    /// <param name="report">What was found.</param>
    /// <param name="expectedDigest">The digest that was approved, or null.</param>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.PlanChanged"/>.</exception>
    public static ClusterUpdate Check(ClusterUpdate planned, PreflightReport report, string? expectedDigest)
    {
        if (expectedDigest is null)
        {
            return report.State;
        }

        var digest = PlanDigest.Of(report.State, report.ClusterSize);
        var isAsWanted = report.State.EventStoreNodeUpdates.All(node => node.Version == report.State.TargetOf(node));
        if (digest == expectedDigest || isAsWanted)
        {
            return report.State with { PlanDigest = digest };
        }

        throw new RollingUpdateException(FailureReason.PlanChanged, Sentence.Join(
            $"The cluster is not as it was when the plan {expectedDigest} was approved; its plan is {digest} now",
            planned.EventStoreNodeUpdates.Count > 0 ? PlanDigest.Differences(planned, report.State) : null,
            RollingUpdateException.NothingWasChanged));
    }
}
