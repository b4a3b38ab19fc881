using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What was found before the first act.</summary>
/// <param name="State">The state with every node of the cluster; as it was given when their instances could not be made out.</param>
/// <param name="ClusterSize">The configured number of voters.</param>
/// <param name="Checks">What was checked.</param>
public sealed record PreflightReport(ClusterUpdate State, int ClusterSize, IReadOnlyList<Check> Checks)
{
    /// <summary>The node that an interrupted update left off, or null.</summary>
    public string? LeftOff { get; init; }

    /// <summary>The voters that were up; null where no node tells how many there are.</summary>
    public VotersUp? Voters { get; init; }

    /// <summary>Whether a check refuses the update.</summary>
    public bool IsRefused => Refuses(Checks);

    internal static bool Refuses(IEnumerable<Check> checks) => checks.Any(check => check.Outcome is CheckOutcome.Refused);

    /// <exception cref="RollingUpdateException"><see cref="FailureReason.PreflightRefused"/>, with every check that failed.</exception>
    public void RefuseUnlessAllHold()
    {
        if (IsRefused)
        {
            var failed = Checks.Where(check => check.Outcome is CheckOutcome.Refused)
                .Select(check => $"{check.Name}: {check.Text}")
                .ToList();
            throw RollingUpdateException.Of(FailureReason.PreflightRefused, "These checks refuse, so nothing was changed:", failed);
        }
    }
}
