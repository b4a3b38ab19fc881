using EsdbRollingAction.Core.Checks;

namespace EsdbRollingAction.Core.Updating;

/// <summary>What is rolled is what was approved.</summary>
internal static class Approval
{
    /// <summary>The state to check: of a plan that has not begun nothing is believed, the nodes are looked up again.</summary>
    public static ClusterUpdate LookAgain(ClusterUpdate start, string? expectedDigest) =>
        expectedDigest is not null && start.StartedAt is null ? start with { EventStoreNodeUpdates = [] } : start;

    /// <summary>The state with the digest that it was approved with.</summary>
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
        if (digest == expectedDigest)
        {
            return report.State with { PlanDigest = digest };
        }

        var differences = planned.EventStoreNodeUpdates.Count > 0 ? PlanDigest.Differences(planned, report.State) : "";
        throw new RollingUpdateException(
            FailureReason.PlanChanged,
            $"The cluster is not as it was when the plan {expectedDigest} was approved; its plan is {digest} now. "
            + (differences.Length > 0 ? $"{differences}. " : "")
            + "Nothing was changed. Plan again and approve that.");
    }
}
