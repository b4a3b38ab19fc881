namespace EsdbRollingAction.Core.Updating;

/// <summary>What was found before the first act.</summary>
/// <param name="State">The state with every node of the cluster.</param>
/// <param name="ClusterSize">The configured number of voters.</param>
/// <param name="Checks">What was checked; one that does not hold refuses the update.</param>
public sealed record PreflightReport(ClusterUpdate State, int ClusterSize, IReadOnlyList<Verdict> Checks)
{
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.PreflightRefused"/>, with every check that does not hold.</exception>
    public void RefuseUnlessAllHold()
    {
        var broken = Checks.Where(check => !check.Holds).ToList();
        if (broken.Count > 0)
        {
            throw new RollingUpdateException(
                FailureReason.PreflightRefused, $"{string.Join(" ", broken.Select(check => $"{check.Rule}: {check.Reason}"))} Nothing was changed.");
        }
    }
}
