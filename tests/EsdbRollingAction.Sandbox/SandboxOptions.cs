using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Sandbox.Resuming;

namespace EsdbRollingAction.Sandbox;

/// <summary>One node of the sandbox's cluster.</summary>
/// <param name="Name">Name of the node and of its instance.</param>
/// <param name="InstanceId">Id of the EC2 instance it lives on.</param>
/// <param name="IsReadOnlyReplica">Whether it is a read-only replica.</param>
/// <param name="Priority">Its configured priority in elections.</param>
public sealed record NodeOptions(string Name, string InstanceId, bool IsReadOnlyReplica = false, int Priority = 0)
{
    /// <summary>The version of the database that it has at the beginning, where it is not that of the others.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>How an earlier sandbox left it; null for one that has been up and level for long.</summary>
    public LeftNode? Left { get; init; }
}

/// <summary>What the sandbox is like.</summary>
public sealed record SandboxOptions
{
    /// <summary>The nodes; the default is the cluster of the documentation.</summary>
    public IReadOnlyList<NodeOptions> Nodes { get; init; } =
    [
        new("test-node", "i-017bbfe8345fcf55e"),
        new("test-node2", "i-061d6f4c1f38f1700", Priority: 4),
        new("test-node3", "i-03191b6f020b34580", Priority: 2),
        new("test-node4readonly", "i-04d277e342129fe6c", IsReadOnlyReplica: true),
    ];

    /// <summary>Who leads at the beginning.</summary>
    public string Leader { get; init; } = "test-node2";

    /// <summary>The node whose instance EC2 will retire: there is an event about it until it is stopped and started. Null for none.</summary>
    public string? Retiring { get; init; }

    /// <summary>Type of all instances at the beginning.</summary>
    public string InstanceType { get; init; } = "t2.large";

    /// <summary>Type that the program shall roll out, and that the referee expects, unless it <see cref="Restarts"/>.</summary>
    public string TargetInstanceType { get; init; } = "t2.xlarge";

    /// <summary>
    /// How the program shall restart every node, and the referee expects it; null where it shall roll out <see cref="TargetInstanceType"/>.
    /// </summary>
    public RestartKind? Restarts { get; init; }

    /// <summary>
    /// The command that the program shall run on every node, and the referee expects; null where it shall roll out something else.
    /// </summary>
    public CommandOptions? Command { get; init; }

    /// <summary>
    /// The version that the program shall have every node run, and the referee expects; null where it shall roll out something else.
    /// </summary>
    public UpgradeOptions? Upgrade { get; init; }

    /// <summary>The command that is rolled, for itself or for the version that it brings.</summary>
    internal CommandOptions? Rolled => Command ?? Upgrade?.Command;

    /// <summary>The version of the database that the nodes have at the beginning, long as in <c>23.10.6</c>.</summary>
    public string ServerVersion { get; init; } = "23.10.6";

    /// <summary>What auto-scavenge does at the beginning, on servers from 24.10 on; null where they have no licence for it.</summary>
    public AutoScavengeState? AutoScavenge { get; init; }

    /// <summary>Options of the database, names and values, that <c>/info/options</c> lists besides those that every node has.</summary>
    public IReadOnlyDictionary<string, string> ServerOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Name of the database's unit on the machines, without <c>.service</c>.</summary>
    public string Unit { get; init; } = "kurrentdb";

    /// <summary>Model seconds in one real second.</summary>
    public double TimeScale { get; init; } = 20;

    /// <summary>How long things take.</summary>
    public ModelTimings Timings { get; init; } = new();

    /// <summary>How much is written.</summary>
    public ModelLoad Load { get; init; } = new();

    /// <summary>Capacity that an earlier sandbox was asked to hold, whatever became of it.</summary>
    public IReadOnlyList<CapacityReservation> Reservations { get; init; } = [];

    /// <summary>Commands that an earlier sandbox was asked to run, whatever became of them.</summary>
    public IReadOnlyList<LeftCommand> LeftCommands { get; init; } = [];

    /// <summary>The alarms that there are, and that the program shall wait for.</summary>
    public IReadOnlyList<AlarmOptions> Alarms { get; init; } = [];

    /// <summary>What goes wrong.</summary>
    public Faults Faults { get; init; } = new();

    /// <summary>Administration needs the user <c>admin</c> or <c>ops</c>, with the password <c>changeit</c> or <see cref="Password"/>.</summary>
    public bool Secured { get; init; }

    /// <summary>The password in the connection string of a secured cluster.</summary>
    public string Password { get; init; } = "changeit";

    /// <summary>Nodes speak HTTPS with certificates of a CA of the sandbox's own.</summary>
    public bool Tls { get; init; }

    /// <summary>How many clients append at once.</summary>
    public int Writers { get; init; } = 4;

    /// <summary>Where chance comes from.</summary>
    public int Seed { get; init; } = 1;
}
