using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Status;

/// <summary>How a cluster stands, for people.</summary>
/// <param name="Headline">How many voters are up and level, and who leads: a clause.</param>
/// <param name="Nodes">One row for each node.</param>
/// <param name="Checks">What was looked at. What is refused is what somebody should look at.</param>
public sealed record ClusterStatus(string Headline, IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<Check> Checks)
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

/// <summary>A node and its instance. What is not known is null.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Outcome">The worst that is said of it.</param>
public sealed record NodeStatus(string Name, CheckOutcome Outcome)
{
    /// <summary>What it is by its own word, or what the others say that it is.</summary>
    public string? Role { get; init; }

    /// <summary>Whether it is level, or why not.</summary>
    public required string Level { get; init; }

    /// <summary>The version of its server.</summary>
    public string? Version { get; init; }

    /// <summary>The id of its instance.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The type of its instance.</summary>
    public string? InstanceType { get; init; }

    /// <summary>The state of its instance.</summary>
    public string? InstanceState { get; init; }
}

/// <summary>The state of an update that was found.</summary>
/// <param name="Place">Where, or where none was.</param>
/// <param name="State">The state, or null.</param>
/// <param name="Problem">Why it could not be read, or null.</param>
public sealed record FoundUpdate(string Place, ClusterUpdate? State, string? Problem = null);
