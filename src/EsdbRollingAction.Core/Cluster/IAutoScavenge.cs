namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Auto-scavenge of servers from 24.10 on. It is one for the whole cluster, and what it is survives restarts and elections; any node may
/// be asked and forwards to the leader. What keeps it from answering is part of the answer.
/// </summary>
public interface IAutoScavenge
{
    /// <summary>How it stands with it.</summary>
    Task<AutoScavenge> AutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Asks it to pause. Where it does already, nothing happens.</summary>
    /// <returns>
    /// <see cref="AutoScavengeState.Paused"/>; <see cref="AutoScavengeState.Pausing"/> while the scavenge of a node is still to stop, and
    /// whenever another node than the leader was asked; or why it is not. A request without an answer may have been heard.
    /// </returns>
    Task<AutoScavenge> PauseAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken);

    /// <summary>Lets it go on. Where it is not paused, nothing happens; while it is pausing, that is refused.</summary>
    /// <returns><see cref="AutoScavengeState.Running"/>, or why it is not.</returns>
    Task<AutoScavenge> ResumeAutoScavengeAsync(NodeEndpoint node, CancellationToken cancellationToken);
}

/// <summary>How it stands with auto-scavenge.</summary>
/// <param name="State">What it does.</param>
/// <param name="Problem">Why it cannot be told, or cannot be paused: a clause; null where nothing stands in the way.</param>
public sealed record AutoScavenge(AutoScavengeState State, string? Problem = null)
{
    /// <summary>What a person does who wants it back.</summary>
    public const string HowToResume =
        "To resume it by hand, send `POST /auto-scavenge/resume` to a node, as a user in `$ops` or `$admins`.";

    /// <summary>Nobody has been asked.</summary>
    public static readonly AutoScavenge NotAsked = new(AutoScavengeState.Unknown);
}

/// <summary>What auto-scavenge does.</summary>
public enum AutoScavengeState
{
    /// <summary>No usable answer; another attempt may have one.</summary>
    Unknown,

    /// <summary>The server has none, or it is switched off, or has no licence.</summary>
    Absent,

    /// <summary>The user may not ask.</summary>
    Denied,

    /// <summary>It has no schedule and does nothing.</summary>
    NotConfigured,

    /// <summary>It scavenges, or waits until it is time to; it may resign the leader at any moment.</summary>
    Running,

    /// <summary>It is asked to pause, and the scavenge of a node is still to stop.</summary>
    Pausing,

    /// <summary>It does nothing until it is resumed.</summary>
    Paused,
}
