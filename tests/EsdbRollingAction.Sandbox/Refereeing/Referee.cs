using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Refereeing;

/// <summary>Knows the rules of a safe roll and watches every act and every instant.</summary>
public sealed class Referee : IWitness
{
    private readonly ModelWorld model;
    private readonly ClusterHealth health;
    private readonly Knowledge knowledge;
    private readonly ActRules rules;
    private readonly SuccessorRule successor;
    private readonly AlarmRule alarms;
    private readonly List<BrokenRule> broken = [];
    private readonly List<string> history = [];
    private readonly Dictionary<Node, string> lastSeen = [];
    private readonly HashSet<Node> takenDownByUs = [];
    private readonly Dictionary<string, int> priorities = new(StringComparer.Ordinal);
    private string? leader;
    private TimeSpan? unwritableSince;
    private bool isQuorumLost;

    /// <summary>Begins to watch.</summary>
    public Referee(ModelWorld model, SandboxOptions options)
    {
        this.model = model;
        health = new ClusterHealth(model, options);
        knowledge = new Knowledge(model, health);
        rules = new ActRules(health, knowledge);
        successor = new SuccessorRule(health);
        alarms = new AlarmRule(model, health);
        model.World.Do(() =>
        {
            leader = model.Cluster.Leading?.Name;
            knowledge.Look();
            model.World.Watch(this);
        });
    }

    /// <summary>Rules broken so far.</summary>
    public IReadOnlyList<BrokenRule> BrokenRules => model.World.Do<IReadOnlyList<BrokenRule>>(() => [.. broken]);

    /// <summary>Every act and every change of state so far, with real seconds since the start.</summary>
    public IReadOnlyList<string> History => model.World.Do<IReadOnlyList<string>>(() => [.. history]);

    /// <summary>How often another node became leader.</summary>
    public int LeadershipMoves { get; private set; }

    /// <summary>Longest model time in which the cluster could commit nothing.</summary>
    public TimeSpan LongestUnwritable { get; private set; }

    /// <summary>Nodes that were changed as the options want and are level.</summary>
    public int NodesUpdated => model.World.Do(() => health.Nodes.Count(node => !health.IsPending(node) && health.IsRunning(node) && health.IsLevel(node)));

    /// <inheritdoc/>
    public void BeforeAct(Act act)
    {
        Remember(act.ToString());
        foreach (var (rule, what) in rules.Judge(act))
        {
            Break(rule, what);
        }

        if (alarms.Judge(act) is { } inAlarm)
        {
            Break("taken-down-in-alarm", inAlarm);
        }

        successor.Look(act);
        if (act.Kind is ActKind.Stop or ActKind.Reboot or ActKind.Command)
        {
            takenDownByUs.Add(model.Cluster.Find(act.Node));
        }
    }

    /// <inheritdoc/>
    public void AfterChange()
    {
        knowledge.Look();
        RememberStates();
        CountLeadership();
        WatchSuccessor();
        WatchWrites();
        WatchQuorum();
    }

    /// <summary>A person gives the node another priority than it is configured with, and it shall have that in the end.</summary>
    public void GivePriority(string node, int priority) => model.World.Do(() =>
    {
        model.Cluster.SetPriority(node, priority);
        priorities[node] = priority;
    });

    /// <summary>What must be true when the program has ended.</summary>
    public void Finish() => model.World.Do(() =>
    {
        foreach (var (rule, what) in new EndRules(health, model.Ec2, priorities).Judge())
        {
            Break(rule, what);
        }
    });

    /// <summary>Fewer voters have the data than a majority, and it is not the world's fault.</summary>
    private void WatchQuorum()
    {
        takenDownByUs.RemoveWhere(node => health.IsRunning(node) && health.IsLevel(node));
        var available = model.Cluster.Voters.Count(node => health.HasData(node) || node.WasDisturbed);
        var isLost = available < model.Cluster.Majority && takenDownByUs.Any(node => !node.IsReadOnlyReplica);
        if (isLost && !isQuorumLost)
        {
            Break("quorum-lost", $"only {available} of {model.Cluster.ClusterSize} voters have the data");
        }

        isQuorumLost = isLost;
    }

    private void WatchSuccessor()
    {
        if (successor.Judge() is { } what)
        {
            Break("upgraded-node-leads", what);
        }
    }

    private void WatchWrites()
    {
        if (model.Cluster.IsWritable)
        {
            unwritableSince = null;
            return;
        }

        unwritableSince ??= model.World.Now;
        var lasting = model.World.Now - unwritableSince.Value;
        LongestUnwritable = lasting > LongestUnwritable ? lasting : LongestUnwritable;
    }

    private void CountLeadership()
    {
        if (model.Cluster.Leading is { State: VNodeState.Leader } now && now.Name != leader)
        {
            LeadershipMoves++;
            leader = now.Name;
        }
    }

    private void RememberStates()
    {
        foreach (var node in health.Nodes)
        {
            var instance = health.InstanceOf(node);
            var seen = $"{node.Name}: {(node.IsUp ? node.State : "down")}, {instance.State} {instance.Type}{health.VersionOf(node)}";
            if (lastSeen.GetValueOrDefault(node) != seen)
            {
                lastSeen[node] = seen;
                Remember(seen);
            }
        }
    }

    private void Remember(string what) => history.Add($"{model.World.ToReal(model.World.Now).TotalSeconds,8:0.000} {what}");

    private void Break(string rule, string what) =>
        broken.Add(new BrokenRule(model.World.ToReal(model.World.Now), rule, what, [.. history.TakeLast(30)]));
}
