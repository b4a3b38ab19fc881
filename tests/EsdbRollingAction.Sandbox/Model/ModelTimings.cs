namespace EsdbRollingAction.Sandbox.Model;

/// <summary>How long things take, in model seconds, with the proportions of a real cluster on EC2.</summary>
public sealed record ModelTimings
{
    /// <summary>From the stop request until the instance is stopped.</summary>
    public double InstanceStop { get; init; } = 30;

    /// <summary>From the start request until the instance is running.</summary>
    public double InstancePending { get; init; } = 10;

    /// <summary>Shortest time from the request of a reboot until the machine goes down.</summary>
    public double RebootShortest { get; init; } = 5;

    /// <summary>Longest time from the request of a reboot until the machine goes down.</summary>
    public double RebootLongest { get; init; } = 15;

    /// <summary>From running, or from the end of the processes in a reboot, until the database's process is started.</summary>
    public double Boot { get; init; } = 15;

    /// <summary>From the start of the process until it answers HTTP.</summary>
    public double ProcessStart { get; init; } = 2.2;

    /// <summary>Shortest time without a leader in an election; the new leader still waits for its majority.</summary>
    public double ElectionShortest { get; init; } = 0.4;

    /// <summary>Longest time without a leader in an election.</summary>
    public double ElectionLongest { get; init; } = 1.2;

    /// <summary>Longest age of what a node knows of another.</summary>
    public double GossipStaleness { get; init; } = 2;

    /// <summary>From the instant at which a node accepts a priority until its own gossip shows it.</summary>
    public double PriorityShows { get; init; }

    /// <summary>How long a leader stays leader without a majority.</summary>
    public double QuorumTolerance { get; init; } = 3;

    /// <summary>Oldest world that a read of EC2 may show.</summary>
    public double DescribeStaleness { get; init; } = 1;
}

/// <summary>How much is written and how fast it is copied.</summary>
public sealed record ModelLoad
{
    /// <summary>Length of the log at the beginning.</summary>
    public long InitialBytes { get; init; } = 1_000_000_000;

    /// <summary>Bytes appended in a model second all the time.</summary>
    public long BytesPerSecond { get; init; } = 5_000;

    /// <summary>Bytes appended while a node is down: what it has to catch up.</summary>
    public long BytesMissedWhileDown { get; init; } = 200_000_000;

    /// <summary>Bytes copied in a model second while catching up.</summary>
    public long CatchUpBytesPerSecond { get; init; } = 10_000_000;
}
