namespace EsdbRollingAction.Sandbox.Model;

/// <summary>What auto-scavenge does, by the names that its status has.</summary>
public enum AutoScavengeState
{
    /// <summary>It has no schedule.</summary>
    NotConfigured,

    /// <summary>It waits until it is time to scavenge.</summary>
    Waiting,

    /// <summary>It scavenges one node after the other, the leader last, after that has resigned.</summary>
    InProgress,

    /// <summary>The scavenge of a node is still to stop.</summary>
    Pausing,

    /// <summary>It does nothing until it is resumed.</summary>
    Paused,
}

/// <content>Auto-scavenge, one for the whole cluster: what it is survives restarts and elections.</content>
public sealed partial class Cluster
{
    private AutoScavengeState? autoScavenge;
    private AutoScavengeState resumesAs;

    /// <summary>Model seconds from the request to pause until the scavenge of a node has stopped.</summary>
    internal double AutoScavengeStops { get; init; } = 3;

    /// <summary>What it does; null where the servers have no licence for it.</summary>
    public AutoScavengeState? AutoScavenge => world.Do(() => autoScavenge);

    /// <summary>Whether this node's version has it.</summary>
    internal bool KnowsAutoScavenge(string node) => ServerVersions.HasAutoScavenge(Find(node).RunningVersion);

    /// <summary>Asks it to pause. Returns whether it rests by now.</summary>
    public bool PauseAutoScavenge() => world.Do(() =>
    {
        if (autoScavenge is AutoScavengeState.Paused or AutoScavengeState.Pausing)
        {
            return autoScavenge is AutoScavengeState.Paused;
        }

        resumesAs = autoScavenge ?? AutoScavengeState.NotConfigured;
        autoScavenge = resumesAs is AutoScavengeState.InProgress ? AutoScavengeState.Pausing : AutoScavengeState.Paused;
        if (autoScavenge is AutoScavengeState.Pausing)
        {
            world.After(AutoScavengeStops, () => autoScavenge = AutoScavengeState.Paused);
        }

        return autoScavenge is AutoScavengeState.Paused;
    });

    /// <summary>Lets it go on. Returns false while it is pausing.</summary>
    public bool ResumeAutoScavenge() => world.Do(() =>
    {
        autoScavenge = autoScavenge is AutoScavengeState.Paused ? resumesAs : autoScavenge;
        return autoScavenge is not AutoScavengeState.Pausing;
    });

    /// <summary>A person pauses it, or an earlier run did: what it goes on with is what it did.</summary>
    internal void RestoreAutoScavenge(AutoScavengeState? state)
    {
        autoScavenge = state;
        resumesAs = state is AutoScavengeState.Pausing or AutoScavengeState.Paused ? AutoScavengeState.Waiting : state ?? default;
    }

    /// <summary>
    /// Every other node is scavenged: unless somebody has paused it, the leader resigns to be scavenged too. Servers that have it elect
    /// whoever resigned last.
    /// </summary>
    internal void ScavengeTheLeader()
    {
        if (autoScavenge is AutoScavengeState.Waiting or AutoScavengeState.InProgress)
        {
            MoveLeadership();
        }
    }
}
