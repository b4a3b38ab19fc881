namespace EsdbRollingAction.Sandbox.Model;

/// <summary>EC2 with one instance for each node. Reads may be stale, changes are not.</summary>
public sealed partial class Ec2
{
    /// <summary>Where everything is.</summary>
    public const string Zone = "eu-west-1a";

    /// <summary>The tag that tells which run may take nodes down; held capacity carries it too.</summary>
    public const string LeaseTag = "esdb-rolling-update";

    /// <summary>The tag that tells what an instance in work was before.</summary>
    public const string RestoreTag = "esdb-rolling-update-restore";

    private readonly World world;
    private readonly Cluster cluster;
    private readonly ModelTimings timings;
    private readonly Dictionary<string, Machine> machines;
    private readonly Dictionary<string, Machine> machinesByNode;
    private readonly Dictionary<string, string> refusedStarts = [];
    private (StateReason Reason, string? Type)? undoneStarts;

    internal Ec2(World world, Cluster cluster, ModelTimings timings, IEnumerable<Ec2Instance> instances)
    {
        this.world = world;
        this.cluster = cluster;
        this.timings = timings;
        machines = world.Do(() => instances.ToDictionary(instance => instance.Id, instance => new Machine(instance, world.Now)));
        machinesByNode = machines.Values.ToDictionary(machine => machine.Current.Node);
    }

    /// <summary>How many starts of the new type, or requests to hold it, are refused for want of capacity.</summary>
    public int CapacityShortages { get; set; }

    /// <summary>Refuses every start of this type from now on, with this error code.</summary>
    public void RefuseStartsOf(string type, string code) => world.Do(() => refusedStarts[type] = code);

    /// <summary>Instances of this type can be started again.</summary>
    public void AllowStartsOf(string type) => world.Do(() => refusedStarts.Remove(type));

    /// <summary>Accepts every start from now on and undoes it before the instance runs.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="type">Only starts of this type; null for all.</param>
    public void UndoStarts(StateReason reason, string? type = null) => world.Do(() => undoneStarts = (reason, type));

    /// <summary>Shows a second instance with the addresses and the name of this one.</summary>
    public void AddTwin(string id, string twinId) =>
        world.Do(() => machines[twinId] = new Machine(machines[id].Current with { Id = twinId, Node = twinId }, world.Now));

    /// <summary>Types that exist.</summary>
    public IReadOnlyDictionary<string, InstanceType> Types { get; } = InstanceType.Catalogue;

    /// <summary>The type that every instance had at first: there is always capacity of it.</summary>
    public required string OriginalType { get; init; }

    /// <summary>A type that exists, though not in the zone; null for none.</summary>
    public string? NotOffered { get; init; }

    /// <summary>The type on which the database does not start, or null.</summary>
    public string? DatabaseFailsOn { get; init; }

    /// <summary>The node whose instance may not be stopped (<c>disableApiStop</c>); null for none.</summary>
    public string? StopProtected { get; set; }

    /// <summary>All instances as they are.</summary>
    public IReadOnlyList<Ec2Instance> Truth => world.Look<IReadOnlyList<Ec2Instance>>(() => [.. machines.Values.Select(machine => machine.Current)]);

    /// <summary>All instances as a read shows them: each as it was at some instant not longer ago than the staleness.</summary>
    public IReadOnlyList<Ec2Instance> Describe() => world.Look<IReadOnlyList<Ec2Instance>>(() =>
        [.. machines.Values.Select(machine => machine.At(world.Now - TimeSpan.FromSeconds(world.Between(0, timings.DescribeStaleness))))]);

    /// <summary>Begins to stop an instance. Returns its state before.</summary>
    public Ec2State Stop(string id, bool dryRun = false) => Change(id, ActKind.Stop, "", dryRun, machine =>
    {
        if (machine.Current.State is Ec2State.Stopping or Ec2State.Stopped)
        {
            return;
        }

        if (machine.Current.State is Ec2State.Pending)
        {
            throw Incorrect(id, "stopped");
        }

        if (machine.Current.Node == StopProtected)
        {
            throw new Ec2Exception(
                "OperationNotPermitted", $"The instance '{id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.");
        }

        machine.Boots++;
        machine.IsDownToReboot = machine.IsHung = false;
        machine.GoDown(world.Now);
        machine.RebootOrders.Clear();
        Become(machine, Ec2State.Stopping);
        cluster.ShutDown(cluster.Find(machine.Current.Node));
        world.After(timings.InstanceStop, () =>
        {
            Become(machine, Ec2State.Stopped, StoppedByRequest());
            Leave(id);
        });
    });

    /// <summary>Begins to start an instance. Returns its state before.</summary>
    public Ec2State Start(string id, bool dryRun = false) => Change(id, ActKind.Start, "", dryRun, machine =>
    {
        if (machine.Current.State is Ec2State.Pending or Ec2State.Running)
        {
            return;
        }

        if (machine.Current.State is Ec2State.Stopping)
        {
            throw Incorrect(id, "started");
        }

        if (refusedStarts.TryGetValue(machine.Current.Type, out var code))
        {
            throw new Ec2Exception(code, $"The type {machine.Current.Type} cannot be started.");
        }

        RequireOffered(machine.Current.Type);
        if (RoomFor(machine.Current.Type) is { } room)
        {
            Use(room.Id, id);
        }
        else
        {
            if (machine.Current.Type != OriginalType)
            {
                RequireCapacity(machine.Current.Type);
            }

            RequireQuota(machine.Current.Type, 1, "VcpuLimitExceeded");
        }

        var boot = ++machine.Boots;
        machine.Starts++;
        machine.Become(Launched(machine.Current), world.Now);
        if (undoneStarts is { } undone && (undone.Type ?? machine.Current.Type) == machine.Current.Type)
        {
            world.After(timings.InstancePending / 2, () =>
            {
                Become(machine, Ec2State.Stopped, undone.Reason);
                Leave(id);
            });
            return;
        }

        world.After(timings.InstancePending, () => Become(machine, Ec2State.Running));
        world.After(timings.InstancePending + timings.Boot, () => StartProcess(machine, boot));
    });

    /// <summary>Changes the type of a stopped instance.</summary>
    public void ChangeType(string id, string type, bool dryRun = false) => Change(id, ActKind.ChangeType, type, dryRun, machine =>
    {
        if (!Types.ContainsKey(type))
        {
            throw new Ec2Exception("InvalidInstanceAttributeValue", $"The instance type '{type}' is not valid.");
        }

        if (machine.Current.State != Ec2State.Stopped)
        {
            throw new Ec2Exception("IncorrectInstanceState", $"The instance '{id}' is not in the 'stopped' state.");
        }

        machine.Become(machine.Current with { Type = type, CpuOptions = null }, world.Now);
    });

    /// <summary>Sets the CPU options of a stopped instance.</summary>
    public void SetCpuOptions(string id, CpuOptions options, bool dryRun = false) => Change(id, ActKind.ChangeType, "CPU options", dryRun, machine =>
    {
        if (machine.Current.State != Ec2State.Stopped)
        {
            throw new Ec2Exception("IncorrectInstanceState", $"The instance '{id}' is not in the 'stopped' state.");
        }

        if (options.Cores > Types[machine.Current.Type].Cores || options.ThreadsPerCore > Types[machine.Current.Type].ThreadsPerCore)
        {
            throw new Ec2Exception("InvalidParameterValue", $"The CPU options are not supported by {machine.Current.Type}.");
        }

        machine.Become(machine.Current with { CpuOptions = options }, world.Now);
    });

    /// <summary>The CPU options of all instances, as they were launched.</summary>
    public void LaunchWith(CpuOptions options) => world.Do(() =>
    {
        foreach (var machine in machines.Values)
        {
            machine.Become(machine.Current with { CpuOptions = options }, world.Now);
        }
    });

    /// <summary>An instance as it was at an instant.</summary>
    internal Ec2Instance At(string id, TimeSpan instant) => machines[id].At(instant);

    /// <summary>Starts are carried out again.</summary>
    internal void CarryOutStarts() => undoneStarts = null;

    internal Ec2Instance Of(string node) => machinesByNode[node].Current;

    /// <summary>How often the node's instance was started since the roll began.</summary>
    internal int StartsOf(string node) => machinesByNode[node].Starts;

    private Ec2State Change(string id, ActKind kind, string detail, bool dryRun, Action<Machine> change) => world.Do(() =>
    {
        if (!machines.TryGetValue(id, out var machine))
        {
            throw new Ec2Exception("InvalidInstanceID.NotFound", $"The instance ID '{id}' does not exist");
        }

        if (dryRun)
        {
            throw DryRun();
        }

        var before = machine.Current.State;
        world.Tell(new Act(world.Now, kind, machine.Current.Node, detail));
        change(machine);
        return before;
    });

    /// <summary>A machine that was stopped before it had booted starts nothing.</summary>
    private void StartProcess(Machine machine, int boot)
    {
        if (machine.Boots != boot)
        {
            return;
        }

        machine.IsBooted = true;
        machine.IsDownToReboot = false;
        if (CanRunDatabase(machine.Current.Node))
        {
            cluster.StartProcess(cluster.Find(machine.Current.Node));
        }

        Booted?.Invoke(machine.Current.Node);
    }

    private void Become(Machine machine, Ec2State state, StateReason? reason = null) =>
        machine.Become(machine.Current with { State = state, Reason = reason }, world.Now);

    /// <summary>On other hardware, to which nothing is to happen.</summary>
    private Ec2Instance Launched(Ec2Instance instance) => instance with
    {
        State = Ec2State.Pending,
        Reason = null,
        LaunchTime = world.Time.GetUtcNow(),
        Events = [],
    };

    private StateReason StoppedByRequest() => new(
        "Client.UserInitiatedShutdown",
        "Client.UserInitiatedShutdown: User initiated shutdown",
        $"User initiated ({world.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss} GMT)");

    private void RequireOffered(string type)
    {
        if (type == NotOffered || !Types.ContainsKey(type))
        {
            throw new Ec2Exception("Unsupported", $"Your requested instance type ({type}) is not supported in your requested Availability Zone ({Zone}).");
        }
    }

    private static Ec2Exception DryRun() => new("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");

    private static Ec2Exception Incorrect(string id, string verb) => new(
        "IncorrectInstanceState", $"The instance '{id}' is not in a state from which it can be {verb}.");

    private sealed class Machine(Ec2Instance instance, TimeSpan now)
    {
        private readonly List<(TimeSpan Since, Ec2Instance Instance)> history = [(now, instance)];

        /// <summary>How often it was started, stopped or rebooted: tells one boot from the next.</summary>
        public int Boots { get; set; }

        /// <summary>How often it was started since the roll began.</summary>
        public int Starts { get; set; }

        /// <summary>How often it went down to reboot since the roll began.</summary>
        public int Reboots { get; set; }

        /// <summary>Its operating system is up, whatever the database is.</summary>
        public bool IsBooted { get; set; } = instance.State == Ec2State.Running;

        /// <summary>When its operating system went down last.</summary>
        public TimeSpan DownSince { get; private set; }

        /// <summary>Its operating system is down because of a reboot.</summary>
        public bool IsDownToReboot { get; set; }

        /// <summary>It went down to reboot and does not come back before it is stopped and started.</summary>
        public bool IsHung { get; set; }

        /// <summary>Reboots that were accepted and are still to come.</summary>
        public List<RebootOrder> RebootOrders { get; } = [];

        public Ec2Instance Current => history[^1].Instance;

        public Ec2Instance At(TimeSpan instant) => history.FindLast(entry => entry.Since <= instant).Instance ?? history[0].Instance;

        public void Become(Ec2Instance next, TimeSpan now) => history.Add((now, next));

        public void GoDown(TimeSpan now)
        {
            DownSince = IsBooted ? now : DownSince;
            IsBooted = false;
        }
    }
}
