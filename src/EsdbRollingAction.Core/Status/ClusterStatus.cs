using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Status;

/// <summary>How a cluster stands, for people.</summary>
/// <param name="Headline">How many voters are up and level, and who leads: a clause.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Checks">What was looked at. What is refused is what somebody should look at.</param>
public sealed record ClusterStatus(string Headline, IReadOnlyList<StatusNode> Nodes, IReadOnlyList<Check> Checks)
{
    /// <summary>Why somebody should look; null when all is well.</summary>
    public FailureReason? Reason { get; init; }

    /// <summary>The run that works on the cluster, or that ended in the middle; null when there is none.</summary>
    public string? Run { get; init; }

    /// <summary>What somebody should look at.</summary>
    public IEnumerable<Check> ToLookAt => Checks.Where(check => check.Outcome is CheckOutcome.Refused);

    /// <summary>The same, in words: each with its name.</summary>
    public IEnumerable<string> Findings => ToLookAt.Select(check => $"{check.Name}: {check.Text}");
}

/// <summary>The state of an update that was found.</summary>
/// <param name="Place">Where, or where none was.</param>
/// <param name="State">The state, or null.</param>
/// <param name="Problem">Why it could not be read, or null.</param>
public sealed record FoundUpdate(string Place, ClusterUpdate? State, string? Problem = null);
