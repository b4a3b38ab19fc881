using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Scenarios;
using Act = EsdbRollingAction.Sandbox.Model.Act;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>
/// Watches every act and every instant. A rule is broken when what forbade the act was true, and the program could know it:
/// it was already so when the program last asked that node itself (see <see cref="NodeWatch.CouldBeKnown"/>).
/// What a crash or a person did in between is nobody's fault.
/// </summary>
internal sealed class Umpire : IWitness
{
    private const long LevelBytes = 1_048_576;
    private const string ByRequest = "Client.UserInitiatedShutdown";
    private readonly ModelWorld model;
    private readonly Aws aws;
    private readonly History? history;
    private readonly List<BrokenRule> broken = [];
    private readonly Dictionary<Node, string> shown = [];
    private readonly ActRules rules;
    private Node? leader;
    private Node? resigning;
    private int movedByUs;
    private Run? actor;
    private bool isQuorumLost;

    public Umpire(ModelWorld model, Aws aws, bool allowsDowntime, History? history)
    {
        (this.model, this.aws, this.history) = (model, aws, history);
        MayBeDown = allowsDowntime && model.Cluster.ClusterSize - 1 < model.Cluster.Majority;
        Nodes = [.. model.Cluster.Nodes.Select(node => new NodeWatch(node))];
        rules = new ActRules(this);
        model.World.Do(() => model.World.Watch(this));
    }

    public NodeWatch[] Nodes { get; }

    /// <summary>The type that every node shall have.</summary>
    public string WantedType { get; set; } = ScenarioSource.TargetType;

    /// <summary>How every node shall be restarted; null when it shall have another type.</summary>
    public RestartKind? Restarts { get; init; }

    /// <summary>The rules about commands; null where none is rolled.</summary>
    public CommandRules? Commands { get; set; }

    /// <summary>The rules about versions; null where none is rolled.</summary>
    public VersionRules? Versions { get; set; }

    /// <summary>The rules about alarms; null where there is none.</summary>
    public AlarmRules? Alarms { get; set; }

    /// <summary>Whether the node is as the update wants it, as far as anybody can tell: nobody sees why a process is another one.</summary>
    public bool IsAsWanted(Node node) => Restarts switch
    {
        _ when Versions is { } versions => versions.IsAtTarget(node),
        _ when Commands is { } commands => commands.IsUpdated(node.Name),
        null => Ec2.Of(node.Name).Type == WantedType,
        RestartKind.StopStart => Ec2.StartsOf(node.Name) > 0,
        _ => node.InstanceId != node.FirstInstanceId,
    };

    /// <summary>Whether EC2 holds capacity for the node's instance, or has done so since then.</summary>
    public bool IsCapacityHeldFor(Node node, TimeSpan since) =>
        aws.Reservations.Exists(held => held.InstanceId == Ec2.Of(node.Name).Id && held.IsHeld(since));

    /// <summary>Whether the cluster cannot spare a voter, and downtime is allowed.</summary>
    public bool MayBeDown { get; }

    /// <summary>The runs that have not ended.</summary>
    public IReadOnlyList<Run> LiveRuns => aws.LiveRuns;

    public Ec2 Ec2 => model.Ec2;

    public Cluster Cluster => model.Cluster;

    public IReadOnlyList<BrokenRule> Broken => broken;

    /// <summary>What could have moved leadership or undone a hand-over, runs that were cut off or gave up among it.</summary>
    public int Disturbances { get; set; }

    public TimeSpan Now => model.World.Now;

    /// <summary>Whether its instance is off and nobody who is up names it, so that only a mark, a state or a person can.</summary>
    public bool IsForgottenByAll(NodeWatch watch) => Ec2.Of(watch.Node.Name).State == Ec2State.Stopped
        && Cluster.Nodes.All(other => other == watch.Node || !other.IsUp || other.Views[watch.Node].Member.State == VNodeState.Manager);

    public bool IsMarked(NodeWatch watch) => aws.RestorePointOf(Ec2.Of(watch.Node.Name).Id) is not null;

    /// <summary>Whether its instance was marked then.</summary>
    public bool WasMarked(NodeWatch watch, TimeSpan then) => aws.RestorePointOf(Ec2.Of(watch.Node.Name).Id, then) is not null;

    public NodeWatch Of(string name) => Nodes.First(watch => watch.Node.Name == name);

    /// <summary>What is done in it is the program's doing; everything else is somebody else's.</summary>
    public void ByTheProgram(Run run, Action act) => model.World.Do(() =>
    {
        actor = run;
        try
        {
            act();
        }
        finally
        {
            actor = null;
        }
    });

    public void BeforeAct(Act act)
    {
        (actor?.History ?? history)?.Add(Now, $"{(actor is null ? "somebody" : "program")}: {act}");
        var watch = Of(act.Node);
        Look();
        watch.IsStoppedByUs &= act.Kind != ActKind.Start || Ec2.Of(act.Node).State == Ec2State.Stopping;
        if (actor is null)
        {
            watch.TouchedByHandAt = Now;
            Disturbances++;
            return;
        }

        foreach (var (rule, what) in rules.Judge(act, watch, actor))
        {
            Break(rule, what);
        }

        if (act.Kind == ActKind.Reboot || (act.Kind == ActKind.Command && Commands!.TakesDown(act, watch)))
        {
            watch.IsDownByUs |= watch.Node.IsUp;
            watch.StoppedBy = actor;
            actor.TookDown(Now);
            if (act.Kind == ActKind.Reboot)
            {
                Commands?.Reboots(act.Node);
            }
        }

        if (act.Kind == ActKind.Stop && Ec2.Of(act.Node).State == Ec2State.Running)
        {
            watch.IsDownByUs |= watch.Node.IsUp;
            (watch.IsStoppedByUs, watch.StoppedBy) = (true, actor);
            watch.RefusedStarts = 0;
            actor.TookDown(Now);

            // A cluster that cannot spare the voter elects anew when it is back, and may elect the one that handed over.
            Disturbances += MayBeDown && !watch.Node.IsReadOnlyReplica ? 1 : 0;
        }

        if (act.Kind == ActKind.ChangeType)
        {
            watch.PutBackBy = actor.Intent is { PutsNodeBack: true } ? actor : null;
        }

        resigning = act.Kind == ActKind.Resign && watch.Node.State == VNodeState.Leader ? watch.Node : null;

        // One that was begun hands over when it comes to lead, and does not wait for the others.
        Disturbances += resigning is not null && IsBegunBeforeOthers(watch) ? 1 : 0;
        if (resigning is not null)
        {
            actor.TookDown(Now);
        }
    }

    private bool IsBegunBeforeOthers(NodeWatch watch) => Commands is not null && watch.TimesAskedDown > 0 && !IsAsWanted(watch.Node)
        && Array.Exists(Nodes, other => other != watch && !IsAsWanted(other.Node));

    public void AfterChange()
    {
        if (resigning is { State: VNodeState.ResigningLeader })
        {
            movedByUs++;
        }

        resigning = null;
        var away = Look();
        if (model.Cluster.Leading != leader && model.Cluster.Leading?.State == VNodeState.Leader)
        {
            leader = model.Cluster.Leading;
            history?.Add(Now, $"{leader.Name} leads");
        }

        var isLost = model.Cluster.ClusterSize - away < model.Cluster.Majority;
        if (isLost && !isQuorumLost && !MayBeDown)
        {
            Break(Rule.QuorumLost, $"{away} of {model.Cluster.ClusterSize} voters are away by the program's doing");
        }

        isQuorumLost = isLost;
    }

    /// <summary>Looks at every node; returns how many voters are away by the program's doing.</summary>
    public int Look()
    {
        var away = 0;
        foreach (var watch in Nodes)
        {
            var node = watch.Node;
            LookAtInstance(watch, Ec2.Of(node.Name));
            watch.Look(Now, IsLevel(node), node == model.Cluster.Leading);
            away += watch.IsDownByUs && !node.IsReadOnlyReplica && !HasData(node) ? 1 : 0;
            Show(node);
        }

        Versions?.Look();
        return away;
    }

    private void LookAtInstance(NodeWatch watch, Ec2Instance instance)
    {
        if (instance.State != Ec2State.Stopped)
        {
            watch.IsStartUndone = false;
            return;
        }

        watch.StoppedAt = Now;
        if (watch.IsStartUndone || instance.Reason?.Code is null or ByRequest)
        {
            return;
        }

        // Whoever stopped it before answers for it again.
        watch.IsStartUndone = true;
        watch.RefusedStarts++;
        watch.IsStoppedByUs |= watch.StoppedBy is not null && watch.TouchedByHandAt == TimeSpan.MinValue;
    }

    /// <summary>Once all is over: one hand-over is the program's right, and one for everything that could have undone it.</summary>
    public void JudgeLeadership()
    {
        if (movedByUs > 1 + Disturbances)
        {
            Break(Rule.LeadershipMovedTooOften, $"the program moved leadership {movedByUs} times, {Disturbances} disturbances");
        }
    }

    public void Break(Rule rule, string what)
    {
        broken.Add(new BrokenRule(Now, rule, what));
        history?.Add(Now, $"BROKEN: {rule}: {what}");
    }

    public bool IsLevel(Node node) =>
        node.State is VNodeState.Leader or VNodeState.Follower or VNodeState.ReadOnlyReplica && node.IsHealthy && HasData(node);

    private bool HasData(Node node) => node is { IsUp: true, HasJoined: true } && model.Cluster.BytesBehind(node) <= LevelBytes;

    private void Show(Node node)
    {
        if (history is null)
        {
            return;
        }

        var instance = Ec2.Of(node.Name);
        var seen = $"{node.Name} is {(node.IsUp ? node.State : "down")}, its instance {instance.State} {instance.Type}";
        if (shown.GetValueOrDefault(node) != seen)
        {
            shown[node] = seen;
            history.Add(Now, seen);
        }
    }
}
