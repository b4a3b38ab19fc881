namespace EsdbRollingAction.Sandbox.Model;

/// <summary>An EventStoreDB cluster as seen from outside: what its nodes answer, and what can be done to it.</summary>
public sealed partial class Cluster
{
    private readonly World world;
    private readonly ModelTimings timings;
    private readonly ModelLoad load;

    internal Cluster(World world, ModelTimings timings, ModelLoad load, IReadOnlyList<Node> nodes, string leader)
    {
        this.world = world;
        this.timings = timings;
        this.load = load;
        Nodes = nodes;
        Log = new GrowingLog(load.InitialBytes);
        world.Do(() => Settle(Find(leader)));
    }

    internal IReadOnlyList<Node> Nodes { get; }

    /// <summary>Who leads, hands over, or waits for its majority.</summary>
    internal Node? Leading { get; private set; }

    internal GrowingLog Log { get; private set; }

    internal IEnumerable<Node> Voters => Nodes.Where(node => !node.IsReadOnlyReplica);

    /// <summary>The configured number of voters.</summary>
    public int ClusterSize => Voters.Count();

    internal int Majority => (ClusterSize / 2) + 1;

    /// <summary>How many resignations are answered with 200 and forgotten.</summary>
    public int ResignsToIgnore { get; set; }

    /// <summary>Name of the node that leads, or null.</summary>
    public string? Leader => world.Do(() => Leading?.State == VNodeState.Leader ? Leading.Name : null);

    /// <summary>Names of all nodes.</summary>
    public IReadOnlyList<string> NodeNames => [.. Nodes.Select(node => node.Name)];

    /// <summary>The node's own truth, or null while its process does not answer.</summary>
    public Member? Truth(string node) => world.Do<Member?>(() => Find(node) is { IsUp: true } up ? Own(up) : null);

    /// <summary>What the node answers to <c>GET /gossip</c>, or null while its process does not answer.</summary>
    public IReadOnlyList<Member>? Gossip(string node) => world.Do(() => Find(node) is { IsUp: true } up ? MembersSeenBy(up) : null);

    /// <summary>What <c>/health/live</c> says, or null while the process does not answer.</summary>
    public bool? Health(string node) => world.Do<bool?>(() => Find(node) is { IsUp: true } up ? up.IsHealthy : null);

    /// <summary>The program asks a node how it is: what it could know of it is from now, whether it gets an answer or not.</summary>
    public void BeAsked(string node) => world.Do(() => Find(node).AskedAt = world.Now);

    /// <summary>Sets a priority until the next restart. On a read-only replica nothing happens.</summary>
    public void SetPriority(string node, int priority) => world.Do(() =>
    {
        var found = Find(node);
        world.Tell(new Act(world.Now, ActKind.SetPriority, node, $"{priority}"));
        if (found is { IsUp: true, IsReadOnlyReplica: false })
        {
            found.Priority = priority;
            ShowPriority(found);
        }
    });

    private void ShowPriority(Node node)
    {
        if (timings.PriorityShows <= 0)
        {
            node.ShownPriority = node.Priority;
            return;
        }

        var life = node.InstanceId;
        world.After(timings.PriorityShows, () => node.ShownPriority = node.InstanceId == life ? node.Priority : node.ShownPriority);
    }

    /// <summary>Asks a node to resign. Nothing happens unless it leads and has a majority.</summary>
    public void Resign(string node) => world.Do(() =>
    {
        world.Tell(new Act(world.Now, ActKind.Resign, node));
        if (ResignsToIgnore > 0)
        {
            ResignsToIgnore--;
            return;
        }

        HandOver(Find(node), favourite: null);
    });

    /// <summary>Whether an event can be committed: a leader with a majority that is level. Commits it when asked of any node that is up.</summary>
    public bool Append(string node, int bytes) => world.Do(() =>
    {
        if (!Find(node).IsUp || !IsWritable)
        {
            return false;
        }

        Log.Append(bytes, world.Now);
        return true;
    });

    /// <summary>
    /// Kills a process; the service manager starts it again after some model seconds. One that ends because its machine goes down ends
    /// anyway, and nobody starts it before the machine is back.
    /// </summary>
    public void Crash(string node, double restartAfterSeconds = 5) => world.Do(() =>
    {
        var found = Find(node);
        if (!found.IsUp || found.IsShuttingDown)
        {
            return;
        }

        found.WasDisturbed = true;
        found.HasEntriesOfItsOwn = found == Leading;
        EndProcess(found);
        Import();
        After(found, restartAfterSeconds, () => StartProcess(found));
    });

    /// <summary>The last read-only replica does not find a leader any more, whoever leads, until its process is started anew.</summary>
    internal void HangReplica()
    {
        if (Nodes.LastOrDefault(node => node.IsReadOnlyReplica) is { } replica)
        {
            replica.Turn++;
            replica.Freeze(world.Now);
            replica.HasJoined = replica.IsInSync = false;
            replica.State = VNodeState.ReadOnlyLeaderless;
        }
    }

    /// <summary>Moves leadership to another level voter, as late heartbeats do on a busy cluster. False when none is level.</summary>
    public bool MoveLeadership() => world.Do(() =>
    {
        var other = Voters.FirstOrDefault(node => node != Leading && node.IsInSync);
        return other is not null && Leading is not null && HandOver(Leading, other);
    });

    internal Node Find(string name) =>
        Nodes.FirstOrDefault(node => node.Name == name) ?? throw new ArgumentException($"There is no node {name}.", nameof(name));

    private void After(Node node, double seconds, Action action)
    {
        var turn = node.Turn;
        world.After(seconds, () =>
        {
            if (node.Turn == turn)
            {
                action();
            }
        });
    }
}
