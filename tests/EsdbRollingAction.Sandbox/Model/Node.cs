using EsdbRollingAction.Sandbox.Resuming;

namespace EsdbRollingAction.Sandbox.Model;

/// <summary>One database node: its own truth. Read it inside <see cref="World.Do{T}"/> or through <see cref="Cluster.Truth"/>.</summary>
internal sealed class Node
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required bool IsReadOnlyReplica { get; init; }

    public required int ConfiguredPriority { get; init; }

    /// <summary>How an earlier sandbox left it, or null.</summary>
    public LeftNode? Left { get; init; }

    /// <summary>New at every start of the process.</summary>
    public Guid InstanceId { get; set; }

    /// <summary>The process that ran when the roll began.</summary>
    public Guid FirstInstanceId { get; set; }

    public VNodeState State { get; set; }

    public int Priority { get; set; }

    /// <summary>The priority that its own gossip shows: a node accepts a priority some time before.</summary>
    public int ShownPriority { get; set; }

    public int Epoch { get; set; }

    /// <summary>The process runs and answers.</summary>
    public bool IsUp { get; set; }

    /// <summary>The process ends in a moment, and its machine with it.</summary>
    public bool IsShuttingDown { get; set; }

    /// <summary>The process was started and does not answer yet.</summary>
    public bool IsStarting { get; set; }

    /// <summary>Somebody stopped the service, and nobody has started it since.</summary>
    public bool IsServiceStopped { get; set; }

    /// <summary>The process does not start any more, whoever starts it.</summary>
    public bool IsBroken { get; set; }

    /// <summary>What its machine has, and its next process will be.</summary>
    public required string InstalledVersion { get; set; }

    /// <summary>What its process was when it started.</summary>
    public required string RunningVersion { get; set; }

    /// <summary>The only version that starts on this machine; null for any.</summary>
    public string? OnlyVersionThatStarts { get; init; }

    /// <summary>Whatever is installed on its machine is not, and nobody is told.</summary>
    public bool InstallsNothing { get; init; }

    /// <summary>Whether a process that is started comes up.</summary>
    public bool CanStart => !IsBroken && (OnlyVersionThatStarts is null || OnlyVersionThatStarts == InstalledVersion);

    /// <summary>What <c>/health/live</c> says.</summary>
    public bool IsHealthy { get; set; }

    /// <summary>Looks for a leader or has one, so it may vote and subscribe.</summary>
    public bool HasJoined { get; set; }

    /// <summary>Has all that the leader has, and receives the rest.</summary>
    public bool IsInSync { get; set; }

    /// <summary>A started process reports nothing until it replicates.</summary>
    public bool ReportsCheckpoint { get; set; }

    /// <summary>Its last end was not our doing.</summary>
    public bool WasDisturbed { get; set; }

    /// <summary>When the program last asked it for its gossip, with or without an answer, in model time; long ago when it never did.</summary>
    public TimeSpan AskedAt { get; set; } = TimeSpan.FromDays(-1);

    /// <summary>Led when it was killed, with entries that nobody else got.</summary>
    public bool HasEntriesOfItsOwn { get; set; }

    /// <summary>Slows down catching up.</summary>
    public double CopySpeed { get; set; } = 1;

    /// <summary>How long its log is at an instant.</summary>
    public Func<TimeSpan, long> Log { get; set; } = _ => 0;

    /// <summary>Raised whenever what was planned for this node no longer applies.</summary>
    public int Turn { get; set; }

    /// <summary>What it knows of the others.</summary>
    public Dictionary<Node, PeerView> Views { get; } = [];

    public void Freeze(TimeSpan now)
    {
        var length = Log(now);
        Log = _ => length;
    }

    public bool IsLeading => State is VNodeState.Leader or VNodeState.ResigningLeader;
}

/// <summary>What one node last heard of another. Kept in place: nodes hear of each other more often than anything else happens.</summary>
internal sealed class PeerView
{
    public Member Member { get; set; }

    /// <summary>Which life of its process was seen.</summary>
    public Guid SeenAlive { get; set; }
}
