using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Simulation.Scenarios;

/// <summary>One roll's world, what it is told to do, and what will disturb it: everything that a seed stands for.</summary>
internal sealed record Scenario
{
    public required int Seed { get; init; }

    /// <summary>The cluster and its machines.</summary>
    public required SandboxOptions World { get; init; }

    /// <summary>What the program is told.</summary>
    public required Inputs Inputs { get; init; }

    /// <summary>What the calls of the program meet.</summary>
    public required CallFaults Calls { get; init; }

    /// <summary>What happens to the program.</summary>
    public required Interruptions Interruptions { get; init; }

    /// <summary>What happens to the world by itself, or by somebody's hand.</summary>
    public required IReadOnlyList<Disturbance> Disturbances { get; init; }

    /// <summary>What EC2 never does, however often it is asked.</summary>
    public required Refusals Refusals { get; init; }

    /// <summary>Whether what only the checks need may be read.</summary>
    public required bool AreFactsTold { get; init; }

    /// <summary>How many times longer than it should the program takes to look again while it waits.</summary>
    public required double Slowness { get; init; }

    /// <summary>After how many runs somebody wants the update taken back; null for never.</summary>
    public int? TakenBackAfter { get; init; }

    /// <summary>Other runs that somebody starts while one is still at work.</summary>
    public IReadOnlyList<OtherRun> Others { get; init; } = [];

    /// <summary>How far the clock of a machine that the program is run on may be ahead or behind.</summary>
    public TimeSpan ClocksDiffer { get; init; }

    /// <summary>How old what EC2 shows is.</summary>
    public required Ec2Reads Reads { get; init; }

    /// <summary>Dead members that gossip still names.</summary>
    public IReadOnlyList<Ghost> Ghosts { get; init; } = [];

    /// <summary>What becomes of commands that are sent to a node, first to last, where they are.</summary>
    public IReadOnlyList<(string Node, SsmMishap Mishap)> Mishaps { get; init; } = [];

    /// <summary>From then on nothing disturbs any more: running again must end well.</summary>
    public required TimeSpan Calm { get; init; }
}

/// <summary>What the program is told.</summary>
internal sealed record Inputs
{
    public int? MaxIterations { get; init; }

    public double IterationSeconds { get; init; } = 5;

    public bool RollBackOnFailure { get; init; } = true;

    public double CapacityRetrySeconds { get; init; } = 300;

    public CapacityPolicy ReserveCapacity { get; init; }

    /// <summary>Whether instances are marked.</summary>
    public bool Marks { get; init; }

    /// <summary>Whether a run that was repeated has the name of the first, as attempts of a workflow run have.</summary>
    public bool SameRunName { get; init; }

    /// <summary>One iteration after another, each a run.</summary>
    public bool StepByStep { get; init; }

    /// <summary>How long a run may last before it begins no new node; null for as long as it wants.</summary>
    public double? TimeLimitSeconds { get; init; }

    /// <summary>How many nodes the connection string names; null for all.</summary>
    public int? Seeds { get; init; }

    /// <summary>Whether the update that the state tells of is taken back.</summary>
    public bool TakesBack { get; init; }

    /// <summary>Whether only what an update left off is brought back.</summary>
    public bool Recovers { get; init; }

    /// <summary>Whether marks of other runs are taken over, whoever lives.</summary>
    public bool TakesOver { get; init; }

    /// <summary>Whether a cluster that cannot spare a voter may be down.</summary>
    public bool AllowDowntime { get; init; }

    /// <summary>How many nodes a run updates before it pauses; null for all.</summary>
    public int? MaxNodes { get; init; }

    /// <summary>Whether a run pauses when only the leader is left.</summary>
    public bool PausesBeforeLeader { get; init; }

    /// <summary>How long a node bakes.</summary>
    public double BakeSeconds { get; init; }
}

/// <summary>A run that somebody starts though another is still at work.</summary>
/// <param name="After">How long after the first began.</param>
/// <param name="IsTheFirstAgain">Whether it is another attempt of the first, if that has ended; else a run of its own.</param>
/// <param name="TakesOver">Whether it is told to take over.</param>
/// <param name="FindsState">Whether it finds the state that the first began with; else none.</param>
internal sealed record OtherRun(TimeSpan After, bool IsTheFirstAgain, bool TakesOver, bool FindsState)
{
    /// <summary>Whether everybody is told from then on that the first has ended, though it lives: an orphaned attempt.</summary>
    public bool FirstIsThoughtDead { get; init; }
}

/// <summary>How old what EC2 shows is: reads are eventually consistent.</summary>
/// <param name="Window">The oldest world that a read may show.</param>
/// <param name="Ages">What has an age of its own.</param>
internal sealed record Ec2Reads(TimeSpan Window, ReadAges Ages);

/// <summary>What of EC2's answers has an age of its own.</summary>
internal enum ReadAges
{
    /// <summary>All of one answer is of one age.</summary>
    OfAnswers,

    /// <summary>Every instance in an answer is of an age of its own.</summary>
    OfInstances,

    /// <summary>A run is always answered by the same replica, which is always as far behind.</summary>
    OfRuns,
}

/// <summary>A dead member that gossip still names: gossip forgets it after a while.</summary>
/// <param name="Node">The node that was replaced, by its number.</param>
/// <param name="SharesEndpoint">Whether the node that replaced it answers at the same endpoint; else nobody answers at its own.</param>
/// <param name="Until">When gossip forgets it.</param>
internal sealed record Ghost(int Node, bool SharesEndpoint, TimeSpan Until);

/// <summary>How calls go wrong, each with this probability.</summary>
internal sealed record CallFaults
{
    /// <summary>Reset, refused, 5xx, garbage: no effect, and no answer that can be used.</summary>
    public double Lost { get; init; }

    /// <summary>It took effect, and the answer was lost.</summary>
    public double AnswerLost { get; init; }

    /// <summary>No answer until the time-out.</summary>
    public double TimedOut { get; init; }

    /// <summary>EC2 says that it is asked too often.</summary>
    public double Throttled { get; init; }

    /// <summary>Longest time that an answer takes, in seconds; 0 for answers at once.</summary>
    public double Latency { get; init; }

    /// <summary>Longest time that an answer to an act on EC2 takes beyond that, in seconds.</summary>
    public double ActLatency { get; init; }

    /// <summary>The number of the EC2 call from which on the credentials have expired, until the program is run again; null for never.</summary>
    public int? CredentialsExpireAt { get; init; }
}

/// <summary>How the program is interrupted and what becomes of its state meanwhile.</summary>
internal sealed record Interruptions
{
    /// <summary>How often it is killed or cancelled at most.</summary>
    public int Kills { get; init; }

    /// <summary>Of its calls, one in so many is its last.</summary>
    public int CallsBetweenKills { get; init; } = 100;

    /// <summary>How many interruptions are signals that it may answer.</summary>
    public double Signals { get; init; }

    /// <summary>How likely the state is lost between two runs.</summary>
    public double StateLost { get; init; }

    /// <summary>How likely the state is one that an earlier run left.</summary>
    public double StateOlder { get; init; }

    /// <summary>How likely somebody edits the state.</summary>
    public double StateEdited { get; init; }

    /// <summary>How often the state can be written before the disk is full; null for always.</summary>
    public int? WritesLeft { get; init; }

    /// <summary>Whether nobody can tell that an earlier run has ended.</summary>
    public bool RunsAreUnknown { get; init; }
}

/// <summary>What never works, however often it is tried.</summary>
internal sealed record Refusals
{
    /// <summary>It starts no instance of the target type.</summary>
    public string? StartOfTarget { get; init; }

    /// <summary>It does not let the node be stopped.</summary>
    public string? StopOf { get; init; }

    /// <summary>It does not let instances be marked.</summary>
    public bool Marks { get; init; }

    /// <summary>It holds no capacity.</summary>
    public bool Reservations { get; init; }

    /// <summary>The database does not start on the target type.</summary>
    public bool DatabaseOnTarget { get; init; }

    /// <summary>The server of the new version does not start on one node.</summary>
    public bool ServerOnTarget { get; init; }

    /// <summary>The command fails on one node, however often it is run.</summary>
    public bool Command { get; init; }

    public bool EndTheUpdate => StartOfTarget is not null || StopOf is not null || DatabaseOnTarget || Command;
}
