using EsdbRollingAction.Simulation.Clock;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>One run of the program, from its start until it ends, is killed, or is asked to end.</summary>
internal sealed class Run(Scenario scenario, string name, VirtualTime time, Umpire umpire, History? history) : IDisposable
{
    private readonly CancellationTokenSource signal = new();
    private readonly Dictionary<NodeWatch, TimeSpan> asked = [];

    public Scenario Scenario { get; } = scenario;

    /// <summary>When it began.</summary>
    public TimeSpan BeganAt { get; } = time.Elapsed;

    /// <summary>What its lease calls it.</summary>
    public string Name { get; } = name;

    /// <summary>What tells its process from every other: drawn like the order of its connection string.</summary>
    public string LeaseId => $"{(uint)SeedsShuffledBy ^ ((uint)BeganAt.Ticks * 2654435761):x8}"[^8..];

    public VirtualTime Time { get; } = time;

    /// <summary>The clock of the machine that it runs on.</summary>
    public required TimeProvider Clock { get; init; }

    public Umpire Umpire { get; } = umpire;

    public History? History { get; } = history;

    /// <summary>Nothing of the program goes on any more, not even its <c>finally</c>.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>It has ended, one way or the other.</summary>
    public bool IsOver { get; set; }

    /// <summary>Another run lived meanwhile.</summary>
    public bool HadCompany { get; set; }

    /// <summary>It asked for capacity and was refused, had no answer, or another instance took what it got.</summary>
    public bool WasRefusedCapacity { get; set; }

    /// <summary>How often in a row a restore point could not be written or removed.</summary>
    public int RestorePointsRefused { get; private set; }

    /// <summary>It may have given restore points up: they are a help, not a condition.</summary>
    public bool MayDoWithoutRestorePoints { get; private set; }

    public void CountRestorePoint(bool isRefused)
    {
        RestorePointsRefused = isRefused ? RestorePointsRefused + 1 : 0;
        MayDoWithoutRestorePoints |= RestorePointsRefused >= 3;
    }

    /// <summary>Everybody is told that it has ended.</summary>
    public bool IsThoughtDead { get; set; }

    /// <summary>When it was asked to end.</summary>
    public TimeSpan? SignalledAt { get; private set; }

    /// <summary>Calls left until something happens to the program; null for nothing.</summary>
    public int? CallsLeft { get; set; }

    /// <summary>What happens then is a signal, which the program may answer.</summary>
    public bool EndsBySignal { get; init; }

    /// <summary>Calls of EC2 left until the credentials expire; null for never.</summary>
    public int? CredentialsLeft { get; set; }

    /// <summary>How far behind the replica of EC2 is that always answers it, in parts of the window.</summary>
    public double ReplicaIsBehind { get; init; }

    /// <summary>What the order in which its connection string names the nodes is drawn from.</summary>
    public int SeedsShuffledBy { get; init; }

    public CancellationToken Signal => signal.Token;

    /// <summary>What it is told.</summary>
    public Inputs? Inputs { get; set; }

    /// <summary>The nodes that it was the first to take down.</summary>
    public HashSet<NodeWatch> Begun { get; } = [];

    /// <summary>What it means by what it decided last.</summary>
    public Intent? Intent { get; set; }

    /// <summary>Whether faults still happen.</summary>
    public bool IsDisturbed => Time.Elapsed < Scenario.Calm;

    /// <summary>When it last asked the node for its gossip.</summary>
    public TimeSpan AskedAt(NodeWatch node) => asked.GetValueOrDefault(node, TimeSpan.MinValue);

    public void Asks(NodeWatch node) => asked[node] = Time.Elapsed;

    /// <summary>When it last read the alarms.</summary>
    public TimeSpan AlarmsReadAt { get; set; } = TimeSpan.MinValue;

    /// <summary>When it first stopped a running instance or moved leadership; null when it never did.</summary>
    public TimeSpan? FirstTookDownAt { get; private set; }

    /// <summary>When it last did.</summary>
    public TimeSpan? LastTookDownAt { get; private set; }

    public void TookDown(TimeSpan now) => (FirstTookDownAt, LastTookDownAt) = (FirstTookDownAt ?? now, now);

    public void Kill()
    {
        History?.Add("the program is killed");
        IsKilled = true;
    }

    public void Cancel()
    {
        History?.Add("the program gets a signal");
        SignalledAt = Time.Elapsed;
        signal.Cancel();
    }

    public void Dispose() => signal.Dispose();
}
