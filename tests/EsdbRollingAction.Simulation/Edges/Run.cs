using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
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

    /// <summary>What marks call it.</summary>
    public string Name { get; } = name;

    public VirtualTime Time { get; } = time;

    /// <summary>The clock of the machine that it runs on.</summary>
    public required TimeProvider Clock { get; init; }

    public Umpire Umpire { get; } = umpire;

    public History? History { get; } = history;

    /// <summary>Nothing of the program goes on any more, not even its <c>finally</c>.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>When it was asked to end.</summary>
    public TimeSpan? SignalledAt { get; private set; }

    /// <summary>Calls left until something happens to the program; null for nothing.</summary>
    public int? CallsLeft { get; set; }

    /// <summary>What happens then is a signal, which the program may answer.</summary>
    public bool EndsBySignal { get; init; }

    /// <summary>Calls of EC2 left until the credentials expire; null for never.</summary>
    public int? CredentialsLeft { get; set; }

    public CancellationToken Signal => signal.Token;

    /// <summary>What it decided last: tells an update from a way back.</summary>
    public Decision? Decided { get; set; }

    /// <summary>Whether faults still happen.</summary>
    public bool IsDisturbed => Time.Elapsed < Scenario.Calm;

    /// <summary>When it last asked the node for its gossip.</summary>
    public TimeSpan AskedAt(NodeWatch node) => asked.GetValueOrDefault(node, TimeSpan.MinValue);

    public void Asks(NodeWatch node) => asked[node] = Time.Elapsed;

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
